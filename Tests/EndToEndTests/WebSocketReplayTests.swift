import Foundation
import Testing

@Suite("WebSockets, recorded and replayed frame by frame", .wholePrograms)
struct WebSocketReplayTests {
  private static let prices = [
    "hear", #"say:{"subscribe": "ABC"}"#, "hear", "hear", "bytes:000102", "hear", "say:bye", "rest",
  ]

  private static func talk(_ library: String, _ port: Int, _ path: String, _ steps: [String]) async throws -> String {
    let client = try Child(
      Python.interpreter,
      ["-B", Python.script("Clients/sockets_talk.py"), library, "ws://127.0.0.1:\(port)\(path)"] + steps)
    #expect(try await client.end(within: .seconds(60)) == .exit(0), "\(client.transcript)")
    return client.stdout
  }

  /// What both clients hear of an echo, and of prices, one of which leaves early.
  private static func session(_ echo: Int, _ prices: Int) async throws -> [String] {
    var heard: [String] = []
    for library in ["websockets", "aiohttp"] {
      let words = ["say:one", "hear", #"say:{"two": "`{{x}}"}"#, "hear", "bytes:00ff", "hear", "say:", "hear", "close"]
      heard.append(try await self.talk(library, echo, "/", words))
      heard.append(try await self.talk(library, prices, "/prices", self.prices))
    }
    heard.append(try await self.talk("websockets", prices, "/ticks", ["hear", "hear", "hear", "close"]))
    return heard
  }

  @Test("hypercorn's and websockets' are replayed to both clients; recorded again, nothing changes")
  func replayed() async throws {
    let (echo, prices) = (try await RealServer.hypercorn(), try await RealServer.prices())
    let folder = try TemporaryFolder()
    try folder.write(
      "mockrec.yaml",
      """
      services:
        echo: {real: "\(echo.url)", listen: 127.0.0.1:0}
        prices: {real: "\(prices.url)", listen: 127.0.0.1:0}

      """)
    let direct = try await Self.session(echo.port, prices.port)
    #expect(direct[1].contains("closed 4001") && direct[4].contains(#"{"tick": 3, "price": 10}"#), "\(direct)")
    var before: FileTree?
    for mode in ["append", "append", "overwrite"] {
      let recorder = try Mockrec.start(["record", "--mode", mode], in: folder.path)
      try await recorder.ready()
      let ports = recorder.listeners.map(\.port)
      #expect(try await Self.session(ports[0], ports[1]) == direct)
      #expect(try await recorder.stop().status == 0)
      let tree = try FileTree(folder("cassettes"))
      if let before { #expect(tree == before, "\(mode)") }
      before = tree
    }
    try await echo.stop()
    try await prices.stop()

    let replayer = try Mockrec.start(["replay"], in: folder.path)
    try await replayer.ready()
    let ports = replayer.listeners.map(\.port)
    for _ in 0..<2 { #expect(try await Self.session(ports[0], ports[1]) == direct) }
    let finished = try await replayer.stop()
    #expect(finished.status == 0 && finished.stderr.contains("missed 0"), "\(finished)")
  }

  @Test(
    "what a service says to a client that only listens comes without the client's word",
    arguments: [
      ("< \"one\"\n< \"two\"\n< end\n", "'one'\n'two'\nclosed 1006"),
      ("< \"one\"\n< close 1000 \"done\"\n", "'one'\nclosed 1000 done"), ("< \"one\"\n< \"two\"\n", "'one'\n'two'\n"),
    ])
  func listener(frames: String, expected: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/get-news.hurl",
      "# mockrec 1\nGET {{cassette}}/news\nUpgrade: websocket\n\nHTTP 101\n```\n\(frames)```\n")
    let replayer = try await Mockrec.replay(in: folder.path)
    let isOpen = !frames.contains("end") && !frames.contains("close")
    let steps = isOpen ? ["hear", "hear", "close"] : ["rest"]
    let heard = try await Self.talk("websockets", try replayer.port, "/news", steps)
    #expect(heard.hasPrefix(expected), "\(heard)")
    #expect(try await replayer.stop().status == 0)
  }

  @Test("a client that says what nobody recorded is told so in a close frame, and the nearest entry is named")
  func missed() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/get-prices.hurl",
      "# mockrec 1\nGET {{cassette}}/prices\nUpgrade: websocket\n\nHTTP 101\n```\n< \"hello\"\n> {\"subscribe\": 7}\n< \"yes\"\n```\n"
    )
    let replayer = try await Mockrec.replay(in: folder.path)
    let port = try replayer.port
    let heard = try await Self.talk("websockets", port, "/prices", ["hear", #"say:{"subscribe": 8}"#, "rest"])
    #expect(heard.hasPrefix("'hello'\nclosed 1011 mockrec: no recorded exchange answers"), "\(heard)")
    // JSON is compared by what it means.
    let again = try await Self.talk("websockets", port, "/prices", ["hear", #"say:{ "subscribe":7}"#, "hear", "close"])
    #expect(again.hasPrefix("'hello'\n'yes'\nclosed 1000"), "\(again)")
    let finished = try await replayer.stop()
    #expect(finished.status == 1 && finished.stderr.contains("nearest: cassette/get-prices.hurl:2"), "\(finished)")
    #expect(
      finished.stderr.contains(#"frame 1: recorded '> {"subscribe": 7}', asked '> {"subscribe": 8}'"#), "\(finished)")
  }

  @Test("what is written by hand is served: bytes, pings, the end with words and the one without")
  func writtenByHand() async throws {
    let folder = try TemporaryFolder()
    func write(_ name: String, _ frames: String) throws {
      try folder.write(
        "cassette/get-\(name).hurl",
        "# mockrec 1\nGET {{cassette}}/\(name)\nUpgrade: websocket\n\nHTTP 101\n```\n\(frames)```\n")
    }
    try write("bytes", "# greets\n< hex,0001;\n< ping \"x\"\n< {\"n\": [1]}\n> \"go\"\n< close 4000 \"that is all\"\n")
    try write("drop", "< \"first\"\n> \"go\"\n< end\n")
    let replayer = try await Mockrec.replay(in: folder.path)
    let port = try replayer.port
    let bytes = try await Self.talk("websockets", port, "/bytes", ["hear", "hear", "say:go", "rest"])
    #expect(bytes == "b'\\x00\\x01'\n'{\"n\": [1]}'\nclosed 4000 that is all\n")
    let dropped = try await Self.talk("websockets", port, "/drop", ["hear", "say:go", "rest"])
    #expect(dropped == "'first'\nclosed 1006 \n", "\(dropped)")
    let finished = try await replayer.stop()
    #expect(finished.status == 0 && finished.stderr.contains("served 2, missed 0, unused 0 of 2"), "\(finished)")
    // A HAR has no place for what both sides said: this one would be empty.
    let archive = try await Mockrec.run(["export", "har", "--cassette", "cassette", "-o", "a.har"], in: folder.path)
    #expect(archive.status == 1 && "\(archive)".contains("2 × a WebSocket: the exchange is left out"), "\(archive)")
  }

  @Test("with the recorded times the service takes as long again")
  func times() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/get-slow.hurl",
      "# mockrec 1\nGET {{cassette}}/slow\nUpgrade: websocket\n\nHTTP 101\n```\n> \"go\"\n< @700 \"there\"\n< close 1000\n```\n"
    )
    let replayer = try await Mockrec.replay(in: folder.path, ["--stream-timing", "recorded"])
    let clock = ContinuousClock()
    let began = clock.now
    #expect(try await Self.talk("aiohttp", try replayer.port, "/slow", ["say:go", "rest"]) == "'there'\nclosed 1000\n")
    #expect(began.duration(to: clock.now) >= .milliseconds(700))
    #expect(try await replayer.stop().status == 0)
  }

  @Test("a frame that is not masked ends its own connection with 1002, and no other")
  func unmasked() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/get-a.hurl",
      "# mockrec 1\nGET {{cassette}}/a\nUpgrade: websocket\n\nHTTP 101\n```\n> \"x\"\n< \"X\"\n> \"y\"\n< \"Y\"\n```\n")
    let replayer = try await Mockrec.replay(in: folder.path)
    let ask = """
      GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
      """
    let (good, bad) = (try RawConnection(port: replayer.port), try RawConnection(port: replayer.port))
    for connection in [good, bad] { try await connection.send(ask) }
    try await good.read { $0.text.contains("\r\n\r\n") }
    // "x" under a mask of zeros.
    try await good.send([0x81, 0x81, 0, 0, 0, 0, UInt8(ascii: "x")])
    try await good.read { Array($0.received.suffix(3)) == [0x81, 1, UInt8(ascii: "X")] }
    try await bad.send([0x81, 1, UInt8(ascii: "x")])
    try await bad.readToEnd()
    #expect(Array(bad.received.suffix(4)) == [0x88, 2, 0x03, 0xEA], "\(Array(bad.received))")
    try await good.send([0x81, 0x81, 0, 0, 0, 0, UInt8(ascii: "y")])
    try await good.read { Array($0.received.suffix(3)) == [0x81, 1, UInt8(ascii: "Y")] }
    #expect(try await replayer.stop().stderr.contains("not masked"))
  }

  @Test("a conversation of more messages than a stream has pieces keeps the place of each")
  func long() async throws {
    let server = try await RealServer.hypercorn()
    let folder = try TemporaryFolder()
    let steps = Array(repeating: ["say:a", "hear"], count: 5000).flatMap { $0 } + ["close"]
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    let heard = try await Self.talk("websockets", try recorder.port, "/", steps)
    #expect(try await recorder.stop().status == 0)
    try await server.stop()
    let replayer = try await Mockrec.replay(in: folder.path)
    #expect(try await Self.talk("websockets", try replayer.port, "/", steps) == heard)
    #expect(try await replayer.stop().status == 0)
  }

  // MARK: Verify

  private static func verify(_ server: RealServer, in folder: TemporaryFolder) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", server.url, "--fail-on", "any"],
      in: folder.path, within: .seconds(60))
  }

  @Test("a handshake that is wrong is the service's to refuse, recorded and replayed")
  func refusedHandshake() async throws {
    let server = try await RealServer.prices()
    let folder = try TemporaryFolder()
    let curl = "curl -s -o /dev/null -m 5 -w '%{http_code} ' -H 'Connection: Upgrade' -H 'Upgrade: websocket'"
    let key = "-H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='"
    let commands = ["Version: 8' \(key)", "Version: 13' -H 'Sec-WebSocket-Key: short'"]
      .map { "\(curl) -H 'Sec-WebSocket-\($0) URL/ticks" }.joined(separator: "; ")
    let direct = try Child("sh", ["-c", commands.replacingOccurrences(of: "URL", with: server.url)])
    #expect(try await direct.end(within: .seconds(20)) == .exit(0) && direct.stdout == "400 400 ")
    for mode in [["record", "--real", server.url], ["replay"]] {
      let finished = try await Mockrec.run(
        mode + ["--wire", "http", "--listen", "127.0.0.1:0", "--cassette", "cassette", "--", "sh", "-c"]
          + [commands.replacingOccurrences(of: "URL", with: "$CASSETTE_URL")], in: folder.path)
      #expect(finished.status == 0 && finished.stdout.contains("400 400 "), "\(finished)")
    }
    try await server.stop()
  }

  @Test("verify: an unchanged service agrees, a changed one drifts by the place of its message, one that is gone is 69")
  func verified() async throws {
    let server = try await RealServer.prices()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    _ = try await Self.talk("websockets", try recorder.port, "/prices", Self.prices)
    _ = try await Self.talk("aiohttp", try recorder.port, "/prices", Self.prices)
    _ = try await Self.talk("websockets", try recorder.port, "/ticks", ["hear", "hear", "drop"])
    let turns = try await Self.talk("websockets", try recorder.port, "/turns", ["hear", "say:go", "rest"])
    #expect(turns == "'ready'\n'heard go'\nclosed 1000 \n")
    #expect(try await recorder.stop().status == 0)
    let same = try await Self.verify(server, in: folder)
    #expect(same.status == 0 && same.stdout.contains("agree 4  drift 0"), "\(same)")
    #expect(!same.stdout.contains("skipped"), "\(same)")
    try await server.stop()
    let changes = [
      (["11"], ["$[2].price  value", "$[*].price  value"], "drift 3"), (["10", "fewer"], ["$[2]  length"], "drift 2"),
      (["10", "more"], [#"real: "thanks""#], "drift 2"), (["10", "end"], ["$[4].close  value"], "drift 2"),
      (["10", "gone"], ["status  status, breaking"], "drift 4"),
    ]
    for (change, places, count) in changes {
      let changed = try await RealServer.prices(change, port: server.port)
      let finished = try await Self.verify(changed, in: folder)
      #expect(finished.status == 1 && finished.stdout.contains(count), "\(change): \(finished)")
      for place in places { #expect(finished.stdout.contains(place), "\(change): \(finished)") }
      try await changed.stop()
    }
    #expect(try await Self.verify(server, in: folder).status == 69)
  }
}

extension RealServer {
  fileprivate static func hypercorn() async throws -> RealServer {
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter,
      ["-B", "-m", "hypercorn", "--bind", "127.0.0.1:\(port)", Python.script("Servers/sockets_asgi.py") + ":app"],
      install: "scripts/test", listensOn: port, in: try TemporaryFolder())
  }

  /// See `Servers/sockets_prices.py` for what may change.
  fileprivate static func prices(_ change: [String] = [], port: Int? = nil) async throws -> RealServer {
    let port = try port ?? RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter, ["-B", Python.script("Servers/sockets_prices.py"), "\(port)"] + change,
      install: "scripts/test", listensOn: port, in: try TemporaryFolder())
  }
}
