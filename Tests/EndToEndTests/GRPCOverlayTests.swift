import Foundation
import Testing

@Suite("gRPC: faults, as grpcio's client meets them", .wholePrograms)
struct GRPCOverlayTests {
  enum Mode: String, CaseIterable { case replay, proxy }

  /// A rule, calls that it concerns, and what becomes of them: a line each, where `…` stands for any text.
  struct Case: Sendable, CustomTestStringConvertible {
    var match: String
    var fault: String
    var calls: [String]
    var lines: [String]
    /// After so many seconds a call is given up.
    var seconds = 20

    init(_ fault: String, match: String = "", seconds: Int = 20, _ outcomes: KeyValuePairs<String, String>) {
      (self.match, self.fault, self.seconds) = (match, fault, seconds)
      self.calls = outcomes.map(\.key)
      self.lines = outcomes.map { "\($0.key.prefix { $0 != "=" }): \($0.value)" }
    }

    var testDescription: String { "\(self.fault) {\(self.match)}" }
  }

  /// The calls that are recorded.
  private static let session = ["unary", "unary=Bob", "count", "sum", "talk", "greeted", "many"]
  private static let overAll = "['one, indeed', 'two, indeed', 'three, indeed'] OK"

  static let cases = [
    Case(
      #"{status: UNAVAILABLE, message: "größer % ✓", metadata: {retry-after: "1"}}"#,
      match: #"method: helloworld.Greeter/Say*, metadata: {x-tenant: ac*}, json: {"$.name": Ada}"#,
      ["unary": "UNAVAILABLE größer % ✓ retry-after=1", "unary=Bob": "Hello, Bob!"]),
    Case(
      "{status: PERMISSION_DENIED}", match: "method: chat.Chat/*",
      [
        "count": "[] PERMISSION_DENIED", "sum": "PERMISSION_DENIED", "talk": "[] PERMISSION_DENIED",
        "greeted": "[] PERMISSION_DENIED", "unary": "Hello, Ada!",
      ]),
    Case(
      "{trailers: {after: 2, status: UNAVAILABLE, message: gone, metadata: {a-b: c}}}",
      [
        "unary": "Hello, Ada!", "count": "[1, 2] UNAVAILABLE gone a-b=c", "sum": "6",
        "talk": "['one, indeed', 'two, indeed'] UNAVAILABLE gone a-b=c",
        "greeted": "['welcome', 'one, indeed'] UNAVAILABLE gone a-b=c",
      ]),
    Case(
      "{trailers: {status: ABORTED}}",
      ["unary": "ABORTED", "count": "[] ABORTED", "sum": "ABORTED", "talk": "[] ABORTED", "greeted": "[] ABORTED"]),
    Case(
      "{trailers: {after: 1, status: OK}}", ["unary": "Hello, Ada!", "count": "[1] OK", "talk": "['one, indeed'] OK"]),
    Case("{trailers: {after: 1, status: INTERNAL}}", ["unary": "INTERNAL", "sum": "INTERNAL"]),
    Case(
      "{reset-stream: {after: 1, code: ENHANCE_YOUR_CALM}}",
      [
        "unary": "RESOURCE_EXHAUSTED …", "talk": "[…] RESOURCE_EXHAUSTED …",
        "count": "[…] RESOURCE_EXHAUSTED …",
      ]
    ),
    Case(
      "{goaway: 1}",
      ["unary": "Hello, Ada!", "count": "[1, 2, 3, 4, 5] OK", "talk": Self.overAll, "sum": "6"]),
    Case(
      "{stall: 1}", seconds: 2,
      [
        "unary": "DEADLINE_EXCEEDED …", "count": "[1] DEADLINE_EXCEEDED …",
        "talk": "['one, indeed'] DEADLINE_EXCEEDED …",
      ]),
    Case("{broken-frame: 1}", ["talk": "[…] INTERNAL …"]),
    Case("{hang: }", seconds: 2, ["unary": "DEADLINE_EXCEEDED …", "talk": "[] DEADLINE_EXCEEDED …"]),
    Case("{truncate: 1B}", ["unary": "INTERNAL …", "count": "[] INTERNAL …", "talk": "[] INTERNAL …"]),
    Case(
      "{truncate: 0}", ["unary": "", "count": "[0, 2, 3, 4, 5] OK", "talk": "['', 'two, indeed', 'three, indeed'] OK"]),
    Case("{corrupt: 20}", ["unary": "INTERNAL …", "talk": "[] INTERNAL …"]),
    Case("{close-early: 3}", ["talk": "[] UNAVAILABLE …"]),
    Case("{reset: middle}", ["talk": "[] UNAVAILABLE …"]),
    Case("{reset: before}", ["unary": "UNAVAILABLE …"]),
    Case("{refuse: }", ["talk": "[] UNAVAILABLE …"]),
    Case("{empty: }", ["unary": "UNAVAILABLE …"]),
    Case("{garbage: }", ["unary": "…"]),
    Case(
      "{drip: {pieces: 3, over: 60ms}}", ["unary": "Hello, Ada!", "count": "[1, 2, 3, 4, 5] OK", "talk": Self.overAll]),
    Case(
      "{bandwidth: 1KB/s, latency: 20ms, first-byte: 20ms}",
      ["unary": "Hello, Ada!", "sum": "6", "talk": Self.overAll]),
  ]

