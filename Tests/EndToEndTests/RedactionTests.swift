import Testing

@Suite("Secrets", .wholePrograms)
struct RedactionTests {
  /// Each goes out in another place of a request, or comes back in a reply.
  private static let secrets = [
    "s3cr3t-in-authorization", "s3cr3t-in-cookie", "s3cr3t-in-api-key", "s3cr3t-in-query", "s3cr3t-in-json",
    "s3cr3t-in-form",
  ]

  @Test("none reaches the disk, the journal or the terminal, and the replay still finds every request")
  func neverWritten() async throws {
    let httpbin = try await RealServer.httpbin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(httpbin.url, in: folder.path)
    try await session(recorder)
    let recording = try await recorder.stop()
    try await httpbin.stop()
    let replayer = try await Mockrec.replay(in: folder.path)
    try await session(replayer)
    let replay = try await replayer.stop()
    #expect(replay.status == 0, "\(replay)")

    let tree = try FileTree(folder.path)
    #expect(tree.entries.count == 5)
    for secret in Self.secrets {
      #expect(tree.files(containing: secret) == [], "\(secret)")
      #expect(!"\(recording)\(replay)".contains(secret), "\(secret)")
    }
  }

  @Test("a cookie that the service sets is not written, and the replay's stands for it from then on")
  func setCookie() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send("GET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      let reply = try await connection.readToEnd()
      #expect(reply.contains("\r\nSet-Cookie: id="))
      #expect(reply.contains("; Path=/; HttpOnly\r\n"))
    }
    #expect(try FileTree(folder.path).files(containing: "s3cr3t-in-set-cookie") == [])
  }

  private func session(_ mockrec: Mockrec) async throws {
    let url = try mockrec.url
    for arguments in [
      ["-H", "Authorization: Bearer s3cr3t-in-authorization", "\(url)/headers"],
      ["-H", "Cookie: id=s3cr3t-in-cookie", "-H", "X-Api-Key: s3cr3t-in-api-key", "\(url)/anything"],
      ["\(url)/get?access_token=s3cr3t-in-query&page=1"],
      ["-H", "Content-Type: application/json", "-d", #"{"password": "s3cr3t-in-json"}"#, "\(url)/post"],
      ["-d", "user=a&password=s3cr3t-in-form", "\(url)/post"],
    ] {
      let child = try Child("curl", ["-q", "-sS", "-f", "--noproxy", "*"] + arguments)
      #expect(try await child.end() == .exit(0), "\(child.transcript)")
    }
  }
}
