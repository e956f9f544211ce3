import Testing

@Suite("What Redis says unasked", .wholePrograms)
struct RedisPushTests {
  @Test("a client that tracks its keys is told by a replay what it was told by Redis")
  func tracking() async throws {
    let loop = try await Loop(.redis(), client: "redis_tracking")
    #expect(loop.recorded["told of price"]?.preview.contains("invalidate") == true)
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.replay.status == 0 && loop.replay.stderr.contains("missed 0, unused 0 of"), "\(loop.replay)")
    let tree = try FileTree(loop.folder("cassette"))
    #expect(tree.files(containing: "REDIS {{cassette}} @PUSH GET stock\n").count == 1, "\(tree.names)")
    #expect(tree.files(containing: "REDIS {{cassette}} @PUSH MGET price stock\n").count == 1, "\(tree.names)")
  }

  @Test("verify does not ask for it, and says so")
  func verified() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    _ = try await Python.client("redis_tracking", recorder.url)
    _ = try await recorder.stop()
    try await redis.stop()
    let again = try await RealServer.redis()
    let verified = try await Mockrec.run(
      ["verify", "--wire", "redis", "--cassette", "cassette", "--real", again.url, "--include-unsafe"], in: folder.path)
    #expect(verified.status == 0 && verified.stdout.contains("drift 0"), "\(verified)")
    #expect(verified.stdout.contains("skipped: 2 recorded requests"), "\(verified)")
    #expect(verified.stdout.contains("what Redis says unasked cannot be asked for"), "\(verified)")
    try await again.stop()
  }

  @Test("the Redis in memory does not track: it says so as Redis does, and the summary names it")
  func faked() async throws {
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(in: folder)
    let client = try RawConnection(port: fake.port)
    try await client.send("CLIENT TRACKING ON\r\nCLIENT SETINFO lib-name x\r\nNOSUCH a\r\nNOSUCH b\r\nGET a\r\n")
    try await client.read { $0.text.hasSuffix("$-1\r\n") }
    #expect(client.text.hasPrefix("-ERR unknown subcommand 'TRACKING'. Try CLIENT HELP.\r\n"), "\(client.text)")
    // A silence in which a server that tracks might speak.
    try await Task.sleep(for: .milliseconds(300))
    try await client.send("ECHO end\r\n")
    try await client.read { $0.text.hasSuffix("$-1\r\n$3\r\nend\r\n") }
    let finished = try await fake.stop()
    #expect(finished.status == 0, "what is not served fails no run: \(finished)")
    #expect(finished.stderr.contains("CLIENT TRACKING (1×)") && finished.stderr.contains("NOSUCH (2×)"), "\(finished)")
    #expect(!finished.stderr.contains("SETINFO"), "Redis 7.0 does not know it either: \(finished)")
  }
}