  @Test("in replay and before the real service alike", arguments: Mode.allCases)
  func alike(mode: Mode) async throws {
    let server = try await RealServer.grpc()
    let folder = try await recorded(server, Self.session)
    for each in Self.cases {
      let (lines, finished) = try await run(
        mode, server, [(each.match, each.fault)], ["--seconds", "\(each.seconds)"] + each.calls, in: folder)
      #expect(lines.count == each.lines.count, "\(each.fault): \(lines)")
      for (line, expected) in zip(lines, each.lines) { #expect(Self.fits(line, expected), "\(each.fault): \(line)") }
      #expect(finished.status == 0, "\(each.fault): \(finished)")
    }
    try await server.stop()
  }

  @Test(
    "of sixteen calls at once on one connection one fails, and the others do not notice", arguments: Mode.allCases,
    ["{status: UNAVAILABLE}", "{trailers: {after: 1, status: UNAVAILABLE}}", "{reset-stream: 1}", "{stall: 0}"])
  func oneOfMany(mode: Mode, fault: String) async throws {
    let server = try await RealServer.grpc()
    let folder = try await recorded(server, ["many"])
    let (lines, finished) = try await run(
      mode, server, [(#"json: {"$.name": P7}"#, fault)], ["--seconds", "3", "many"], in: folder)
    #expect(lines.count == 16 && finished.status == 0, "\(finished)")
    for (number, line) in lines.enumerated() {
      #expect((line == "P\(number): Hello, P\(number)!") == (number != 7), "\(line)")
    }
    #expect(finished.stderr.contains("matched 1, fired 1"), "\(finished)")
    try await server.stop()
  }

  @Test("a connection that breaks ends the calls on it, and none hangs", arguments: ["{reset: middle}", "{garbage: }"])
  func broken(fault: String) async throws {
    let server = try await RealServer.grpc()
    let folder = try await recorded(server, ["many"])
    let (lines, finished) = try await run(
      .replay, server, [(#"json: {"$.name": P7}"#, fault)], ["many", "unary=P1"], in: folder)
    #expect(lines.count == 17 && finished.status == 0, "\(finished)")
    #expect(lines[7] != "P7: Hello, P7!" && lines[16] == "unary: Hello, P1!", "\(lines)")
    #expect(!lines.contains { $0.contains("DEADLINE_EXCEEDED") }, "\(lines)")
    try await server.stop()
  }

  @Test("the same seed makes the same faults, and another one others")
  func seeds() async throws {
    let server = try await RealServer.grpc()
    let folder = try await recorded(server, Self.session)
    var seen: [[String]] = []
    for seed in ["7", "7", "8"] {
      try folder.write(
        "faults.yaml",
        "rules:\n  - {when: {probability: 0.3}, fault: {status: ABORTED}}\n"
          + "  - {when: {probability: 0.5}, fault: {trailers: {after: 1, status: DATA_LOSS}}}\n")
      let (lines, finished) = try await GRPCClient.run(
        under: ["replay", "--wire", "grpc", "--overlay", "faults.yaml", "--seed", seed],
        ["--times", "3"] + Self.session, script: "grpc_faults.py --target", in: folder)
      #expect(finished.status == 0, "\(finished)")
      seen.append(lines)
    }
    #expect(seen[0] == seen[1])
    #expect(seen[0] != seen[2])
    try await server.stop()
  }

  @Test(
    "the real service learns that a call is over",
    arguments: ["{trailers: {after: 1, status: ABORTED}}", "{reset-stream: 1}"])
  func learns(fault: String) async throws {
    let server = try await RealServer.grpc()
    let folder = try TemporaryFolder()
    let (lines, finished) = try await run(
      .proxy, server, [("method: lab.Lab/WaitForCancel", fault)], ["left", "left"], in: folder)
    #expect(lines.count == 4 && finished.status == 0, "\(finished)")
    for index in [1, 3] where lines.count == 4 { #expect(lines[index] == "left: 1", "\(lines)") }
    try await server.stop()
  }

  @Test("a rule for an entry concerns calls that begin as it does", arguments: ["sum", "talk", "greeted", "count"])
  func entry(call: String) async throws {
    let server = try await RealServer.grpc()
    let folder = try await recorded(server, Self.session)
    let entry = try #require(try FileTree(folder("cassette")).names.first { $0.contains("chat-chat-\(call)-") })
    let (lines, finished) = try await run(
      .replay, server, [("entry: \(entry)", "{status: NOT_FOUND}")], ["sum", "talk", "greeted", "count"], in: folder)
    #expect(finished.status == 0, "\(finished)")
    #expect(lines.filter { $0.hasSuffix("NOT_FOUND") }.count == 1, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("\(call): ") && $0.hasSuffix("NOT_FOUND") }, "\(lines)")
    try await server.stop()
  }

  /// Records what the client's calls are answered.
  private func recorded(_ server: RealServer, _ calls: [String]) async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let recorded = try await GRPCClient.run(
      under: ["record", "--wire", "grpc", "--real", server.url], calls, script: "grpc_faults.py --target", in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    return folder
  }

  /// What becomes of calls under rules.
  private func run(
    _ mode: Mode, _ server: RealServer, _ rules: [(match: String, fault: String)], _ arguments: [String],
    in folder: TemporaryFolder
  ) async throws -> (lines: [String], finished: Mockrec.Finished) {
    let written = rules.map { "  - {match: {\($0.match)}, fault: \($0.fault)}\n" }
    try folder.write("faults.yaml", "rules:\n" + written.joined())
    return try await GRPCClient.run(
      under: [mode.rawValue, "--wire", "grpc", "--overlay", "faults.yaml", "--seed", "7"]
        + (mode == .proxy ? ["--real", server.url] : []),
      arguments, script: "grpc_faults.py --target", in: folder)
  }

  /// Whether a line is what is expected, where `…` stands for any text.
  private static func fits(_ line: String, _ expected: String) -> Bool {
    var rest = line[...]
    let parts = expected.components(separatedBy: "…")
    for (index, part) in parts.enumerated() {
      guard !part.isEmpty else { continue }
      guard let found = rest.range(of: part), index > 0 || found.lowerBound == rest.startIndex else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.isEmpty || parts.last?.isEmpty == true
  }
}
