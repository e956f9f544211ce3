import Foundation
import Testing

@Suite("gRPC: what services and clients seldom do", .wholePrograms)
struct GRPCOddTests {
  private static func server() async throws -> RealServer {
    let port = try RawConnection.freePorts(1)[0]
    var server = try await RealServer.start(
      try Python.interpreter, ["-B", Python.script("Servers/grpc_bare.py"), "\(port)"], install: "scripts/test",
      listensOn: port, in: try TemporaryFolder())
    server.scheme = "grpc"
    return server
  }

  private static func run(
    _ calls: [String], _ arguments: [String], in folder: TemporaryFolder
  ) async throws -> (lines: [String], finished: Mockrec.Finished) {
    try await GRPCClient.run(under: arguments, calls, script: "grpc_bare.py", in: folder)
  }

  private static func describe(_ folder: TemporaryFolder, _ more: [String] = []) async throws {
    let written = try Child(
      Python.interpreter, ["-B", Python.script("Servers/grpc_secrets_schema.py"), folder("secrets.binpb")] + more)
    #expect(try await written.end() == .exit(0), "\(written.transcript)")
  }

  @Test("a status that is all of a reply stays so: a client's policy of retries works behind record, proxy and replay")
  func trailersOnly() async throws {
    let server = try await Self.server()
    let folder = try TemporaryFolder()
    try "overlay: never\nrules:\n  - {match: {method: z.Z/Z}, fault: {latency: 1ms}}\n"
      .write(toFile: folder("none.yaml"), atomically: true, encoding: .utf8)
    let grpc = ["--wire", "grpc"]
    let modes = [
      ["record"] + grpc + ["--real", server.url],
      ["proxy"] + grpc + ["--real", server.url, "--overlay", "none.yaml", "--allow-vacuous"], ["replay"] + grpc,
    ]
    for mode in modes {
      let said = try await Self.run(["retry"], mode, in: folder)
      #expect(said.lines == [#"retry: b'\n\x01x'"#], "\(mode): \(said.finished)")
      #expect(said.finished.status == 0, "\(said.finished)")
    }
    try await server.stop()
  }

  @Test("trailing metadata without a value is recorded so that it can be read")
  func emptyTrailer() async throws {
    let server = try await Self.server()
    let folder = try TemporaryFolder()
    let recorded = try await Self.run(["trailer"], ["record", "--wire", "grpc", "--real", server.url], in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    try await server.stop()
    let replayed = try await Self.run(["trailer"], ["replay", "--wire", "grpc"], in: folder)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
    #expect(replayed.lines == recorded.lines && replayed.lines[0].contains("('x-note', '')"))
  }

  @Test("what is no call is refused at once, and recorded nowhere; other clients go on")
  func noCalls() async throws {
    let server = try await Self.server()
    let folder = try TemporaryFolder()
    let recorded = try await Self.run(
      ["odd", "trailer"], ["record", "--wire", "grpc", "--real", server.url], in: folder)
    try await server.stop()
    #expect(
      recorded.lines.dropLast() == [
        "odd: {':path': '/'} 200 12", "odd: {':path': '/x.S/Echo/more'} 200 12", "odd: {':method': 'GET'} 405 13",
        "odd: {':method': 'PUT'} 405 13", "odd: {'content-type': 'application/json'} 415 13",
        "odd: {'grpc-timeout': 'abc'} 200 13", "odd: {'grpc-timeout': '20S'} 200 0",
      ], "\(recorded.finished)")
    #expect(recorded.lines.last?.contains("x-note") == true)
    let names = try FileTree(folder("cassette")).names.filter { $0.hasSuffix(".hurl") }
    #expect(names.count == 2, "\(names)")
    let replayed = try await Self.run(["trailer"], ["replay", "--wire", "grpc"], in: folder)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
  }

  @Test(
    "no secret of a message reaches the disk, whatever its length and however it lies, and its client finds it again")
  func secrets() async throws {
    let server = try await Self.server()
    let folder = try TemporaryFolder()
    try await Self.describe(folder)
    let recorded = try await Self.run(
      ["secrets"], ["record", "--wire", "grpc", "--real", server.url, "--proto-descriptor", "secrets.binpb"], in: folder
    )
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    try await server.stop()
    let tree = try FileTree(folder("cassette"))
    for secret in ["SECRET", "777001777", "U0VDUkVU"] { #expect(tree.files(containing: secret) == []) }
    #expect(tree.names.contains { $0.hasPrefix("bodies/") }, "\(tree.names)")
    let replayed = try await Self.run(["secrets"], ["replay", "--wire", "grpc"], in: folder)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
    #expect(replayed.lines == recorded.lines)
    let lint = try await Mockrec.run(["lint", "cassette"], in: folder.path)
    #expect(lint.status == 0, "\(lint)")
  }

  @Test("descriptors without what they import: what lacks its type is told, and shown by numbers")
  func missingImport() async throws {
    let server = try await Self.server()
    let folder = try TemporaryFolder()
    try await Self.describe(folder, ["without-reply"])
    let recorded = try await Self.run(
      ["echo"], ["record", "--wire", "grpc", "--real", server.url, "--proto-descriptor", "secrets.binpb"], in: folder
    )
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    #expect(recorded.finished.stderr.contains("the descriptors lack elsewhere.Reply"), "\(recorded.finished)")
    try await server.stop()
    let replayed = try await Self.run(["echo"], ["replay", "--wire", "grpc"], in: folder)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
  }
}
