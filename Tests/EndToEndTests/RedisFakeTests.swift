import Testing

@Suite("A Redis in memory", .wholePrograms)
struct RedisFakeTests {
  @Test(
    "redis-py and valkey-py cannot tell it from the real one, in both versions of the protocol",
    arguments: ["redis_py", "valkey_py"])
  func sameAsReal(client: String) async throws {
    let redis = try await RealServer.redis()
    let real = try await Python.client(client, redis.url)
    try await redis.stop()
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(in: folder)
    #expect(real.differences(to: try await Python.client(client, fake.url)) == [])
    let finished = try await fake.stop()
    #expect(finished.status == 0, "\(finished)")
    #expect(finished.stderr.contains("by the model redis"), "\(finished)")
    #expect(finished.stderr.contains("NOSUCH (2×)"), "what it does not know is named: \(finished)")
  }

  @Test("who wants no replies gets, as from the real one, what is said all the same")
  func silence() async throws {
    // One channel: in which order Redis leaves several is another after each start.
    let commands = [
      "CLIENT REPLY OFF", "SUBSCRIBE a", "PSUBSCRIBE p*", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUBSCRIBE", "GET a",
      "BLPOP none 0.05", "CLIENT REPLY NO", "CLIENT REPLY ON", "CLIENT REPLY SKIP", "BLPOP none 0.05", "ECHO middle",
      "CLIENT REPLY SKIP", "HELLO 3", "SUBSCRIBE c", "UNSUBSCRIBE", "ECHO end",
    ]
    func said(_ port: Int) async throws -> String {
      let connection = try RawConnection(port: port)
      try await connection.send(commands.map { $0 + "\r\n" }.joined())
      return try await connection.read { $0.text.hasSuffix("$3\r\nend\r\n") }
    }
    let redis = try await RealServer.redis()
    let real = try await said(redis.port)
    try await redis.stop()
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(in: folder)
    #expect(try await said(fake.port) == real)
    _ = try await fake.stop()
  }

  @Test("it starts from the state that is written down")
  func state() async throws {
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(
      in: folder, state: "state: {greeting: hello, queue: [a, b], user: {name: alice, age: 30}}")
    let client = try RawConnection(port: fake.port)
    try await client.send("GET greeting\r\nLRANGE queue 0 -1\r\nHGET user age\r\n")
    try await client.read { $0.text.hasSuffix("$2\r\n30\r\n") }
    #expect(client.text == "$5\r\nhello\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n$2\r\n30\r\n")
    _ = try await fake.stop()
  }

  @Test("it starts as the real one was when a recording began, and then has a life of its own")
  func fromCassette() async throws {
    let redis = try await RealServer.redis()
    let before = try RawConnection(port: redis.port)
    try await before.send("SET user:1 alice\r\nSET visits 41\r\nRPUSH l x y\r\n")
    try await before.read { $0.text.hasSuffix(":2\r\n") }
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    let session = "GET user:1\r\nINCR visits\r\nLRANGE l 0 -1\r\nSET user:1 bob\r\nGET user:1\r\n"
    let recorded = try RawConnection(port: recorder.port)
    try await recorded.send(session)
    try await recorded.read { $0.text.hasSuffix("$3\r\nbob\r\n") }
    _ = try await recorder.stop()
    try await redis.stop()
    let fake = try await Mockrec.fakeRedis(in: folder, state: "state: {from: cassette}")
    let replayed = try RawConnection(port: fake.port)
    try await replayed.send(session)
    try await replayed.read { $0.text.hasSuffix("$3\r\nbob\r\n") }
    #expect(replayed.text == recorded.text)
    try await replayed.send("INCR visits\r\n")
    try await replayed.read { $0.text.hasSuffix(":43\r\n") }
    _ = try await fake.stop()
  }

  @Test("verify holds it against the real one, contract by contract")
  func verify() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Mockrec.fakeRedisSettings(real: redis.url))
    try folder.write(
      "contracts/counters.hurl",
      """
      REDIS {{cache}} INCR n
      REDIS
      1

      REDIS {{cache}} LPUSH n x
      REDIS -WRONGTYPE Operation against a key holding the wrong kind of value

      REDIS {{cache}} ZADD z 1.5 a 2 b
      REDIS
      2

      REDIS {{cache}} ZRANGE z 0 -1 WITHSCORES
      REDIS
      [Asserts]
      jsonpath "$[1]" == "1.5"

      """)
    let verified = try await Mockrec.run(["verify", "contracts/counters.hurl"], in: folder.path)
    #expect(verified.status == 0 && verified.stdout.contains("agree 4"), "\(verified)")
    try await redis.stop()
  }

  @Test("64 clients at once share one state")
  func parallel() async throws {
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(in: folder)
    let port = try fake.port
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<64 {
        group.addTask {
          let client = try RawConnection(port: port)
          try await client.send(String(repeating: "INCR n\r\n", count: 50))
          try await client.read { $0.text.ranges(of: "\r\n").count == 50 }
        }
      }
      try await group.waitForAll()
    }
    let client = try RawConnection(port: port)
    try await client.send("GET n\r\n")
    try await client.read { $0.text.hasSuffix("3200\r\n") }
    #expect(try await fake.stop().status == 0)
  }

  @Test("a model that there is not, and a state that cannot be, are told with their place")
  func refused() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Mockrec.fakeRedisSettings().replacing("model: redis", with: "model: rediss"))
    let wrong = try await Mockrec.run(["replay"], in: folder.path)
    #expect(wrong.status == 65 && wrong.stderr.contains("mockrec.yaml:7:14"), "\(wrong)")
    #expect(wrong.stderr.contains("nearest: `redis`"), "\(wrong)")
  }
}

extension Mockrec {
  /// A mockrec.yaml whose service `cache` is a Redis in memory.
  static func fakeRedisSettings(real: String? = nil, state: String = "") -> String {
    """
    services:
      cache:
        wire: redis
        listen: 127.0.0.1:0
        \(real.map { "real: \($0)" } ?? "cassette: cassette")
        fake:
          model: redis
          \(state)

    """
  }

  /// Serves it, and is ready for clients.
  static func fakeRedis(in folder: TemporaryFolder, state: String = "") async throws -> Mockrec {
    try folder.write("mockrec.yaml", fakeRedisSettings(state: state))
    let mockrec = try start(["replay"], in: folder.path)
    try await mockrec.ready()
    return mockrec
  }
}
