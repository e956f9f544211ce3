import Testing

/// Bad input through a running mockrec: what is wrong is told with its party and its byte, memory stays bounded, and
/// whoever else is connected is served.
@Suite("Bytes that no honest peer sends", .wholePrograms)
struct BadBytesTests {
  private static func random(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 40)
    }
  }

  /// Says each on a connection of its own, which stays open, and has `good` served after each.
  private func say(
    _ bad: [[UInt8]], to mockrec: Mockrec, served good: () async throws -> Void
  ) async throws -> [RawConnection] {
    try await good()
    let before = try mockrec.child.peakMemory()
    var connections: [RawConnection] = []
    for bytes in bad {
      let connection = try RawConnection(port: mockrec.port)
      try await connection.send(bytes)
      connections.append(connection)
      try await good()
      #expect(mockrec.child.poll() == nil, "\(bytes.prefix(40)) ended mockrec: \(mockrec.child.transcript)")
    }
    let grown = try mockrec.child.peakMemory() - before
    #expect(grown < 48 << 20, "\(grown) bytes for \(bad.reduce(0) { $0 + $1.count })")
    return connections
  }

  // MARK: Redis

  private static let redis: [[UInt8]] =
    [
      "*1\r\n$9000000000\r\n", "*9000000000\r\n", String(repeating: "*1\r\n", count: 10_000),
      "*2\r\n$3\r\nGET\r\n$10\r\nabc",
    ].map { Array($0.utf8) } + (0..<8).map { random(4096, seed: $0) }

  /// What is said of the first of them, and what Redis itself tells them.
  private static let told = [
    ("the client sent a length of 9000000000, where 68157440 is the limit at byte 4", "invalid bulk length"),
    ("the client sent a count of 9000000000, where 2147483647 is the limit at byte 0", "invalid multibulk length"),
    ("the client sent the type byte '*' where a request has '$' at byte 4", "expected '$', got '*'"),
  ]

  @Test("Redis, recorded and replayed")
  func redis() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    try await redisIsBad(to: recorder)
    try await redis.stop()
    #expect(try FileTree(folder("cassette")).files(containing: "GET a\n").count == 1)
    try await redisIsBad(to: try await Mockrec.replay(in: folder.path, wire: "redis"), isRefused: true)
  }

  @Test("Redis in memory")
  func fake() async throws {
    let folder = try TemporaryFolder()
    let mockrec = try await Mockrec.fakeRedis(in: folder)
    try await redisIsBad(to: mockrec, isRefused: true)
  }

  private func redisIsBad(to mockrec: Mockrec, isRefused: Bool = false) async throws {
    let good = try RawConnection(port: mockrec.port)
    var asked = 0
    let connections = try await say(Self.redis, to: mockrec) {
      asked += 1
      try await good.send("GET a\r\n")
      try await good.read { $0.count(of: "$-1\r\n") == asked }
    }
    if isRefused {
      for (connection, (_, message)) in zip(connections, Self.told) {
        #expect(try await connection.readToEnd() == "-ERR Protocol error: \(message)\r\n")
      }
    }
    #expect(!connections[3].isClosed, "half a command may still be finished")
    let finished = try await mockrec.stop()
    for (fault, _) in Self.told { #expect(finished.stderr.contains(fault), "\(fault) is not in \(finished)") }
  }

  @Test("a client that always has half a command under way is not kept")
  func halves() async throws {
    let folder = try TemporaryFolder()
    let mockrec = try await Mockrec.fakeRedis(in: folder)
    let client = try RawConnection(port: mockrec.port)
    let value = String(repeating: "x", count: 50_000)
    let command = Array("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$50000\r\n\(value)\r\n".utf8)
    try await client.send(Array(command.prefix(10)))
    for _ in 0..<40 { try await client.send(Array(command.dropFirst(10)) + command.prefix(10)) }
    try await client.read { $0.count(of: "+OK") == 40 }
    let before = try mockrec.child.peakMemory()
    for _ in 0..<2000 { try await client.send(Array(command.dropFirst(10)) + command.prefix(10)) }
    try await client.read(until: { $0.count(of: "+OK") == 2040 }, within: .seconds(60))
    let grown = try mockrec.child.peakMemory() - before
    #expect(grown < 32 << 20, "\(grown) bytes are kept of 100 MB")
    _ = try await mockrec.stop()
  }

  @Test("a server that breaks the protocol is blamed, and what it says still reaches its client")
  func server() async throws {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    let server = try await RealServer.start(
      try Python.interpreter, ["-B", Python.script("Servers/garbage.py"), "\(port)"], install: "scripts/test",
      listensOn: port, in: folder)
    let recorder = try await Mockrec.record("redis://127.0.0.1:\(port)", in: folder.path)
    let good = try RawConnection(port: recorder.port)
    var lengths: [Int] = []
    for (index, (word, length)) in [("length", 13), ("nesting", 40_000), ("half", 8), ("random", 4096)].enumerated() {
      let connection = try RawConnection(port: recorder.port)
      try await connection.send("\(word)\r\n")
      try await connection.read { $0.received.count == length }
      lengths.append(connection.received.count)
      try await good.send("SET a \(index)\r\n")
      try await good.read { $0.count(of: "+OK") == index + 1 }
    }
    #expect(lengths == [13, 40_000, 8, 4096])
    let finished = try await recorder.stop()
    for fault in [
      "the server sent a length of 9000000000, where 68157440 is the limit at byte 0",
      "the server sent values nested deeper than 32 at byte 128",
      "the server sent half a value and then the end of the connection at byte 8",
    ] {
      #expect(finished.stderr.contains(fault), "\(fault) is not in \(finished)")
    }
    #expect(try FileTree(folder("cassette")).entries.count == 4)
    try await server.stop()
  }

  // MARK: TCP

  /// A length of 9,000,000,000 in eight bytes, the same with what is no length at all, half a message, random bytes.
  private static let tcp: [[UInt8]] =
    [
      withUnsafeBytes(of: UInt64(9_000_000_000).bigEndian) { Array($0) }, [UInt8](repeating: 255, count: 64),
      [0, 0, 0, 0, 0, 0, 0, 10, 1, 2, 3],
      [0, 0, 0, 0, 0, 0, 0x27, 0x10] + [UInt8](repeating: UInt8(ascii: "("), count: 9999),
    ] + (0..<8).map { random(4096, seed: $0) }

  @Test("TCP, recorded and replayed")
  func tcp() async throws {
    let port = try RawConnection.freePorts(1)[0]
    let folder = try TemporaryFolder()
    let server = try await RealServer.start(
      try Python.interpreter, ["-B", Python.script("Servers/frames.py"), "\(port)"], install: "scripts/test",
      listensOn: port, in: folder)
    let recorder = try await Mockrec.record(
      "tcp://127.0.0.1:\(port)", settings: "wire: tcp\n    framing: {length: {offset: 0, size: 8}}", in: folder)
    try await tcpIsBad(to: recorder)
    try await server.stop()
    let tree = try FileTree(folder("cassette"))
    #expect(tree.files(containing: "hex,000000000000000168;").count == 1, "\(tree.names)")
    let replayer = try Mockrec.start(["replay"], in: folder.path)
    try await replayer.ready()
    try await tcpIsBad(to: replayer, isRefused: true)
  }

  private func tcpIsBad(to mockrec: Mockrec, isRefused: Bool = false) async throws {
    let good = try RawConnection(port: mockrec.port)
    var asked = 0
    let connections = try await say(Self.tcp, to: mockrec) {
      asked += 1
      try await good.send([0, 0, 0, 0, 0, 0, 0, 1, UInt8(ascii: "h")])
      try await good.read { $0.count(of: "hello") == asked }
    }
    if isRefused { for connection in connections.prefix(2) { try await connection.readToEnd() } }
    #expect(!connections[2].isClosed, "half a message may still be finished")
    // Else the end of the run, and not the client, ended the last exchange.
    good.finishSending()
    try await good.readToEnd()
    let finished = try await mockrec.stop()
    let fault = "the client sent the length 9000000000, and 67108864 bytes are allowed at byte 0"
    #expect(finished.stderr.contains(fault), "\(finished)")
  }

  // MARK: UDP

  @Test("UDP, recorded and replayed")
  func udp() async throws {
    let server = try await RealServer.bytes()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(
      "udp://127.0.0.1:\(server.port)", settings: "wire: udp\n    framing: {idle: 50ms}", in: folder)
    try await udpIsBad(to: recorder)
    let recording = try await recorder.stop()
    #expect(recording.status == 0, "\(recording)")
    try await server.stop()
    let replayer = try Mockrec.start(["replay"], in: folder.path)
    try await replayer.ready()
    try await udpIsBad(to: replayer)
    _ = try await replayer.stop()
  }

  /// Somebody else is answered. What arrives while the socket's buffer is full is lost, so that clients ask again.
  private func udpIsGood(_ mockrec: Mockrec) async throws {
    let answers: [[UInt8]] = try await wait(for: "both datagrams of an answer") {
      let peer = try RawDatagrams(port: mockrec.port)
      try peer.send(Array("twice a".utf8))
      return try? await [peer.receive(within: .seconds(1)), peer.receive(within: .seconds(1))]
    }
    #expect(answers == [Array("first a".utf8), Array("second\0".utf8)])
  }

  private func udpIsBad(to mockrec: Mockrec) async throws {
    var bad: [[UInt8]] = [[], [UInt8](repeating: UInt8(ascii: "("), count: 10_000), [0, 0, 0, 10, 1, 2]]
    bad += [Self.random(65_507, seed: 1)] + (0..<8).map { Self.random(1400, seed: $0) }
    try await udpIsGood(mockrec)
    let before = try mockrec.child.peakMemory()
    for datagram in bad {
      let peer = try RawDatagrams(port: mockrec.port)
      for _ in 0..<16 { try peer.send(datagram) }
      try await udpIsGood(mockrec)
      #expect(mockrec.child.poll() == nil, "\(datagram.prefix(40)) ended mockrec: \(mockrec.child.transcript)")
    }
    let grown = try mockrec.child.peakMemory() - before
    #expect(grown < 48 << 20, "\(grown) bytes")
  }
}
