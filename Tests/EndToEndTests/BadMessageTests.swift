import Testing

@Suite("Messages that no honest client sends", .wholePrograms)
struct BadMessageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: String

    var testDescription: String { name }
  }

  static let refused = [
    Case(
      name: "both Content-Length and Transfer-Encoding",
      bytes: "POST /fixed HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /"),
    Case(
      name: "two lengths that differ",
      bytes: "POST /fixed HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
    Case(
      name: "a length that is no number",
      bytes: "POST /fixed HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
    Case(
      name: "a transfer coding that ends otherwise than in chunked",
      bytes: "POST /fixed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    Case(name: "bare line feeds", bytes: "GET /fixed HTTP/1.1\nHost: x\n\n"),
    Case(name: "a bare line feed after a field", bytes: "GET /fixed HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n"),
    Case(name: "a space before the colon", bytes: "GET /fixed HTTP/1.1\r\nHost : x\r\n\r\n"),
    Case(name: "a field of half a megabyte", bytes: "GET /fixed HTTP/1.1\r\nHost: x\r\nX-A: \(long)\r\n\r\n"),
    Case(
      name: "ten thousand fields",
      bytes: "GET /fixed HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X-A: b\r\n", count: 10_000) + "\r\n"),
    Case(name: "a target of half a megabyte", bytes: "GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n"),
    Case(
      name: "a chunk size past all bounds",
      bytes: "POST /fixed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc"),
    Case(name: "no HTTP at all", bytes: "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n"),
    Case(name: "no Host", bytes: "GET /fixed HTTP/1.1\r\n\r\n"),
    Case(name: "two Hosts", bytes: "GET /fixed HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
  ]

  private static let long = String(repeating: "a", count: 500_000)

  @Test("each is refused with 400 or its kin, none is recorded, and the next client is served")
  func refusedWhileRecording() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    try await refuses(recorder)
    try await serves(recorder)
    let finished = try await recorder.stop()
    #expect(finished.status == 0, "\(finished)")
    #expect(try FileTree(folder("cassette")).entries.count == 1)
    try await origin.stop()
    let replayer = try await Mockrec.replay(in: folder.path)
    try await refuses(replayer)
    try await serves(replayer)
    #expect(try await replayer.stop().status == 0)
  }

  @Test(
    "what stands behind good requests is refused in its turn: they are answered first",
    arguments: [
      ("garbage\r\n\r\n", true),
      ("POST /fixed HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", true),
      ("GET /fixed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /never HTTP/1.1\r\nHost: x\r\n\r\n", false),
    ])
  func inTurn(rest: String, isRefused: Bool) async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    let connection = try RawConnection(port: recorder.port)
    try await connection.send("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n" + rest)
    try await connection.readToEnd()
    let statuses = connection.text.ranges(of: "HTTP/1.1 ").map { connection.text[$0.lowerBound...].prefix(12) }
    #expect(statuses == ["HTTP/1.1 200", isRefused ? "HTTP/1.1 400" : "HTTP/1.1 200"], "\(connection.text)")
    _ = try await recorder.stop()
    #expect(try FileTree(folder("cassette")).entries.count == 1)
    try await origin.stop()
  }

  private func refuses(_ mockrec: Mockrec) async throws {
    for example in Self.refused {
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send(example.bytes)
      connection.finishSending()
      let reply = try await connection.readToEnd()
      // 414 and 431 say the same of a target or fields that are too large (RFC 9110 15.5.15, RFC 6585 5).
      let statuses = reply.matches(of: #/HTTP/1\.1 ([0-9]{3}) /#).map { String($0.output.1) }
      #expect(
        statuses == ["400"] || statuses == ["414"] || statuses == ["431"], "\(example.name): \(reply.prefix(300))")
      #expect(mockrec.child.poll() == nil, "\(example.name) ended mockrec: \(mockrec.child.transcript)")
    }
  }

  private func serves(_ mockrec: Mockrec) async throws {
    let connection = try RawConnection(port: mockrec.port)
    try await connection.send("GET /fixed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(try await connection.readToEnd().hasSuffix("always the same\n"))
  }

  @Test("a request that is cut off reaches no one and leaves nothing")
  func truncated() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    for text in [
      "GET /fix", "GET /fixed HTTP/1.1\r\nHo", "POST /digest HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    ] {
      let connection = try RawConnection(port: recorder.port)
      try await connection.send(text)
      connection.finishSending()
      try await connection.readToEnd()
      #expect(!connection.text.contains("HTTP/1.1 200"))
    }
    _ = try await recorder.stop()
    #expect(try FileTree(folder("cassette")).entries == [])
    try await origin.stop()
  }
}
