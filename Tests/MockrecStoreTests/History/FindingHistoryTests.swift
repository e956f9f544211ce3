import Foundation
import GRDB
import Testing

@testable import MockrecStore

@Suite("What became of findings over time")
struct FindingHistoryTests {
  private let temporary: TemporaryFolder
  private var path: String { self.temporary.path("history.sqlite") }

  init() throws { self.temporary = try TemporaryFolder() }

  private static func run(_ day: Int) -> HistoryRun {
    HistoryRun(
      mode: "verify", started: "2026-11-\(day)T03:00:00Z", milliseconds: 1, version: "0.1.0", seed: 1, exitStatus: 1,
      counts: "{}", verdicts: #"{"drift":\#(day)}"#, command: "mockrec verify")
  }

  private static func finding(
    _ path: String, line: Int = 3, service: String = "users", fake: String = "1"
  ) -> HistoryFinding {
    HistoryFinding(
      service: service, contract: "contracts/v1:2/a.hurl:\(line)", verdict: "drift", severity: "breaking", path: path,
      kind: "type", fake: fake, scope: "contracts/v1:2/a.hurl", request: "GET {{users}}/a")
  }

  @Test(
    "a finding is new, standing, flaky or gone by the runs that asked since its first sight",
    arguments: [
      ("x", FindingHistory.State.new, 0.0), ("..x", .new, 0), ("xxx", .standing, 0), ("xx.", .gone, 0),
      ("x.x", .flaky, 1.0 / 3), ("x..x", .flaky, 0.5), ("x.x..", .flaky, 1.0 / 3), ("xx-", .standing, 0),
      ("x-.", .gone, 0), ("x-x", .standing, 0),
    ])
  func states(runs: String, state: FindingHistory.State, rate: Double) throws {
    let history = try History(path: self.path)
    for (index, run) in runs.enumerated() {
      // x: found; a dot: asked and not found; a dash: not asked.
      try history.add(
        Self.run(10 + index), findings: run == "x" ? [Self.finding("$.id", line: 3 + index)] : [],
        checked: run == "-" ? ["contracts/b.hurl"] : ["contracts/v1:2/a.hurl"])
    }
    let found = try history.findingHistories(limit: 10)
    #expect(found.count == 1, "a line that moves makes no other finding")
    #expect(found.first?.state == state && abs((found.first?.flakeRate ?? 9) - rate) < 0.001, "\(found)")
    #expect(found.first?.sightings == runs.count { $0 == "x" })
    try history.close()
  }

  @Test("first and last sight are told, with the finding as it was last; the latest come first")
  func sights() throws {
    let history = try History(path: self.path)
    let scope = ["contracts/v1:2/a.hurl"]
    try history.add(Self.run(10), findings: [Self.finding("$.a"), Self.finding("$.b")], checked: scope)
    try history.add(Self.run(11), findings: [Self.finding("$.b", line: 9, fake: "2")], checked: scope)
    let found = try history.findingHistories(limit: 10)
    #expect(found.map(\.last.path) == ["$.b", "$.a"])
    #expect(found.map(\.firstSeen) == ["2026-11-10T03:00:00Z", "2026-11-10T03:00:00Z"])
    #expect(found.map(\.lastSeen) == ["2026-11-11T03:00:00Z", "2026-11-10T03:00:00Z"])
    #expect(found.first?.last == Self.finding("$.b", line: 9, fake: "2"))
    #expect(found.map(\.outcomes) == [[true, true], [true, false]])
    #expect(try history.findingHistories(limit: 1).count == 1)
    #expect(try history.findingCount() == 2)
    #expect(try history.findingHistories(service: "other", limit: 9).isEmpty)
    #expect(try history.findingCount(service: "users") == 2)
    #expect(try history.verifications(limit: 1).map(\.verdicts) == [#"{"drift":11}"#])
    try history.close()
  }

  @Test("a history of the first schema keeps its findings")
  func migrated() throws {
    let queue = try DatabaseQueue(path: self.path)
    try HistorySchema.migrator.migrate(queue, upTo: "1")
    try queue.write { db in
      for day in [10, 11] {
        try db.execute(
          sql: """
            INSERT INTO runs (mode, started, duration_ms, version, exit_status, counts, verdicts, command)
              VALUES ('verify', '2026-11-\(day)', 1, '0.1.0', 1, '{}', '{}', '');
            INSERT INTO findings (run, service, contract, verdict, severity, path, kind)
              VALUES (last_insert_rowid(), 'users', 'a.hurl:\(day)', 'drift', 'breaking', '$.a', 'type');
            """)
      }
    }
    try queue.close()
    let history = try History(path: self.path)
    let found = try history.findingHistories(limit: 10)
    #expect(found.map(\.state) == [.standing] && found.first?.last.scope == "a.hurl", "\(found)")
    try history.close()
  }
}
