import Foundation
import Testing

@Suite("Recording without a mockrec.yaml", .wholePrograms)
struct ForwardTests {
  private static let clients = ["curl", "requests", "urllib", "httpx", "aiohttp", "node", "java"]
  /// What a person's environment does not have, and that of these tests does.
  private static let noExceptions = ["NO_PROXY": ""]

  @Test("whatever a command asks is recorded, over TLS as well, and replayed without a network")
  func loop() async throws {
    let (plain, secure) = (try await RealServer.nginx(), try await RealServer.nginxWithTLS())
    let folder = try TemporaryFolder()
    let urls = ["http://localhost:\(plain.port)/hello.txt", "https://localhost:\(secure.port)/hello.txt"]
    let command =
      [try Python.interpreter, "-B", Python.script("Clients/forward_clients.py")] + urls + Self.clients
    let trust = Self.noExceptions.merging(["SSL_CERT_FILE": secure.folder("ca.pem")]) { $1 }
    let expected = Set((Self.clients + ["node-modules"]).map { "\($0) hello, world" })

    let recording = try await Mockrec.run(
      ["record", "--"] + command, in: folder.path, environment: trust, within: .seconds(90))
    #expect(recording.status == 0 && Self.said(recording, by: expected) == 2 * expected.count, "\(recording)")
    for (server, scheme) in [(plain, "http"), (secure, "https")] {
      let cassette = "cassettes/localhost-\(server.port)"
      #expect(
        try String(contentsOfFile: folder("\(cassette)/origin"), encoding: .utf8)
          == "\(scheme)://localhost:\(server.port)\n")
      #expect(recording.stderr.contains("localhost-\(server.port): 8 exchanges, 1 new in \(cassette)"), "\(recording)")
    }
    let again = try await Mockrec.run(
      ["record", "--", "curl", "-sS"] + urls, in: folder.path, environment: trust)
    #expect(again.status == 0 && again.stderr.contains("1 exchange, 0 new"), "\(again)")
    try await plain.stop()
    try await secure.stop()

    let replay = try await Mockrec.run(
      ["replay", "--"] + command, in: folder.path, environment: Self.noExceptions, within: .seconds(90))
    #expect(replay.status == 0 && Self.said(replay, by: expected) == 2 * expected.count, "\(replay)")

