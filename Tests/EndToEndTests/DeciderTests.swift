import Foundation
import Testing

/// The example of a service whose dependencies are all mocks.
@Suite("the Immunization Decider", .wholePrograms)
struct DeciderTests {
  private let folder: TemporaryFolder
  private var example: String { self.folder("examples/immunization-decider") }

  /// A copy, so that journal and caches lie beside it.
  init() throws {
    self.folder = try TemporaryFolder()
    for (parent, name) in [("examples", "immunization-decider"), ("clients", "pytest")] {
      try self.folder.folder(parent)
      try FileManager.default.copyItem(
        atPath: "\(Mockrec.package)/\(parent)/\(name)", toPath: self.folder("\(parent)/\(name)"))
    }
  }

  private func test(_ more: [String] = []) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      ["replay", "--control", "127.0.0.1:0", "--", Python.interpreter, "-m", "pytest", "-q", "-n", "4"] + more,
      in: self.example, within: .seconds(120))
  }

  @Test("its tests run at once, each with its own users and histories, against one decider")
  func passes() async throws {
    let finished = try await self.test()
    #expect(finished.status == 0 && finished.stdout.contains("45 passed in"), "\(finished)")
    #expect(finished.stderr.contains("users: served 45, missed 0"), "\(finished)")
  }

  @Test(
    "a decider that forgets whose request it serves, or what it owes the pharmacy, fails them",
    arguments: [
      ("CONTEXT = [\"traceparent\", \"tracestate\", \"baggage\"]", "CONTEXT = [\"traceparent\"]", "assert 404 == 202"),
      ("\"Idempotency-Key\"", "\"X-Key\"", "header \"Idempotency-Key\" isUuid: recorded 'isUuid', asked 'nothing'"),
      ("months=120", "months=119", "[tetanus just holds]"),
    ])
  func fails(right: String, wrong: String, told: String) async throws {
    let file = "\(self.example)/decider.py"
    let source = try String(contentsOfFile: file, encoding: .utf8)
    let changed = source.replacingOccurrences(of: right, with: wrong)
    #expect(changed != source)
    try changed.write(toFile: file, atomically: true, encoding: .utf8)
    let finished = try await self.test(["-k", "first or holds or stranger"])
    #expect(finished.status == 1 && finished.stdout.contains(told), "\(finished)")
  }

  @Test("lint finds nothing in its mocks, and they are formatted")
  func lint() async throws {
    let lint = try await Mockrec.run(["lint"], in: self.example)
    #expect(lint.status == 0 && lint.stdout.hasPrefix("0 findings in "), "\(lint)")
    let format = try await Mockrec.run(["fmt", "--check", "cassettes"], in: self.example)
    #expect(format.status == 0, "\(format)")
  }
}
