import Testing

@Suite("Strings of 64 MiB through Redis", .wholePrograms)
struct RedisBigTests {
  /// What the program may hold at its worst: a few copies of one string, however many of them pass.
  private static let memory = 600 << 20

  @Test("they are recorded and replayed byte for byte, within bounded memory")
  func replayed() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    let recorded = try await Python.client("redis_big", recorder.url)
    #expect(recorded["get text"]?.length == 64 << 20)
    #expect(recorded["same bytes"]?.preview == "b'True'" && recorded["same text"]?.preview == "b'True'")
    try await wait(for: "the last exchange to be on disk", within: .seconds(120)) {
      try FileTree(folder("cassette"), where: { $0.hasSuffix(".hurl") }).files(containing: "# @times 2").count == 2
    }
    #expect(try recorder.child.peakMemory() < Self.memory)
    let recording = try await recorder.stop()
    #expect(recording.status == 0 && recording.stderr.contains("9 exchanges, 7 new"), "\(recording)")
    try await redis.stop()

    let replayer = try await Mockrec.replay(in: folder.path, wire: "redis")
    #expect(recorded.differences(to: try await Python.client("redis_big", replayer.url)) == [])
    #expect(try replayer.child.peakMemory() < Self.memory)
    let replay = try await replayer.stop()
    #expect(replay.status == 0 && replay.stderr.contains("missed 0, unused 0 of 7"), "\(replay)")
  }

  @Test("the Redis in memory holds them")
  func faked() async throws {
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(in: folder)
    let seen = try await Python.client("redis_big", fake.url)
    #expect(seen["same bytes"]?.preview == "b'True'" && seen["same text"]?.preview == "b'True'")
    // It keeps both.
    #expect(try fake.child.peakMemory() < Self.memory)
    #expect(try await fake.stop().status == 0)
  }
}
