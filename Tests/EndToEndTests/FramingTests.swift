import Testing

@Suite("HTTP/1.1 as the world speaks it, byte by byte", .wholePrograms)
struct FramingTests {
  @Test("pipelined requests are answered in their order")
  func pipelining() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let connection = try RawConnection(port: mockrec.port)
      let requests = ["fixed?1", "digest", "missing", "fixed?2", "trailers", "fixed?3"].map {
        "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n"
      }
      try await connection.send(requests.joined())
      try await connection.read { $0.count(of: "HTTP/1.1 ") == 6 && $0.count(of: "always the same\n") == 3 }
      let statuses = connection.text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
      #expect(statuses == ["200", "200", "404", "200", "200", "200"])
      // The connection is still good, and closes when asked to.
      try await connection.send("GET /fixed?1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      try await connection.readToEnd()
      #expect(connection.count(of: "always the same\n") == 4)
    }
  }

  @Test("who expects 100 (Continue) gets it before sending the body")
  func continueFirst() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send("PUT /digest HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      try await connection.read { $0.text.hasPrefix("HTTP/1.1 100 ") && $0.text.hasSuffix("\r\n\r\n") }
      try await connection.send("hello")
      let reply = try await connection.read { $0.text.contains("\"framing\"") && $0.text.hasSuffix("}") }
      #expect(reply.contains("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"))
      #expect(connection.count(of: "HTTP/1.1 ") == 2)
    }
  }

  @Test("trailers of a reply reach the client")
  func replyTrailers() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send("GET /trailers HTTP/1.1\r\nHost: x\r\nTE: trailers\r\n\r\n")
      let reply = try await connection.read { $0.text.hasSuffix("\r\n\r\n") && $0.text.contains("\r\n0\r\n") }
      #expect(reply.hasSuffix("0\r\nX-Checksum: abc\r\nX-Rows: 2\r\n\r\n"))
      #expect(reply.contains("Trailer: X-Checksum, X-Rows\r\n"))
    }
  }

  @Test("a chunked request is still chunked at the real service, with its trailers")
  func requestTrailers() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send(
        "POST /digest HTTP/1.1\r\nHost: x\r\nTrailer: X-End\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "3\r\nabc\r\n2;name=value\r\nde\r\n0\r\nX-End: yes\r\n\r\n")
      let reply = try await connection.read { $0.text.hasSuffix("}") }
      #expect(reply.contains("\"framing\": \"chunked\""))
      #expect(reply.contains("\"trailers\": [\"X-End: yes\"]"))
      #expect(reply.contains("\"length\": 5"))
    }
  }

  @Test("HEAD, 204, 304 and a body that ends with the connection leave the next reply where it belongs")
  func withoutBodies() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send(
        "HEAD /fixed HTTP/1.1\r\nHost: x\r\n\r\nGET /close HTTP/1.1\r\nHost: x\r\n\r\nGET /fixed HTTP/1.1\r\nHost: x\r\n\r\n"
      )
      // A body without a length is chunked on, so that the client's connection can be kept; or it is closed.
      try await connection.read { $0.count(of: "always the same\n") >= 1 || $0.isClosed }
      #expect(connection.text.contains("until the end"))
      #expect(connection.text.contains("X-Trace: a\r\nx-trace: b\r\n"))
    }
  }

  @Test("the real service is asked by its own name, without what concerns one connection only")
  func hopByHop() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send(
        "GET /echo HTTP/1.1\r\nHost: mocked.test\r\nX-Zed: 1\r\nx-lower: 2\r\nConnection: keep-alive, X-Hop\r\n"
          + "X-Hop: gone\r\nKeep-Alive: timeout=5\r\nX-Zed: 3\r\n\r\n")
      let reply = try await connection.read { $0.text.contains("X-Zed: 3") }
      #expect(reply.contains("Host: 127.0.0.1:\(origin.port)"))
      #expect(!reply.contains("X-Hop"))
      #expect(!reply.lowercased().contains("keep-alive: timeout"))
      let zed = try #require(reply.range(of: "X-Zed: 1")?.lowerBound)
      let lower = try #require(reply.range(of: "x-lower: 2")?.lowerBound)
      let again = try #require(reply.range(of: "X-Zed: 3")?.lowerBound)
      #expect(zed < lower && lower < again)
    }
  }

  @Test("an interim reply is not taken for the reply")
  func earlyHints() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send("GET /early HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      let reply = try await connection.readToEnd()
      #expect(reply.hasSuffix("\r\n\r\nlate"))
      #expect(reply.contains("HTTP/1.1 200 OK\r\n"))
    }
  }

  @Test("a service that answers before it has the body is replayed so")
  func answersInsteadOfContinue() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let request = "PUT /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    let recorded = try RawConnection(port: recorder.port)
    try await recorded.send(request)
    try await recorded.readToEnd()
    #expect(recorded.text.hasPrefix("HTTP/1.1 401 "), "\(recorded.text)")
    _ = try await recorder.stop()
    try await origin.stop()
    let replayer = try await Mockrec.replay(in: folder.path)
    let replayed = try RawConnection(port: replayer.port)
    try await replayed.send(request)
    try await replayed.readToEnd()
    #expect(replayed.text.hasPrefix("HTTP/1.1 401 ") && replayed.text.hasSuffix("not you"), "\(replayed.text)")
    #expect(try await replayer.stop().status == 0)
  }

  @Test("a request whose reply came before its end is recorded whole")
  func eagerReply() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let body = String(repeating: "0123456789", count: 10)
    let head = "POST /eager HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    let connection = try RawConnection(port: recorder.port)
    try await connection.send(head + body.prefix(30))
    try await connection.read { $0.text.hasSuffix("no need to wait") }
    try await connection.send(String(body.dropFirst(30)))
    try await connection.readToEnd()
    let recording = try await recorder.stop()
    #expect(recording.status == 0, "\(recording)")
    try await origin.stop()
    let tree = try FileTree(folder("cassette"))
    #expect(tree.files(containing: body) == tree.entries)
    #expect(tree.entries.count == 1)
    let replayer = try await Mockrec.replay(in: folder.path)
    let again = try RawConnection(port: replayer.port)
    try await again.send(head + body)
    #expect(try await again.readToEnd().hasSuffix("no need to wait"))
    #expect(try await replayer.stop().status == 0)
  }
}

/// Runs the same conversation against a recorder and then, with the real service stopped, against the replay.
func withRecordAndReplay(
  _ server: RealServer, in folder: TemporaryFolder, _ conversation: (Mockrec) async throws -> Void
) async throws {
  let recorder = try await Mockrec.record(server.url, in: folder.path)
  try await conversation(recorder)
  let recording = try await recorder.stop()
  #expect(recording.status == 0, "\(recording)")
  try await server.stop()
  let replayer = try await Mockrec.replay(in: folder.path)
  try await conversation(replayer)
  let replay = try await replayer.stop()
  #expect(replay.status == 0, "\(replay)")
}
