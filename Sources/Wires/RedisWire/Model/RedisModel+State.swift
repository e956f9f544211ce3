import MockrecCore
import MockrecWire

/// What a Redis in memory held at one moment.
final class RedisSnapshot: ModelSnapshot, @unchecked Sendable {
  // Proof of @unchecked Sendable: what it holds is never changed; a fake takes copies of it.
  let fake: RedisFake.Snapshot

  init(_ fake: RedisFake.Snapshot) { self.fake = fake }
}

extension RedisModel {
  func contents() -> JSON { RedisStateText(self.held, now: self.time.now()).json }

  func seed(_ values: JSONObject, replacing: Bool) throws(Diagnostic) {
    let commands = try RedisSeed.commands(for: values)
    let before = self.held
    let all = (replacing ? [RedisCommand([Array("FLUSHALL".utf8)])] : []) + commands
    guard let problem = self.seed(all) else { return }
    self.restore(before)
    throw Diagnostic("this is no state: \(problem)", fix: "nothing was changed")
  }

  func snapshot() -> any ModelSnapshot { self.held }

  func restore(_ snapshot: any ModelSnapshot) {
    guard let snapshot = snapshot as? RedisSnapshot else { return }
    self.restore(snapshot)
  }
}