    let made = try await Mockrec.run(["init", "--from-cassettes"], in: folder.path)
    #expect(made.status == 0, "\(made)")
    let named = try await Mockrec.run(
      ["replay", "localhost-\(secure.port)", "--", "sh", "-c", "curl -sS $LOCALHOST_\(secure.port)_URL/hello.txt"],
      in: folder.path)
    #expect(named.status == 0 && named.stdout.contains("hello, world"), "\(named)")
  }

  /// How many lines of the command are among these.
  private static func said(_ run: Mockrec.Finished, by expected: Set<String>) -> Int {
    run.stdout.split(separator: "\n").count { expected.contains(String($0)) }
  }

  @Test("nothing slips past a replay: who was not recorded is missed, with the way to record it")
  func misses() async throws {
    let real = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let recording = try await Mockrec.run(
      ["record", "--", "curl", "-sS", "\(real.url)/hello.txt"], in: folder.path, environment: Self.noExceptions)
    #expect(recording.status == 0, "\(recording)")
    // The real service is still there, and is not asked.
    for url in ["\(real.url)/data.json", "http://127.0.0.1:1/", "https://api.example.com/users"] {
      let replay = try await Mockrec.run(
        ["replay", "--", "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}\\n", url], in: folder.path,
        environment: Self.noExceptions)
      #expect(replay.status == 1 && replay.stdout.hasSuffix("\n501\n"), "\(replay)")
      #expect(replay.stderr.contains("mockrec record -- <your command>"), "\(replay)")
    }
    let forwarded = try await Mockrec.run(
      ["replay", "--on-miss", "record", "--", "curl", "-sS", "\(real.url)/data.json"], in: folder.path,
      environment: Self.noExceptions)
    #expect(forwarded.status == 0 && forwarded.stdout.contains("alice"), "\(forwarded)")
    try await real.stop()
    let kept = try await Mockrec.run(
      ["replay", "--", "curl", "-sS", "\(real.url)/data.json"], in: folder.path, environment: Self.noExceptions)
    #expect(kept.status == 0 && kept.stdout.contains("alice"), "\(kept)")
  }

  @Test("an authority that only the command line names is believed; without it the error says how to name it")
  func authority() async throws {
    let real = try await RealServer.nginxWithTLS()
    let folder = try TemporaryFolder()
    let ask = ["--", "curl", "-sS", "https://localhost:\(real.port)/data.json"]
    let refused = try await Mockrec.run(["record"] + ask, in: folder.path, environment: Self.noExceptions)
    #expect(refused.stdout.contains("\"kind\": \"tls\"") && refused.stdout.contains("--ca FILE"), "\(refused)")
    #expect(!refused.stderr.contains("mockrec replay -- <the command> answers"), "\(refused)")
    let recording = try await Mockrec.run(
      ["record", "--ca", real.folder("ca.pem")] + ask, in: folder.path, environment: Self.noExceptions)
    #expect(recording.status == 0 && recording.stdout.contains("alice"), "\(recording)")
    // Once named, they are verified without another word.
    let made = try await Mockrec.run(["init", "--from-cassettes"], in: folder.path)
    #expect(made.stderr.contains("no longer through a proxy"), "\(made)")
    let verified = try await Mockrec.run(
      ["verify"], in: folder.path, environment: ["SSL_CERT_FILE": real.folder("ca.pem")])
    #expect(verified.status == 0 && verified.stdout.contains("agree 1"), "\(verified)")
    let alone = try await Mockrec.run(
      [
        "verify", "--wire", "http", "--cassette", "cassettes/localhost-\(real.port)", "--real",
        "https://localhost:\(real.port)", "--ca", real.folder("ca.pem"),
      ], in: folder.path)
    #expect(alone.status == 0, "\(alone)")
    try await real.stop()
  }

  @Test("NO_PROXY is the user's; a replay of nothing, and a service that is not there, are told")
  func edges() async throws {
    let real = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let nothing = try await Mockrec.run(["replay", "--", "true"], in: folder.path)
    #expect(nothing.status == 64 && nothing.stderr.contains("mockrec record -- <the command>"), "\(nothing)")
    let command = ["--", "curl", "-sS", "\(real.url)/hello.txt"]
    let direct = try await Mockrec.run(
      ["record"] + command, in: folder.path, environment: ["NO_PROXY": "127.0.0.1"])
    #expect(direct.status == 0 && direct.stdout.contains("hello, world"), "\(direct)")
    #expect(direct.stderr.contains("nothing came: does the command heed HTTP_PROXY"), "\(direct)")
    // Of two runs at once, both record into the one cassette of the service.
    async let one = Mockrec.run(
      ["record", "--", "curl", "-sS", "\(real.url)/empty.txt"], in: folder.path, environment: Self.noExceptions)
    async let other = Mockrec.run(["record"] + command, in: folder.path, environment: Self.noExceptions)
    #expect(try await [one.status, other.status] == [0, 0])
    #expect(try FileTree(folder("cassettes/service-127-0-0-1-\(real.port)")).files(containing: "GET {{").count == 2)
    let gone = try await Mockrec.run(
      ["record", "--", "sh", "-c", "curl -sS -w '%{http_code}' http://127.0.0.1:1/; curl -sS \(real.url)/hello.txt"],
      in: folder.path, environment: Self.noExceptions)
    #expect(gone.stdout.contains("502") && gone.stdout.contains("hello, world"), "\(gone)")
    #expect(gone.status == 69, "\(gone)")
    #expect(!FileManager.default.fileExists(atPath: folder("cassettes/service-127-0-0-1-1")))
    try await real.stop()
  }

  @Test("odd requests to the proxy are refused with words, and it goes on")
  func odd() async throws {
    let real = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let recorder = try Mockrec.start(["record", "--", "sleep", "60"], in: folder.path)
    try await recorder.ready()
    let port = try recorder.port
    for (request, said) in [
      ("CONNECT localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", "whose target is not HOST:PORT"),
      ("CONNECT a b:1 HTTP/1.1\r\n\r\n", "400 Bad Request"),
      ("CONNECT ../../x:80 HTTP/1.1\r\nHost: x\r\n\r\n", "whose target is not HOST:PORT"),
      ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "names no service: this is a forward proxy"),
      ("GET ftp://x/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "names no service"),
      ("GET http://x:99999/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "names no service"),
      ("nonsense\r\n\r\n", "400 Bad Request"),
      ("GET http://127.0.0.1:\(port)/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "is this proxy itself"),
    ] {
      let connection = try RawConnection(port: port)
      try await connection.send(request)
      try await connection.readToEnd()
      #expect(connection.text.contains(said), "\(request): \(connection.text)")
    }
    // A tunnel in the clear, what is sent behind CONNECT at once, and one that nobody uses.
    let idle = try RawConnection(port: port)
    try await idle.send("CONNECT 127.0.0.1:\(real.port) HTTP/1.1\r\nHost: x\r\n\r\n")
    try await idle.read { $0.text.contains("200 Connection established") }
    let eager = try RawConnection(port: port)
    try await eager.send(
      "CONNECT 127.0.0.1:\(real.port) HTTP/1.1\r\nHost: x\r\n\r\n"
        + "GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\nGET /empty.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try await eager.readToEnd()
    #expect(eager.text.hasPrefix("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 "), "\(eager.text)")
    #expect(eager.text.contains("hello, world\n") && eager.count(of: "HTTP/1.1 200 ") == 3, "\(eager.text)")
    // One connection of a proxy's client, to two services.
    let both = try RawConnection(port: port)
    try await both.send(
      "GET http://127.0.0.1:\(real.port)/hello.txt HTTP/1.1\r\nHost: x\r\n\r\n"
        + "POST http://localhost:\(real.port)/hello.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
        + "Connection: close\r\n\r\nabc")
    try await both.readToEnd()
    #expect(both.text.contains("HTTP/1.1 200 ") && both.text.contains("HTTP/1.1 405 "), "\(both.text)")
    let finished = try await recorder.stop()
    #expect(
      try FileTree(folder("cassettes/service-127-0-0-1-\(real.port)")).files(containing: "GET {{").count == 2,
      "\(finished)")
    #expect(
      try FileTree(folder("cassettes/localhost-\(real.port)")).files(containing: "POST {{").count == 1, "\(finished)")
    try await real.stop()
  }
}
