import Foundation
import Testing

/// Faults over a Redis, as real clients see them.
@Suite("Overlays of Redis", .wholePrograms)
struct RedisOverlayTests {
  /// What one fault does to redis-py and valkey-py: both say the same.
  private static let table: [String: (fault: String, seen: String)] = [
    "plain": ("{latency: 1ms}", "b'value'"),
    "oom": (
      #"{error: "OOM command not allowed when used memory > 'maxmemory'."}"#,
      "OutOfMemoryError: command not allowed when used memory > 'maxmemory'."
    ),
    "err": (#"{error: "ERR no"}"#, "ResponseError: no"),
    "refuse": ("refuse", "ConnectionError"),
    "before": ("{reset: before}", "ConnectionError"),
    "middle": ("{reset: middle}", "ConnectionError"),
    "after": ("{reset: after}", "b'value'"),
    "early": ("{close-early: 3}", "ConnectionError"),
    "empty": ("empty", "ConnectionError"),
    "garbage": ("garbage", "ConnectionError"),
    "hang": ("hang", "TimeoutError"),
    "slow": ("{latency: 10s}", "TimeoutError"),
    "late": ("{first-byte: 10s}", "TimeoutError"),
    "drip": ("{drip: 100B/s}", "b'value'"),
    "pieces": ("{drip: {pieces: 4, over: 100ms}}", "b'value'"),
    "bandwidth": ("{bandwidth: 1KB/s}", "b'value'"),
    "twice": ("{duplicate: answered}", "b'value'"),
    "applied": ("{duplicate: applied}", "b'value'"),
    "alone": ("reorder", "b'value'"),
    "evicted": ("evict", "None"),
  ]

  private static func faults(_ rules: [String], in folder: TemporaryFolder) throws {
    try folder.write("faults.yaml", "rules:\n" + rules.map { "  - \($0)\n" }.joined())
  }

  private static var settings: String {
    let state = table.keys.sorted().map { "\($0): value" } + ["corrupt: value"]
    return Mockrec.fakeRedisSettings(state: "state: {\(state.joined(separator: ", "))}")
  }

  private static func fake(_ folder: TemporaryFolder, seed: Int = 7) async throws -> Mockrec {
    let mockrec = try Mockrec.start(["replay", "--overlay", "faults.yaml", "--seed", "\(seed)"], in: folder.path)
    try await mockrec.ready()
    return mockrec
  }

  @Test("what redis-py and valkey-py make of each fault, of a model and of a cassette", arguments: [2, 3])
  func clients(version: Int) async throws {
    let names = Self.table.keys.sorted()
    let folder = try TemporaryFolder()
    try Self.faults(
      names.map { "{match: {command: GET, key: \($0)}, fault: \(Self.table[$0]?.fault ?? "")}" }, in: folder)
    func seen(_ mockrec: Mockrec) async throws -> [String: [String: String]] {
      let url = "redis://127.0.0.1:\(try mockrec.port)"
      let child = try Child(
        Python.interpreter, ["-B", Python.script("Clients/redis_faults.py"), url, "\(version)"] + names)
      guard try await child.end(within: .seconds(120)) == .exit(0) else { throw Failed(what: child.transcript) }
      return try JSONDecoder().decode([String: [String: String]].self, from: Data(child.stdout.utf8))
    }
    try folder.write("mockrec.yaml", Self.settings)
    let fake = try await Self.fake(folder)
    let played = try await seen(fake)
    let finished = try await fake.stop()
    #expect(finished.status == 0, "\(finished)")
    let version3 = version == 3 ? "# @resp 3\n" : ""
    for name in names {
      try folder.write(
        "cassette/get-\(name).hurl", "# mockrec 1\n\(version3)REDIS {{cassette}} GET \(name)\n\nREDIS\n\"value\"\n")
    }
    let replayer = try await Mockrec.replay(
      in: folder.path, wire: "redis", ["--overlay", "faults.yaml", "--seed", "7"])
    let replayed = try await seen(replayer)
    let stopped = try await replayer.stop()
    #expect(stopped.status == 0, "\(stopped)")
    for name in names {
      let wanted = Self.table[name]?.seen
      for (what, was) in [("model", played[name]), ("cassette", replayed[name])] {
        #expect(was?["redis"] == wanted, "redis-py, \(what): \(name)")
        #expect(was?["valkey"] == wanted, "valkey-py, \(what): \(name)")
      }
    }
  }

  @Test("bytes: what is cut, changed, sent twice and in another order")
  func bytes() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Self.settings)
    try Self.faults(
      [
        "{match: {key: early}, fault: {close-early: 3}}", "{match: {key: corrupt}, fault: {corrupt: 2}}",
        "{match: {key: twice}, fault: {duplicate: answered}}", "{match: {key: alone}, fault: {reorder: {within: 5s}}}",
      ], in: folder)
    let fake = try await Self.fake(folder)
    func said(_ text: String, until condition: @escaping (RawConnection) -> Bool) async throws -> [UInt8] {
      let connection = try RawConnection(port: fake.port)
      try await connection.send(text)
      try await connection.read(until: condition)
      return Array(connection.received)
    }
    let whole = Array("$5\r\nvalue\r\n".utf8)
    #expect(try await said("GET early\r\n", until: \.isClosed) == Array(whole.dropLast(3)))
    let corrupt = try await said("GET corrupt\r\n") { $0.received.count == 11 }
    #expect(corrupt != whole && corrupt.prefix(4) == whole.prefix(4) && corrupt.suffix(2) == [13, 10])
    #expect(try await said("GET twice\r\n") { $0.received.count == 22 } == whole + whole)
    let reordered = try await said("GET alone\r\nEXISTS alone\r\nEXISTS none\r\n") { $0.text.hasSuffix(":0\r\n") }
    #expect(String(decoding: reordered, as: UTF8.self).contains("$5\r\nvalue\r\n"))
    #expect(try await fake.stop().status == 0)
  }

  /// What a session says under the faults below, of a model, of a cassette and of the real one alike.
  private static let session: [(command: String, reply: String)] = [
    ("GET d", "$-1"), ("SET d 1", "+OK"), ("GET d", "$-1"), ("SET d 2", "+OK"), ("GET d", "$-1"),
    ("GET s", "$-1"), ("SET s 1", "+OK"), ("GET s", "$-1"), ("SET s 2", "+OK"), ("GET s", "$1\r\n1"),
    ("GET a", "$-1"), ("SET a 1", "+OK"), ("GET a", "$-1"), ("SET a 2", "+OK"), ("GET a", "$1\r\n1"),
    ("INCR t", ":2"), ("INCR t", ":4"),
    ("SET e 1", "+OK"), ("GET e", "$-1"), ("STRLEN e", ":0"),
  ]

  private static let silent = [
    "{match: {command: SET, key: d}, fault: dropped}".replacing("dropped", with: "drop-write"),
    "{match: {key: s}, fault: {stale-read: last-write}}", "{match: {key: a}, fault: {stale-read: {answers: 1}}}",
    "{match: {command: INCR, key: t}, fault: duplicate}", "{match: {key: e}, fault: evict}",
  ]

  private func play(_ port: Int) async throws -> [String] {
    let connection = try RawConnection(port: port)
    var replies: [String] = []
    for (command, _) in Self.session {
      let before = connection.received.count
      try await connection.send(command + "\r\n")
      try await connection.read { connection in
        let text = String(decoding: connection.received.dropFirst(before), as: UTF8.self)
        return text.hasSuffix("\r\n") && (!text.hasPrefix("$1") || text.utf8.count > 5)
      }
      replies.append(String(decoding: connection.received.dropFirst(before).dropLast(2), as: UTF8.self))
    }
    return replies
  }

  @Test("silent faults say the same of a model, of a recording, and before the real one")
  func silent() async throws {
    let folder = try TemporaryFolder()
    try Self.faults(Self.silent, in: folder)
    let wanted = Self.session.map(\.reply)
    try folder.write("mockrec.yaml", Mockrec.fakeRedisSettings())
    let fake = try await Self.fake(folder)
    #expect(try await play(fake.port) == wanted, "of a model")
    #expect(try await fake.stop().status == 0)

    let redis = try await RealServer.redis()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    _ = try await play(recorder.port)
    let more = try RawConnection(port: recorder.port)
    try await more.send("INCR t\r\nINCR t\r\n")
    try await more.read { $0.text == ":3\r\n:4\r\n" }
    _ = try await recorder.stop()
    let replayer = try await Mockrec.replay(in: folder.path, wire: "redis", ["--overlay", "faults.yaml"])
    #expect(try await play(replayer.port) == wanted, "of a recording")
    let finished = try await replayer.stop()
    #expect(finished.status == 0, "\(finished)")

    let clean = try RawConnection(port: redis.port)
    try await clean.send("FLUSHALL\r\n")
    try await clean.read { $0.text == "+OK\r\n" }
    let other = try TemporaryFolder()
    try Self.faults(Self.silent, in: other)
    try other.write("cassette/ping.hurl", "# mockrec 1\nREDIS {{cassette}} ECHO x\n\nREDIS\n\"x\"\n")
    let forwarder = try await Mockrec.replay(
      in: other.path, wire: "redis", ["--overlay", "faults.yaml", "--on-miss", "record", "--real", redis.url])
    #expect(try await play(forwarder.port) == wanted, "before the real one")
    _ = try await forwarder.stop()
    // What a fault concerns is not recorded; the writes that were passed on are.
    let tree = try FileTree(other("cassette"))
    #expect(tree.files(containing: "SET s 1").count == 1, "\(tree.names)")
    #expect(tree.files(containing: "SET d").isEmpty && tree.files(containing: "INCR t").isEmpty, "\(tree.names)")
    try await redis.stop()
  }

  @Test("a transaction, a blocking command and a subscription under rules")
  func special() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Mockrec.fakeRedisSettings())
    try Self.faults(
      [
        "{match: {command: SET, key: tx}, fault: drop-write}",
        #"{match: {command: INCR, key: bad}, fault: {error: "OOM no"}}"#,
        #"{match: {command: BLPOP, key: never}, fault: {error: "LOADING no"}}"#,
        "{match: {command: BLPOP, key: q}, fault: {latency: 20ms}}",
        #"{match: {command: SUBSCRIBE}, when: {first: 1}, fault: {error: "NOPERM no"}}"#,
        "{match: {database: 3, key: k}, fault: evict}",
      ], in: folder)
    let fake = try await Self.fake(folder)
    let client = try RawConnection(port: fake.port)
    func ask(_ text: String, _ reply: String) async throws {
      let before = client.received.count
      try await client.send(text)
      try await client.read { $0.received.count >= before + reply.utf8.count }
      #expect(String(decoding: client.received.dropFirst(before), as: UTF8.self) == reply, "\(text)")
    }
    try await ask("MULTI\r\nSET tx 1\r\nINCR n\r\nEXEC\r\n", "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n:1\r\n")
    try await ask("EXISTS tx n\r\n", ":0\r\n")
    try await ask("MULTI\r\nINCR bad\r\nEXEC\r\n", "+OK\r\n+QUEUED\r\n-OOM no\r\n")
    try await ask("BLPOP never 0\r\n", "-LOADING no\r\n")
    let other = try RawConnection(port: fake.port)
    try await client.send("BLPOP q 0\r\n")
    try await other.send("RPUSH q x\r\n")
    try await ask("", "*2\r\n$1\r\nq\r\n$1\r\nx\r\n")
    try await ask(
      "SET k v\r\nSELECT 3\r\nSET k w\r\nGET k\r\nSELECT 0\r\nGET k\r\n",
      "+OK\r\n+OK\r\n+OK\r\n$-1\r\n+OK\r\n$1\r\nv\r\n")
    try await ask("SUBSCRIBE ch\r\n", "-NOPERM no\r\n")
    try await ask("SUBSCRIBE ch\r\n", "*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n")
    try await other.send("PUBLISH ch hi\r\n")
    try await ask("", "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$2\r\nhi\r\n")
    let finished = try await fake.stop()
    #expect(finished.status == 0, "\(finished)")
  }

  @Test("the clock of a model jumps, and what waits for a time is done")
  func clock() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Mockrec.fakeRedisSettings())
    try Self.faults(
      [
        "{match: {command: PING}, fault: {clock: {jump: 1h}}}", "{match: {command: ECHO}, fault: {clock: freeze}}",
      ], in: folder)
    let fake = try await Self.fake(folder)
    let client = try RawConnection(port: fake.port)
    try await client.send("SET k v EX 60\r\nGET k\r\nPING\r\nGET k\r\n")
    try await client.read { $0.text.hasSuffix("$-1\r\n") }
    #expect(client.text == "+OK\r\n$1\r\nv\r\n+PONG\r\n$-1\r\n")
    try await client.send("BLPOP q 3000\r\n")
    let other = try RawConnection(port: fake.port)
    // The client waits when the model's time has passed it by.
    while !other.text.contains("cmd=blpop") {
      let lists = other.count(of: "cmd=client")
      try await other.send("CLIENT LIST\r\n")
      try await other.read { $0.count(of: "cmd=client") > lists && $0.text.hasSuffix("\r\n") }
    }
    try await other.send("PING\r\n")
    try await client.read { $0.text.hasSuffix("*-1\r\n") }
    try await other.send("ECHO x\r\nSET e v PX 1\r\nTIME\r\n")
    try await other.read { $0.count(of: "\r\n$") >= 3 }
    try await other.send("TIME\r\nEXISTS e\r\n")
    try await other.read { $0.text.hasSuffix(":1\r\n") }
    #expect(try await fake.stop().status == 0)
  }

  @Test("64 connections in whatever order: the same seed gives each key the same faults, another seed others")
  func deterministic() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Mockrec.fakeRedisSettings())
    try Self.faults(
      [#"{match: {command: GET, key: "key:*"}, when: {probability: 0.3}, fault: {error: "OOM no"}}"#], in: folder)
    func counts(seed: Int) async throws -> [Int] {
      let fake = try await Self.fake(folder, seed: seed)
      let port = try fake.port
      let counts = try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 0..<64 {
          group.addTask {
            let client = try RawConnection(port: port)
            var counts: [Int] = []
            for key in 0..<10 {
              let before = client.count(of: "-OOM no\r\n")
              let lines = client.count(of: "\r\n")
              try await client.send(String(repeating: "GET key:\(key)\r\n", count: 8))
              try await client.read { $0.count(of: "\r\n") == lines + 8 }
              counts.append(client.count(of: "-OOM no\r\n") - before)
            }
            return counts
          }
        }
        return try await group.reduce(into: [Int](repeating: 0, count: 10)) { sum, counts in
          for (key, count) in counts.enumerated() { sum[key] += count }
        }
      }
      #expect(try await fake.stop().status == 0)
      return counts
    }
    let first = try await counts(seed: 1)
    #expect(try await counts(seed: 1) == first)
    #expect(try await counts(seed: 2) != first)
    #expect(first.allSatisfy { (80...230).contains($0) }, "about 0.3 of 512: \(first)")
  }
}
