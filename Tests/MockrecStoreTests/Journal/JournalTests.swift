import Foundation
import GRDB
import Testing

@testable import MockrecStore

@Suite("The journal")
struct JournalTests {
  private let temporary: TemporaryFolder
  private var path: String { self.temporary.path(".mockrec/journal.sqlite") }

  init() throws { self.temporary = try TemporaryFolder() }

  private static let run = JournalRun(
    mode: "replay", startedAt: 1_795_000_000_000_000, clockStart: 5_000_000, command: "mockrec replay")

  private static let entries = ServedEntries(service: "users", count: 3) {
    ("get-users-\($0)-cafebabe.hurl", "GET /users/\($0)", "200")
  }

  private func rows(_ sql: String) throws -> [Row] {
    try DatabaseQueue(path: self.path).read { try Row.fetchAll($0, sql: sql) }
  }

  @Test("both shapes of rows are read as one")
  func bothShapes() throws {
    let journal = try Journal(path: self.path)
    let run = try journal.begin(Self.run)
    journal.served(
      [
        ServedRow(entry: 2, connection: 7, started: 6_000_000, nanoseconds: 9_000),
        ServedRow(entry: 0, connection: 7, started: 7_000_000, nanoseconds: 9_999),
        ServedRow(entry: 2, connection: 8, started: 8_000_000, nanoseconds: 1_000),
        ServedRow(entry: 3, connection: 8, started: 8_000_000, nanoseconds: 1_000),
      ], run: run, entries: Self.entries)
    journal.append(
      [
        JournalRow(
          service: "users", outcome: .missed, connection: 9, started: 9_000_000, nanoseconds: 2_000_000,
          summary: "GET /users/43", status: "501", requestBytes: 80, replyBytes: 300, note: "no entry")
      ], run: run)
    #expect(journal.close() == Journal.Outcome(written: 5, lost: 0, failure: nil))
    let rows = try self.rows("SELECT * FROM exchanges ORDER BY started_us")
    #expect(rows.map { $0["entry"] as String? } == [2, 0, 2].map { "get-users-\($0)-cafebabe.hurl" } + [nil])
    #expect(rows.map { $0["started_us"] as Int } == [1000, 2000, 3000, 4000])
    #expect(rows.map { $0["duration_us"] as Int } == [9, 9, 1, 2000])
    #expect(rows.map { $0["outcome"] as String } == ["served", "served", "served", "missed"])
    #expect(rows.last?["note"] as String? == "no entry")
    let runs = try self.rows("SELECT * FROM runs")
    #expect(runs.map { $0["ended"] as Int } == [1])
    #expect(try self.rows("SELECT * FROM entries").count == 2, "each entry once")
  }

  @Test("a full queue refuses at once, and the loss is counted on the run")
  func fullQueue() throws {
    let journal = try Journal(path: self.path, queued: 100)
    let run = try journal.begin(Self.run)
    let batch = [ServedRow](repeating: ServedRow(entry: 0, connection: 0, started: 0, nanoseconds: 0), count: 101)
    #expect(!journal.served(batch, run: run, entries: Self.entries))
    #expect(journal.served(Array(batch[..<100]), run: run, entries: Self.entries))
    let outcome = journal.close()
    #expect(outcome == Journal.Outcome(written: 100, lost: 101, failure: nil))
    #expect(!journal.served(batch, run: run, entries: Self.entries), "closed")
    #expect(try self.rows("SELECT lost FROM runs").map { $0["lost"] as Int } == [101])
  }

  @Test("several journals write one file at once, from the first moment of its life")
  func atOnce() async throws {
    let path = self.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<6 {
        group.addTask {
          let journal = try Journal(path: path)
          let run = try journal.begin(Self.run)
          let entries = ServedEntries(service: "s\(writer)", count: 10) { ("e\($0)", "GET /\($0)", "200") }
          for round in 0..<20 {
            let batch = (0..<50).map {
              ServedRow(entry: Int32($0 % 10), connection: Int32(round), started: 0, nanoseconds: 0)
            }
            #expect(journal.served(batch, run: run, entries: entries))
            let row = JournalRow(
              service: "s\(writer)", outcome: .forwarded, connection: 1, started: 0, nanoseconds: 0, summary: "GET /")
            #expect(journal.append([row], run: run))
          }
          #expect(journal.close() == Journal.Outcome(written: 1020, lost: 0, failure: nil))
        }
      }
      try await group.waitForAll()
    }
    let counts = try self.rows("SELECT service, COUNT(*) AS n FROM exchanges GROUP BY run, service ORDER BY service")
    #expect(counts.map { $0["service"] as String } == (0..<6).map { "s\($0)" })
    #expect(counts.allSatisfy { $0["n"] == 1020 })
  }

  @Test("a file that is no database, or a later version's, is refused with its path")
  func unusable() throws {
    try self.temporary.write(".mockrec/journal.sqlite", String(repeating: "no database ", count: 100))
    let error = #expect(throws: StoreError.self) { try Journal(path: self.path) }
    #expect(error?.reason == .unusable)
    #expect(error?.path == self.path)
    let other = self.temporary.path("later.sqlite")
    var migrator = JournalSchema.migrator
    migrator.registerMigration("2") { _ in }
    try migrator.migrate(DatabaseQueue(path: other))
    let later = #expect(throws: StoreError.self) { try Journal(path: other) }
    #expect(later?.reason == .unusable)
    #expect(later?.detail.contains("later version") == true)
    #expect(throws: StoreError.self) { try Journal(path: "/proc/self/journal.sqlite") }
  }

  @Test("a full disk loses rows and says so; a read-only one is refused")
  func badDisk() throws {
    try self.temporary.withTinyDisk { disk in
      let journal = try Journal(path: "\(disk)/journal.sqlite")
      let run = try journal.begin(Self.run)
      for _ in 0..<20 {
        let batch = [ServedRow](
          repeating: ServedRow(entry: 0, connection: 0, started: .max / 2, nanoseconds: 0), count: 4096)
        journal.served(batch, run: run, entries: Self.entries)
      }
      let outcome = journal.close()
      #expect(outcome.failure?.reason == .full)
      #expect(outcome.lost > 0)
      #expect(outcome.written + outcome.lost == 20 * 4096)
    }
    try self.temporary.withTinyDisk { disk in
      _ = try Journal(path: "\(disk)/journal.sqlite").close()
      guard TemporaryFolder.makeReadOnly(disk) else { return }
      #expect(throws: StoreError.self) { try Journal(path: "\(disk)/journal.sqlite").begin(Self.run) }
      let folder = try CassetteFolder(reading: disk)
      let error = #expect(throws: StoreError.self) { try folder.write("a.hurl", [1]) }
      #expect(error?.reason == .readOnly)
    }
  }

  @Test("the oldest rows give way when the file is full")
  func makeRoom() throws {
    for round in 0..<3 {
      let journal = try Journal(path: self.path, maximumBytes: 1_000_000)
      let run = try journal.begin(Self.run)
      for _ in 0..<25 {
        let batch = [ServedRow](
          repeating: ServedRow(entry: 0, connection: Int32(round), started: 0, nanoseconds: 0), count: 4096)
        journal.served(batch, run: run, entries: Self.entries)
      }
      #expect(journal.close().lost == 0)
    }
    let kept = try self.rows("SELECT run, SUM(count) AS n FROM served GROUP BY run ORDER BY run")
    #expect(kept.last?["n"] == 25 * 4096)
    #expect(kept.reduce(0) { $0 + ($1["n"] as Int) } < 3 * 25 * 4096)
  }
}
