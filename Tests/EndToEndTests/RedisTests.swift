import Testing

@Suite("Redis", .wholePrograms)
struct RedisTests {
  @Test(
    "a replay gives redis-py and valkey-py what Redis gave, in both versions of the protocol",
    arguments: ["redis_py", "valkey_py"])
  func sameAsRecorded(client: String) async throws {
    let loop = try await Loop(.redis(), client: client)
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recording.status == 0, "\(loop.recording)")
    #expect(loop.replay.status == 0, "\(loop.replay)")
    #expect(loop.replay.stderr.contains("unused 0 of"), "\(loop.replay)")
  }

  @Test("recording an unchanged Redis again changes no byte")
  func again() async throws {
    let folder = try TemporaryFolder()
    var before: FileTree?
    for _ in 0..<2 {
      let redis = try await RealServer.redis()
      let recorder = try await Mockrec.record(redis.url, in: folder.path)
      _ = try await Python.client("redis_py", recorder.url)
      #expect(try await recorder.stop().status == 0)
      try await redis.stop()
      let after = try FileTree(folder("cassette"))
      if let before { #expect(after.files == before.files) }
      before = after
    }
  }

  @Test("verify: an unchanged Redis agrees, a changed one is drift")
  func verify() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    let client = try RawConnection(port: recorder.port)
    try await client.send("SET user:1 alice\r\nGET user:1\r\n")
    try await client.read { $0.text.hasSuffix("alice\r\n") }
    _ = try await recorder.stop()
    let arguments = ["verify", "--wire", "redis", "--cassette", "cassette", "--real", redis.url]
    let agreed = try await Mockrec.run(arguments, in: folder.path)
    #expect(agreed.status == 0, "\(agreed)")
    let other = try RawConnection(port: redis.port)
    try await other.send("SET user:1 bob\r\n")
    try await other.read { $0.text.hasSuffix("OK\r\n") }
    let drifted = try await Mockrec.run(arguments + ["--fail-on", "any"], in: folder.path)
    #expect(drifted.status == 1 && drifted.stdout.contains("bob"), "\(drifted)")
    try await redis.stop()
    #expect(try await Mockrec.run(arguments, in: folder.path).status == 69)
  }

  @Test("passwords never reach the disk")
  func passwords() async throws {
    let redis = try await RealServer.redis("--requirepass", "hunter2secret")
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    let client = try RawConnection(port: recorder.port)
    try await client.send(
      "AUTH wrong-hunter2secret\r\nAUTH hunter2secret\r\nHELLO 3 AUTH default hunter2secret\r\nSET a 1\r\n")
    try await client.read { $0.text.hasSuffix("+OK\r\n") && $0.text.contains("proto") }
    _ = try await recorder.stop()
    try await redis.stop()
    for (name, bytes) in try FileTree(folder.path).files {
      #expect(!String(decoding: bytes, as: UTF8.self).contains("hunter2secret"), "\(name)")
    }
  }

  @Test("user, password and database of the real one's address are said to it, and to nobody else")
  func credentials() async throws {
    let redis = try await RealServer.redis("--requirepass", "hunter2secret")
    let folder = try TemporaryFolder()
    let real = "redis://:hunter2secret@127.0.0.1:\(redis.port)/3"
    let recorder = try await Mockrec.record(real, in: folder.path)
    let client = try RawConnection(port: recorder.port)
    try await client.send("SET a 1\r\nCLIENT INFO\r\n")
    try await client.read { $0.text.contains(" db=3 ") }
    let recorded = try await recorder.stop()
    #expect(!"\(recorded)".contains("hunter2secret"))
    let verified = try await Mockrec.run(
      ["verify", "--wire", "redis", "--cassette", "cassette", "--real", real, "--include-unsafe"], in: folder.path)
    #expect(verified.stdout.contains("agree 2"), "\(verified)")
    #expect(!"\(verified)".contains("hunter2secret"))
    let wrong = try await Mockrec.record("redis://:wrong@127.0.0.1:\(redis.port)", in: folder.path)
    let refused = try RawConnection(port: wrong.port)
    try await refused.send("GET a\r\n")
    try await refused.readToEnd()
    let finished = try await wrong.stop()
    #expect(finished.stderr.contains("refuses what its address says"), "\(finished)")
    try await redis.stop()
    for (name, bytes) in try FileTree(folder.path).files {
      #expect(!String(decoding: bytes, as: UTF8.self).contains("hunter2secret"), "\(name)")
    }
  }

  @Test("a request that nothing recorded answers is an error that says so, and a miss")
  func miss() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    let client = try RawConnection(port: recorder.port)
    try await client.send("SET user:1 alice\r\n")
    try await client.read { $0.text.hasSuffix("OK\r\n") }
    _ = try await recorder.stop()
    try await redis.stop()
    let replayer = try await Mockrec.replay(in: folder.path, wire: "redis")
    let asking = try RawConnection(port: replayer.port)
    try await asking.send("SET user:1 bob\r\nMONITOR\r\nPING\r\nSET user:1 alice\r\n")
    try await asking.read { $0.text.hasSuffix("+OK\r\n") }
    let lines = asking.text.split(separator: "\r\n")
    #expect(lines.first?.hasPrefix("-ERR mockrec: no recorded exchange of cassette answers SET user:1 bob") == true)
    #expect(lines.dropFirst() == ["-ERR mockrec does not serve MONITOR", "+PONG", "+OK"], "\(asking.text)")
    let finished = try await replayer.stop()
    #expect(
      finished.status == 1 && finished.stderr.contains("argument 2: recorded 'alice', asked 'bob'"), "\(finished)")
  }

  @Test("bytes that are no RESP are refused with their place, and others go on")
  func garbage() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    let good = try RawConnection(port: recorder.port)
    try await good.send("SET a 1\r\n")
    try await good.read { $0.text.hasSuffix("OK\r\n") }
    let bad = try RawConnection(port: recorder.port)
    try await bad.send("*1\r\n$9000000000\r\n")
    // Redis refuses it too, and closes.
    try await bad.readToEnd()
    try await good.send("GET a\r\n")
    try await good.read { $0.text.hasSuffix("$1\r\n1\r\n") }
    let recorded = try await recorder.stop()
    #expect(recorded.stderr.contains("a length of 9000000000"), "\(recorded)")
    try await redis.stop()
    let replayer = try await Mockrec.replay(in: folder.path, wire: "redis")
    let worse = try RawConnection(port: replayer.port)
    try await worse.send("*1\r\n$9000000000\r\n")
    try await worse.readToEnd()
    #expect(worse.text == "-ERR Protocol error: invalid bulk length\r\n")
    let again = try RawConnection(port: replayer.port)
    try await again.send("GET a\r\n")
    try await again.read { $0.text.hasSuffix("$1\r\n1\r\n") }
    _ = try await replayer.stop()
  }
}
