import Testing

@testable import MockrecStore

@Suite("The history")
struct HistoryTests {
  private let temporary: TemporaryFolder
  private var path: String { self.temporary.path(".mockrec/history.sqlite") }

  init() throws { self.temporary = try TemporaryFolder() }

  private static func run(_ mode: String, seed: UInt64? = .max) -> HistoryRun {
    HistoryRun(
      mode: mode, started: "2026-11-20T17:00:00Z", milliseconds: 1234, version: "0.1.0", seed: seed, exitStatus: 1,
      counts: #"{"served":3}"#, verdicts: #"{"drift":1}"#, command: "mockrec \(mode)")
  }

  @Test("runs and their findings come back as they were given, the newest run first")
  func roundTrip() throws {
    let history = try History(path: self.path)
    let finding = HistoryFinding(
      service: "users", contract: "contracts/a.hurl:3", verdict: "drift", severity: "breaking", path: "$.id",
      kind: "type", expected: "number", fake: "1", real: nil)
    let verify = try history.add(Self.run("verify"), findings: [finding, finding])
    let replay = try history.add(Self.run("replay", seed: nil))
    let runs = try history.runs(limit: 10)
    #expect(runs.map(\.id) == [replay, verify])
    #expect(runs.map(\.run) == [Self.run("replay", seed: nil), Self.run("verify")])
    #expect(try history.findings(of: verify) == [finding, finding])
    #expect(try history.findings(of: replay) == [])
    try history.close()
  }

  @Test("several processes add at once")
  func atOnce() async throws {
    let path = self.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let history = try History(path: path)
          for _ in 0..<10 { try history.add(Self.run("record")) }
          try history.close()
        }
      }
      try await group.waitForAll()
    }
    #expect(try History(path: path).runs(limit: 100).count == 60)
  }

  @Test("a file that is no database is refused with its path")
  func unusable() throws {
    try self.temporary.write(".mockrec/history.sqlite", String(repeating: "no database ", count: 100))
    let error = #expect(throws: StoreError.self) { try History(path: self.path) }
    #expect(error?.reason == .unusable)
    #expect(error?.description.hasPrefix("cannot open \(self.path): ") == true)
  }
}
