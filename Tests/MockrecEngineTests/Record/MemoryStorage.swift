import MockrecCore
import Synchronization

@testable import MockrecEngine

/// A cassette that lives in memory, and fails when the test says so.
final class MemoryStorage: CassetteStorage {
  struct Full: Error {}

  private let state = Mutex<(files: [String: [UInt8]], order: [String], writes: Int, isFull: Bool)>(([:], [], 0, false))

  var files: [String: String] { self.state.withLock { $0.files.mapValues { String(decoding: $0, as: UTF8.self) } } }
  var order: [String] { self.state.withLock { $0.order } }
  var writes: Int { self.state.withLock { $0.writes } }

  func setFull(_ isFull: Bool) { self.state.withLock { $0.isFull = isFull } }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> Bool {
    try self.state.withLock { state in
      guard !state.isFull else { throw Full() }
      guard state.files[name] != bytes else { return false }
      state.files[name] = bytes
      state.writes += 1
      return true
    }
  }

  func tidy(_ names: [String]) throws { self.state.withLock { $0.order = names } }

  func read(_ name: String) throws -> [UInt8] { self.state.withLock { $0.files[name] ?? [] } }
  func remove(_ name: String) throws { _ = self.state.withLock { $0.files.removeValue(forKey: name) } }
  func keep(body: [UInt8], extension: String) throws -> String { "bodies/x.\(`extension`)" }

  func spool(_ kind: BodyKind, redactor: Redactor, limit: Int?, extension: String) throws -> any BodySpooling {
    throw Full()
  }

  func appendTimings(_ timings: [(name: String, time: Duration)]) throws {}

  func appendOrder(_ names: [String]) throws { self.state.withLock { $0.order += names } }

  func name(verb: String, target: String, key: [UInt8], occurrence: Int) -> String {
    let slug = target.filter { $0 != "/" }
    return occurrence > 1 ? "\(verb)-\(slug)-\(occurrence)" : "\(verb)-\(slug)"
  }

  func occurrence(in name: String) -> Int? {
    guard !name.hasPrefix("hand") else { return nil }
    return name.split(separator: "-").last.flatMap { Int($0) } ?? 1
  }
}

/// A journal that keeps nothing.
struct NoJournal: JournalSink {
  func write(_ events: [JournalEvent]) {}
  func served(_ batch: [ServedEvent], service: String) {}
}
