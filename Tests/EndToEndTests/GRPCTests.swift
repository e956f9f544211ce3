import Foundation
import Testing

@Suite("gRPC: grpcio's client and server", .wholePrograms)
struct GRPCTests {
  @Test(
    "recorded and replayed, a client sees what the real server says: all kinds of calls",
    arguments: [[], ["--compression", "gzip"], ["--reflection", "v1alpha"], ["--no-reflection"]])
  func sameAsReal(options: [String]) async throws {
    let server = try await RealServer.grpc(options)
    let folder = try TemporaryFolder()
    let real = try await GRPCClient.lines(server)
    let recorded = try await GRPCClient.record(server, in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    #expect(recorded.lines == real)
    try await server.stop()
    let replayed = try await GRPCClient.replay(in: folder)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
    #expect(replayed.lines == real)
  }

  @Test("over TLS on both sides, each of which trusts its own authority")
  func secure() async throws {
    let server = try await RealServer.grpc(isSecure: true)
    let folder = try TemporaryFolder()
    let real = try await GRPCClient.lines(server, ["--tls", server.folder("ca.pem")])
    let names = [
      "--wire", "grpc", "--tls", "--real", server.url, "--ca", server.folder("ca.pem"), "--server-name", "localhost",
    ]
    let recorded = try await GRPCClient.run(under: ["record"] + names, ["--tls"], in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    #expect(recorded.lines == real)
    try await server.stop()
    let replayed = try await GRPCClient.replay(["--tls"], mode: ["--tls"], in: folder)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
    #expect(replayed.lines == real)
  }

  @Test("recording an unchanged server again changes no byte")
  func again() async throws {
    let folder = try TemporaryFolder()
    var before: FileTree?
    for _ in 0..<2 {
      let server = try await RealServer.grpc()
      let recorded = try await GRPCClient.record(server, in: folder)
      #expect(recorded.finished.status == 0, "\(recorded.finished)")
      try await server.stop()
      let after = try FileTree(folder("cassette"))
      if let before { #expect(before.changes(to: after) == []) }
      before = after
    }
  }

  @Test("messages are recorded as JSON by the server's own descriptor, and as numbers of fields without one")
  func readable() async throws {
    for (options, text) in [([], #""message": "Hello, Ada!""#), (["--no-reflection"], #""1": "Hello, Ada!""#)] {
      let server = try await RealServer.grpc(options)
      let folder = try TemporaryFolder()
      let recorded = try await GRPCClient.record(server, ["unary", "kinds", "unknown_fields"], in: folder)
      #expect(recorded.finished.status == 0, "\(recorded.finished)")
      try await server.stop()
      let tree = try FileTree(folder("cassette"))
      #expect(tree.files(containing: text) != [], "\(tree.names)")
      #expect(tree.files(containing: "helloworld.Greeter/SayHello") != [], "\(tree.names)")
    }
  }

  @Test("a descriptor that is given makes messages readable that a server says nothing of")
  func described() async throws {
    let server = try await RealServer.grpc(["--no-reflection"])
    let folder = try TemporaryFolder()
    let written = try Child(
      Python.interpreter, ["-B", Python.script("Servers/grpc_schema.py"), folder("greeter.binpb")])
    #expect(try await written.end() == .exit(0), "\(written.transcript)")
    let recorded = try await GRPCClient.record(
      server, ["unary", "kinds"], mode: ["--proto-descriptor", folder("greeter.binpb")], in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    try await server.stop()
    #expect(try FileTree(folder("cassette")).files(containing: #""message": "Hello, Ada!""#) != [])
    let replayed = try await GRPCClient.replay(["unary", "kinds"], in: folder)
    #expect(replayed.lines == recorded.lines)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
  }

  @Test("a stream that a client leaves is recorded as far as it was heard, and replayed")
  func left() async throws {
    let server = try await RealServer.grpc()
    let folder = try TemporaryFolder()
    let recorded = try await GRPCClient.record(server, ["endless"], in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    #expect(recorded.lines == ["endless: [1, 2, 3]"])
    try await server.stop()
    let replayed = try await GRPCClient.replay(["endless"], in: folder)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
    #expect(replayed.lines == recorded.lines)
  }

  @Test("connections to a service that does not agree to HTTP/2 are closed")
  func disagreed() async throws {
    // It takes no part in such agreements.
    let redis = try await RealServer.redisWithTLS()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(
      "grpcs://127.0.0.1:\(redis.port)", in: folder.path,
      ["--ca", redis.folder("ca.pem"), "--server-name", "localhost"])
    let before = try recorder.child.sockets()
    let child = try Child(
      Python.interpreter,
      [
        "-B", Python.script("Clients/grpc_faults.py"), "--target", "127.0.0.1:\(recorder.port)", "--times", "20",
        "unary",
      ])
    #expect(try await child.end(within: .seconds(60)) == .exit(0), "\(child.transcript)")
    #expect(child.stdout.components(separatedBy: "ALPN h2").count == 21, "\(child.transcript)")
    try await wait(for: "all connections to be closed") { try recorder.child.sockets() <= before }
    _ = try await recorder.stop()
    try await redis.stop()
  }

  @Test("a stream of 200 MB passes with memory flat, recorded and replayed")
  func bulk() async throws {
    let server = try await RealServer.grpc()
    let bulk = ["--megabytes", "200", "bulk"]
    let real = try await GRPCClient.lines(server, bulk)
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    #expect(try await GRPCClient.lines(at: recorder.port, bulk) == real)
    #expect(try recorder.child.peakMemory() < 150 << 20)
    #expect(try await recorder.stop().status == 0)
    try await server.stop()
    let replayer = try await Mockrec.replay(in: folder.path, wire: "grpc")
    #expect(try await GRPCClient.lines(at: replayer.port, bulk) == real)
    #expect(try replayer.child.peakMemory() < 150 << 20)
    #expect(try await replayer.stop().status == 0)
  }
}
