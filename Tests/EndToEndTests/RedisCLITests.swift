import Foundation
import Testing

@Suite("redis-cli, as people and scripts use it", .wholePrograms)
struct RedisCLITests {
  @Test("a replay says to it what Redis said: commands, a terminal, RESP3, --pipe, SUBSCRIBE")
  func sameAsRecorded() async throws {
    let loop = try await Loop(.redis(), client: "redis_cli")
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recorded["pipe"]?.preview.contains("errors: 0, replies: 200") == true)
    #expect(loop.recording.status == 0, "\(loop.recording)")
    #expect(loop.replay.status == 0 && loop.replay.stderr.contains("missed 0, unused 0 of"), "\(loop.replay)")
    // What it says to every Redis is no exchange of its own.
    let tree = try FileTree(loop.folder("cassette"))
    #expect(tree.entries.filter { $0.hasPrefix("command-") || $0.hasPrefix("hello-") } == [], "\(tree.names)")
  }

  @Test("it cannot tell the Redis in memory from the real one")
  func sameAsReal() async throws {
    let redis = try await RealServer.redis()
    let real = try await Python.client("redis_cli", redis.url)
    try await redis.stop()
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(in: folder)
    let same = try await Python.client("redis_cli", fake.url)
    #expect(real.differences(to: same) == [])
    let finished = try await fake.stop()
    #expect(finished.status == 0, "\(finished)")
  }

  @Test("MONITOR is refused in words that say by whom", arguments: [true, false])
  func monitor(isFake: Bool) async throws {
    let folder = try TemporaryFolder()
    let mockrec: Mockrec
    if isFake {
      mockrec = try await Mockrec.fakeRedis(in: folder)
    } else {
      try folder.write("cassette/get-a-00000000.hurl", "# mockrec 1\nREDIS {{cassette}} GET a\n\nREDIS\n\"1\"\n")
      mockrec = try await Mockrec.replay(in: folder.path, wire: "redis")
    }
    let child = try Child("redis-cli", ["-p", "\(mockrec.port)", "MONITOR"])
    try await wait(for: "redis-cli to be told") { child.stdout.contains("ERR mockrec does not serve MONITOR") }
    child.send(SIGKILL)
    _ = try await child.end()
    let other = try Child("redis-cli", ["-p", "\(mockrec.port)", "GET", "a"])
    #expect(try await other.end() == .exit(0) && other.stdout == (isFake ? "\n" : "1\n"), "\(other.transcript)")
    let finished = try await mockrec.stop()
    #expect(finished.stderr.contains("MONITOR (1×)") == isFake, "a fake names what it does not serve: \(finished)")
  }

  @Test("MONITOR of a real one flows through, and what is recorded stays true")
  func monitorRecorded() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    let monitor = try RawConnection(port: recorder.port)
    try await monitor.send("MONITOR\r\n")
    try await monitor.read { $0.text.hasPrefix("+OK\r\n") }
    let client = try RawConnection(port: recorder.port)
    try await client.send("SET a 1\r\n")
    try await monitor.read { $0.text.contains("\"SET\" \"a\" \"1\"") }
    try await client.send("GET a\r\n")
    try await client.read { $0.text.hasSuffix("$1\r\n1\r\n") }
    let finished = try await recorder.stop()
    #expect(finished.status == 0, "\(finished)")
    let tree = try FileTree(folder("cassette"))
    #expect(tree.entries.map { $0.prefix { $0 != "-" } } == ["get", "set"], "\(tree.names)")
    try await redis.stop()
  }
}
