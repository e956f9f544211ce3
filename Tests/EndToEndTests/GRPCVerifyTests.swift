import Foundation
import Testing

@Suite("gRPC: is the cassette still true?", .wholePrograms)
struct GRPCVerifyTests {
  /// Calls that end by themselves and leave a server as it was.
  private static let session = [
    "unary", "kinds", "unknown_fields", "server_streaming", "client_streaming", "bidi_ping_pong", "bidi_greeted",
    "metadata", "statuses", "status_details", "failure_in_mid_stream", "gzip",
  ]

  private func recorded() async throws -> (port: Int, folder: TemporaryFolder) {
    let server = try await RealServer.grpc()
    let folder = try TemporaryFolder()
    let recorded = try await GRPCClient.record(server, Self.session, in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    try await server.stop()
    return (server.port, folder)
  }

  private func verify(
    _ server: RealServer, in folder: TemporaryFolder, _ more: [String] = []
  ) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      ["verify", "--wire", "grpc", "--cassette", "cassette", "--real", server.url, "--include-unsafe"] + more,
      in: folder.path, within: .seconds(60))
  }

  @Test("an unchanged server agrees, also when it writes a message's fields in another order")
  func agrees() async throws {
    let (port, folder) = try await recorded()
    for options in [[], ["--drift", "order"], ["--compression", "gzip"]] {
      let server = try await RealServer.grpc(options, port: port)
      let finished = try await verify(server, in: folder)
      #expect(finished.status == 0 && !finished.stdout.contains("drift 1"), "\(options): \(finished)")
      try await server.stop()
    }
  }

  @Test(
    "a changed one is drift, named by its place",
    arguments: [
      ("value", "Hi, Ada!"), ("field", "place"), ("status", "PERMISSION_DENIED"), ("fewer", "chat.Chat/Count"),
    ])
  func drifts(change: String, named: String) async throws {
    let (port, folder) = try await recorded()
    let server = try await RealServer.grpc(["--drift", change], port: port)
    let finished = try await verify(server, in: folder, ["--fail-on", "any"])
    #expect(finished.status == 1 && "\(finished)".contains(named), "\(finished)")
    try await server.stop()
    #expect(try await verify(server, in: folder).status == 69)
  }

  @Test(
    "a call that its client gave up at its deadline is recorded so, whatever it had heard, and not asked without one")
  func deadlines() async throws {
    let server = try await RealServer.grpc()
    let folder = try TemporaryFolder()
    let recorded = try await GRPCClient.record(server, ["deadline"], in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    let tree = try FileTree(folder("cassette"))
    let given = tree.files(containing: "GRPC DEADLINE_EXCEEDED")
    #expect(given.count == 3 && tree.files(containing: "x-greeting: wait").allSatisfy(given.contains), "\(tree.names)")
    #expect(tree.files(containing: "@ends client") == [])
    let replayed = try await GRPCClient.replay(["deadline"], in: folder)
    #expect(replayed.lines == recorded.lines)
    let finished = try await verify(server, in: folder)
    #expect(finished.stdout.ranges(of: "(its deadline is not in the cassette").count == 3, "\(finished)")
    for name in given {
      let text = try String(contentsOfFile: folder("cassette/\(name)"), encoding: .utf8)
      let line = "GRPC {{cassette}} lab.Lab/Sleep\n"
      guard text.contains(line) else { continue }
      try text.replacing(line, with: line + "grpc-timeout: 300m\n")
        .write(toFile: folder("cassette/\(name)"), atomically: true, encoding: .utf8)
    }
    let again = try await verify(server, in: folder)
    #expect(again.stdout.ranges(of: "(its deadline is not in the cassette").count == 1, "\(again)")
    #expect(!again.stdout.contains("Sleep"), "\(again)")
    try await server.stop()
  }

  @Test("a value that is new each time is noise, once it has been seen to vary")
  func noise() async throws {
    let server = try await RealServer.grpc(["--now"])
    let folder = try TemporaryFolder()
    let recorded = try await GRPCClient.record(server, ["kinds"], in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    let finished = try await verify(server, in: folder)
    #expect(finished.status == 0, "\(finished)")
    try await server.stop()
  }
}
