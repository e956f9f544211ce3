import MockrecCore
import MockrecWire
import Synchronization
import Testing

@testable import RedisWire

@Suite("A Redis in memory goes back to where it was")
struct SnapshotTests {
  private static let time = ModelTime {
    1_700_000_000_000
  } wake: { _, _, _ in
  }

  private func model() -> RedisModel { RedisModel(seed: 1, time: Self.time) }

  private func values(_ json: JSON) throws -> JSONObject { try #require(json.object) }

  /// The replies, from clients of its own.
  private func play(_ steps: [RandomStep], on model: RedisModel) -> [[UInt8]] {
    var clients: [Int: RedisClient] = [:]
    defer { for client in clients.values { model.close(client) } }
    return steps.map { step in
      let client = clients[step.connection] ?? model.open()
      clients[step.connection] = client
      guard client.wait == nil else { return [] }
      var out = RESPWriter(version: 2)
      let arguments = step.command.map { word in word.withUnsafeBytes { RedisBytes($0) } }
      let kind = arguments.first.flatMap { CommandTable.shared.index(of: $0) }
      _ = model.execute(arguments, kind: kind, for: client, into: &out)
      return out.bytes
    }
  }

  @Test("what is asked after a snapshot is answered equally once it is restored")
  func goesBack() throws {
    let sequences = try RandomSequences()
    for seed in UInt64(0)..<200 {
      let model = self.model()
      _ = self.play(sequences.sequence(seed: seed), on: model)
      let (snapshot, before) = (model.held, model.contents())
      let after = sequences.sequence(seed: seed + 1000)
      let first = self.play(after, on: model)
      model.restore(snapshot)
      #expect(model.contents() == before, "seed \(seed)")
      // Another one, which never held anything, goes on from there as well.
      let other = self.model()
      other.restore(snapshot)
      #expect(self.play(after, on: model) == first && self.play(after, on: other) == first, "seed \(seed)")
    }
  }

  @Test("what it shows of its state is read again, keys without UTF-8, ends and groups included")
  func readsAgain() throws {
    let sequences = try RandomSequences()
    for seed in UInt64(0)..<200 {
      let model = self.model()
      _ = self.play(sequences.sequence(seed: seed), on: model)
      let state = model.contents()
      let other = self.model()
      try other.seed(self.values(["gone": "x"]), replacing: false)
      try other.seed(self.values(state), replacing: true)
      #expect(other.contents() == state, "seed \(seed)")
    }
  }

  @Test(
    "what Redis would not keep is refused by its name",
    arguments: [
      ["q": []], ["q": [:]], ["q": ["$type": "list", "value": []]], ["q": ["$type": "set", "value": []]],
      ["q": ["$type": "hash", "value": [:]]], ["q": ["$type": "zset", "value": [:]]],
    ] as [JSON])
  func empty(_ state: JSON) throws {
    let values = try self.values(state)
    let problem = #expect(throws: Diagnostic.self) { try self.model().seed(values, replacing: false) }
    #expect(problem?.message.hasPrefix("`q` is an empty ") == true, "\(problem?.description ?? "")")
  }

  @Test("no key was used after now, where the clock has gone back since")
  func idle() throws {
    let now = Mutex(Int64(1_700_000_000_000))
    let model = RedisModel(
      seed: 1,
      time: ModelTime {
        now.withLock { $0 }
      } wake: { _, _, _ in
      })
    try model.seed(self.values(["key": "x"]), replacing: false)
    func idle() -> String {
      let words = ["OBJECT", "IDLETIME", "key"].map { word in Array(word.utf8).withUnsafeBytes { RedisBytes($0) } }
      var out = RESPWriter(version: 2)
      let client = model.open()
      defer { model.close(client) }
      _ = model.execute(words, kind: CommandTable.shared.index(of: words[0]), for: client, into: &out)
      return String(decoding: out.bytes, as: UTF8.self)
    }
    now.withLock { $0 += 7_000 }
    #expect(idle() == ":7\r\n")
    now.withLock { $0 -= 60_000 }
    #expect(idle() == ":0\r\n")
  }

  @Test("names and values of other bytes, and names that mean something else, are kept")
  func odd() throws {
    let model = self.model()
    let state: JSON = [
      "$base64:/w==": ["$base64": "AP8="], "h": ["$base64:/w==": "v"], "$base64:JGJhc2U2NDp4": "x",
      "$databases": ["3": ["other": ["a", ["$base64": "/w=="]]]],
      "typed": ["$type": "hash", "value": ["$type": "x"]], "end": ["$type": "string", "value": "1", "ttl": 1500],
      "z": ["$type": "zset", "value": ["a": "-inf", "b": 2]],
    ]
    try model.seed(self.values(state), replacing: true)
    #expect(model.contents() == state)
    #expect(throws: Diagnostic.self) {
      try model.seed(self.values(["new": "x", "h": ["a"], "$databases": ["99": ["x": 1]]]), replacing: true)
    }
    #expect(throws: Diagnostic.self) {
      try model.seed(self.values(["bad": ["$type": "sett", "value": []]]), replacing: false)
    }
    #expect(model.contents() == state, "all or none")
  }
}
