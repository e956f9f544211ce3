import Foundation
import Testing

@Suite("WebSockets", .wholePrograms)
struct WebSocketTests {
  private static func run(_ script: String, _ url: String) async throws -> String {
    let client = try Child(Python.interpreter, ["-B", Python.script("Clients/\(script).py"), url])
    #expect(try await client.end(within: .seconds(120)) == .exit(0), "\(client.transcript)")
    return client.stdout
  }

  private static func proxy(_ real: String, in folder: TemporaryFolder, overlay: String) async throws -> Mockrec {
    try folder.write("faults.yaml", overlay)
    let proxy = try Mockrec.start(
      ["proxy", "--wire", "http", "--real", real, "--listen", "127.0.0.1:0", "--overlay", "faults.yaml"],
      in: folder.path)
    try await proxy.ready()
    return proxy
  }

  @Test("clients see the same as without mockrec: recorded, replayed, through a proxy that delays, on a miss")
  func same() async throws {
    let server = try await RealServer.sockets()
    let direct = try await Self.run("sockets", "ws://127.0.0.1:\(server.port)")
    #expect(direct.contains("closed 4001 so long") && direct.contains("denied 403"), "\(direct)")
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    #expect(try await Self.run("sockets", "ws://127.0.0.1:\(recorder.port)") == direct)
    let recorded = try await recorder.stop()
    #expect(recorded.status == 0, "\(recorded)")
    // The reply to who was granted none.
    let denied = try #require(try FileTree(folder("cassette")).text(prefix: "get-nowhere-"))
    #expect(denied.contains("HTTP 403\n") && !denied.lowercased().contains("sec-websocket-key"), "\(denied)")

    let replayer = try await Mockrec.replay(in: folder.path)
    #expect(try await Self.run("sockets", "ws://127.0.0.1:\(replayer.port)") == direct)
    let replayed = try await replayer.stop()
    #expect(replayed.status == 0 && replayed.stderr.contains("served 9, missed 0, unused 0 of 9"), "\(replayed)")

    let empty = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: empty("cassette"), withIntermediateDirectories: true)
    let forwarder = try await Mockrec.replay(in: empty.path, ["--on-miss", "forward", "--real", server.url])
    #expect(try await Self.run("sockets", "ws://127.0.0.1:\(forwarder.port)") == direct)
    let forwarded = try await forwarder.stop()
    #expect(forwarded.stderr.contains("served 0, missed 0, forwarded 9,"), "\(forwarded)")

    let proxy = try await Self.proxy(
      server.url, in: folder, overlay: "rules:\n  - {match: {path: /echo}, fault: {latency: 1ms}}\n"
    )
    #expect(try await Self.run("sockets", "ws://127.0.0.1:\(proxy.port)") == direct)
    #expect(try await proxy.stop().status == 0)
    try await server.stop()
  }

  @Test("who reads late stops who sends, in both directions, with memory flat")
  func backPressure() async throws {
    let server = try await RealServer.sockets()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    #expect(try await Self.run("sockets_floods", "ws://127.0.0.1:\(recorder.port)") == "heard True\nsaid True\n")
    #expect(try recorder.child.peakMemory() < 120 << 20)
    #expect(try await recorder.stop().status == 0)
    try await server.stop()
  }

  @Test("over TLS to a service that would rather speak HTTP/2")
  func tls() async throws {
    let server = try await RealServer.socketsOverTLS()
    let folder = try TemporaryFolder()
    try folder.write(
      "mockrec.yaml",
      """
      services:
        chat:
          real: https://localhost:\(server.port)
          ca: \(server.folder("ca.pem"))
          listen: 127.0.0.1:0
          tls: true

      """)
    let recorder = try Mockrec.start(["record"], in: folder.path)
    try await recorder.ready()
    let heard = try await Self.run("sockets_tls", "wss://127.0.0.1:\(recorder.port)")
    #expect(heard == "'hello'\nb'\\x00'\nclosed 1000\n")
    let get = try Child("curl", ["-q", "-sS", "-k", "--noproxy", "*", "https://127.0.0.1:\(recorder.port)/"])
    #expect(try await get.end() == .exit(0) && get.stdout == "2ello", "\(get.transcript)")
    #expect(try await Self.run("sockets_tls", "wss://127.0.0.1:\(recorder.port)") == heard)
    #expect(try await recorder.stop().status == 0)
    try await server.stop()
  }

  @Test(
    "a fault answers in the place of a service, and a service that breaks the protocol breaks its own connection only")
  func faults() async throws {
    let server = try await RealServer.sockets()
    let folder = try TemporaryFolder()
    let proxy = try await Self.proxy(
      server.url, in: folder,
      overlay: """
        rules:
          - {match: {path: /echo}, fault: {status: 503}}
          - {match: {path: /goodbye}, fault: {truncate: 1B}}

        """)
    let ask = """
      Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
      """
    let failed = try RawConnection(port: proxy.port)
    try await failed.send("GET /echo HTTP/1.1\r\n" + ask)
    #expect(try await failed.readToEnd().hasPrefix("HTTP/1.1 503 "))
    // There is no body that could be cut when it is whole.
    let uncut = try RawConnection(port: proxy.port)
    try await uncut.send("GET /goodbye HTTP/1.1\r\n" + ask)
    try await uncut.read { $0.text.contains("first") && $0.text.contains("so long") }
    let broken = try RawConnection(port: proxy.port)
    try await broken.send("GET /broken HTTP/1.1\r\n" + ask)
    try await broken.readToEnd()
    #expect(broken.text.hasPrefix("HTTP/1.1 101 ") && broken.text.hasSuffix("\r\n\r\n"), "\(broken.text)")
    let finished = try await proxy.stop()
    #expect(finished.stderr.contains("the reserved opcode 3"), "\(finished)")
    #expect(finished.stderr.contains("matched 1, fired 0"), "\(finished)")
    try await server.stop()
  }

  @Test("a request for a WebSocket that nothing recorded answers is a miss")
  func miss() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassette/get-a.hurl", "# mockrec 1\nGET {{cassette}}/a\n\nHTTP 200\n")
    let replayer = try await Mockrec.replay(in: folder.path)
    let client = try RawConnection(port: replayer.port)
    try await client.send(
      """
      GET /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
      """)
    #expect(try await client.readToEnd().contains("X-Mockrec: miss"), "\(client.text)")
    #expect(try await replayer.stop().status == 1)
  }
}

extension RealServer {
  /// See `Servers/sockets.py` for its paths.
  fileprivate static func sockets() async throws -> RealServer {
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter, ["-B", Python.script("Servers/sockets.py"), "\(port)"], install: "scripts/test",
      listensOn: port, in: try TemporaryFolder())
  }

  /// hypercorn, which prefers HTTP/2; its certificate is `ca.pem` in its folder.
  fileprivate static func socketsOverTLS() async throws -> RealServer {
    let folder = try TemporaryFolder()
    let certificate = try await Certificate(in: folder.path)
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter,
      [
        "-B", "-m", "hypercorn", "--bind", "127.0.0.1:\(port)", "--certfile", certificate.file, "--keyfile",
        certificate.key, Python.script("Servers/sockets_asgi.py") + ":app",
      ], install: "scripts/test", listensOn: port, in: folder)
  }
}
