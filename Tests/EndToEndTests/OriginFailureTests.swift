import Testing

@Suite("A real service that is down, slow or rude", .wholePrograms)
struct OriginFailureTests {
  /// A path of the origin, and what the client is told.
  struct Case: Sendable, CustomTestStringConvertible {
    let path: String
    let status: String

    var testDescription: String { path }
  }

  @Test(
    "the client gets a 502 that says so, and the cassette gets nothing",
    arguments: [Case(path: "reset", status: "502"), Case(path: "garbage", status: "502")])
  func badGateway(of example: Case) async throws {
    let origin = try await RealServer.origin()
    let (reply, folder, finished) = try await ask(example.path, of: origin.url)
    #expect(reply.hasPrefix("HTTP/1.1 \(example.status) "), "\(reply)")
    #expect(reply.contains("127.0.0.1:\(origin.port)"), "the reply names the real service: \(reply)")
    #expect(finished.stderr.contains("GET /\(example.path)"), "\(finished)")
    #expect(try FileTree(folder("cassette")).entries == [])
    try await origin.stop()
  }

  @Test("a service that is down is a 502")
  func down() async throws {
    let port = try RawConnection.freePorts(1)[0]
    let (reply, folder, _) = try await ask("fixed", of: "http://127.0.0.1:\(port)")
    #expect(reply.hasPrefix("HTTP/1.1 502 "), "\(reply)")
    #expect(reply.contains("127.0.0.1:\(port)"), "\(reply)")
    #expect(try FileTree(folder("cassette")).entries == [])
  }

  @Test("a service that does not answer in time is a 504")
  func hangs() async throws {
    let origin = try await RealServer.origin()
    let (reply, folder, _) = try await ask("hang", of: origin.url, settings: "timeout: 1s")
    #expect(reply.hasPrefix("HTTP/1.1 504 "), "\(reply)")
    #expect(try FileTree(folder("cassette")).entries == [])
    try await origin.stop()
  }

  @Test(
    "a reply that stops in its middle is cut for the client too, and is not recorded",
    arguments: ["part", "part-chunked"])
  func cutOff(path: String) async throws {
    let origin = try await RealServer.origin()
    let (reply, folder, _) = try await ask(path, of: origin.url)
    // Either the whole was held back and refused, or the client sees what came and a connection that broke.
    if reply.hasPrefix("HTTP/1.1 200 ") {
      #expect(!reply.hasSuffix("0\r\n\r\n"))
    } else {
      #expect(reply.hasPrefix("HTTP/1.1 502 "), "\(reply)")
    }
    #expect(try FileTree(folder("cassette")).entries == [])
    try await origin.stop()
  }

  @Test("a client that leaves early leaves no entry, and the next one is served")
  func clientLeaves() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    do {
      let leaving = try RawConnection(port: recorder.port)
      try await leaving.send("GET /big?mb=50 HTTP/1.1\r\nHost: x\r\n\r\n")
      try await leaving.read { $0.received.count > 10_000 }
    }
    let connection = try RawConnection(port: recorder.port)
    try await connection.send("GET /fixed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try await connection.readToEnd()
    #expect(connection.text.hasSuffix("always the same\n"))
    _ = try await recorder.stop()
    #expect(try FileTree(folder("cassette")).entries.count == 1)
    try await origin.stop()
  }

  /// Asks once through a recorder, to the end of the connection.
  private func ask(
    _ path: String, of real: String, settings: String = "timeout: 30s"
  ) async throws -> (reply: String, TemporaryFolder, Mockrec.Finished) {
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(real, settings: settings, in: folder)
    let connection = try RawConnection(port: recorder.port)
    try await connection.send("GET /\(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    let reply = try await connection.read(until: \.isClosed, within: .seconds(20))
    return (reply, folder, try await recorder.stop())
  }
}
