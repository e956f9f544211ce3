import Foundation
import Testing

/// What a Redis reads, byte by byte: each of these is said to a real redis-server and to the one in memory, each time over
/// a new connection that is then ended, and both have to say the same until they close.
@Suite("Bytes said to a Redis in memory and to the real one", .wholePrograms)
struct RedisProtocolTests {
  private static let malformed = [
    // Counts and lengths.
    "*9000000000\r\n", "*2147483648\r\n", "*2147483647\r\n$4\r\nPING\r\n", "*1048577\r\n$4\r\nPING\r\n",
    "*-1\r\nPING\r\n", "*-5\r\n*1\r\n$4\r\nPING\r\n", "*0\r\nPING\r\n", "*-0\r\nPING\r\n", "*\r\nPING\r\n",
    "*01\r\n$4\r\nPING\r\n", "*+1\r\n$4\r\nPING\r\n", "* 1\r\n$4\r\nPING\r\n", "*1x\r\n", "*99999999999999999999\r\n",
    "*1\r\n$9000000000\r\n", "*1\r\n$536870913\r\n", "*1\r\n$99999999999999999999\r\n", "*1\r\n$-1\r\n",
    "*1\r\n$-5\r\n", "*1\r\n$-0\r\n\r\n", "*1\r\n$04\r\nPING\r\n", "*1\r\n$00\r\n\r\n", "*1\r\n$+4\r\nPING\r\n",
    "*1\r\n$\r\n", "*1\r\n$0\r\n\r\n", "*1\r\n$4x\r\nPING\r\n",
    // Something else than a bulk string.
    "*1\r\nPING\r\n", "*1\r\n*1\r\n$4\r\nPING\r\n", "*1\r\n:5\r\n", "*1\r\n\r\n", "*1\r\n\n\r\n", "*1\r\n'\r\n",
    "*1\r\nP",
    "*2\r\n$4\r\nECHO\r\n+a\r\n", String(repeating: "*1\r\n", count: 10_000),
    // Line ends.
    "*1\n$4\r\nPING\r\n", "*1\n$4\nPING\n", "*1\rX$4\rYPINGab*1\r\n$4\r\nPING\r\n",
    "*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n",
    "PING\nPING\n", "\r\n\r\nPING\r\n", "\n", "PING\r\r\nECHO a\rb\r\n", "PING",
    // NUL.
    "\0\0\0\r\nPING\r\n", "PING\0\r\nPING\r\n", "*1\0\r\n$4\r\nPING\r\n", "*1\r\n$4\0\r\nPING\r\n",
    "*1\r\n\0$4\r\nPING\r\n", "*2\r\n$4\r\nECHO\r\n$3\r\na\0b\r\n",
    // Quotes.
    "SET \"a b\r\n", "SET \"a\"b c\r\n", "SET 'a\r\n", "SET 'a'b\r\n", "ECHO \"a\\\r\n",
    "ECHO a\"b c\"\r\nECHO a'b c'\r\n",
    "ECHO a\"b\"c\r\n", "ECHO \"a\\\"b\\n\\r\\t\\b\\a\\x4a\\x4g\\q\"\r\nECHO 'a\\'b\\n'\r\n",
    "ECHO \"\"\r\nECHO ''\r\n\"\"\r\n",
    "ECHO a\u{b}b\r\n\u{b}PING\u{b}\r\n", "PING\u{c}\r\n", "ECHO \"a\"\u{b}\r\n",
    // What is too long.
    String(repeating: "A", count: 70_000), "*1\r\n$" + String(repeating: "1", count: 70_000),
    "*" + String(repeating: "1", count: 70_000), "*1\r\n\0" + String(repeating: "1", count: 70_000),
    "\0" + String(repeating: "A", count: 70_000) + "\r\n", String(repeating: "A", count: 65_535) + "\r\n",
    // HTTP.
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "host: a\r\n", "PING\r\npOsT\r\n",
    "*1\r\n$4\r\nPOST\r\n", "MULTI\r\nPOST\r\n",
    // After other commands.
    "MULTI\r\nPING\r\n*x\r\n", "SUBSCRIBE a\r\n*x\r\n", "QUIT\r\n*x\r\n", "PING\r\n*x\r\nPING\r\n", "FOO\r\n*x\r\n",
    "CLIENT REPLY OFF\r\n*x\r\n", "CLIENT REPLY SKIP\r\n*x\r\n", "CLIENT REPLY SKIP\r\nPING\r\n*x\r\n",
  ]

  @Test("what is no request is refused in the same words, and what is one all the same is answered")
  func requests() async throws {
    try await same(Self.malformed.map { Array($0.utf8) })
  }

  private static let silenced = [
    ["CLIENT REPLY SKIP", "HELLO 3", "SUBSCRIBE q", "CLIENT REPLY OFF", "PUBLISH q self", "CLIENT REPLY ON", "PING"],
    ["CLIENT REPLY SKIP", "HELLO 3", "SUBSCRIBE q", "PSUBSCRIBE q*", "CLIENT REPLY SKIP", "PUBLISH q self", "PING"],
    ["CLIENT REPLY OFF", "MULTI", "SUBSCRIBE a", "PING", "CLIENT REPLY ON", "ECHO a", "EXEC", "ECHO b"],
    ["MULTI", "PING", "CLIENT REPLY OFF", "ECHO a", "SUBSCRIBE a", "UNSUBSCRIBE", "EXEC", "CLIENT REPLY ON", "ECHO b"],
    ["MULTI", "PING", "CLIENT REPLY SKIP", "ECHO a", "ECHO b", "EXEC", "ECHO c", "ECHO d"],
    ["CLIENT REPLY OFF", "EXEC", "MULTI", "FOO", "EXEC", "CLIENT REPLY ON", "PING"],
    ["CLIENT REPLY SKIP", "MULTI", "PING", "CLIENT REPLY SKIP", "EXEC", "PING", "PING"],
  ]

  @Test("who wants no replies is told what it listens to, also of what it publishes itself, and within EXEC")
  func silence() async throws {
    try await same(Self.silenced.map { Array($0.map { $0 + "\r\n" }.joined().utf8) })
  }

  @Test("what comes behind a command that waits is refused when that has been answered")
  func waiting() async throws {
    try await compare { port in
      let connection = try RawConnection(port: port)
      try await connection.send("BLPOP none 0.05\r\nECHO a\r\n*x\r\nPING\r\n")
      try await connection.readToEnd()
      return connection.received
    }
  }

  @Test("a sample with repetition may be of millions")
  func sample() async throws {
    try await compare { port in
      let connection = try RawConnection(port: port)
      try await connection.send("SADD s a\r\nHSET h f v\r\nSRANDMEMBER s -3000000\r\nHRANDFIELD h -1200000\r\n")
      let length = ":1\r\n:1\r\n*3000000\r\n*1200000\r\n".utf8.count + 4_200_000 * "$1\r\na\r\n".utf8.count
      try await connection.read(until: { $0.received.count >= length }, within: .seconds(60))
      return connection.received
    }
  }

  /// Bytes that begin as requests do, and go wrong.
  private static func random(_ seed: UInt64) -> [UInt8] {
    var random = Seeded(state: seed)
    let numbers = [
      "0", "1", "2", "3", "4", "-1", "01", "+1", "2147483648", "536870913", "99999999999999999999", "x", "",
    ]
    let words = [
      "PING", "ECHO", "a", "foo", "GET", "MULTI", "EXEC", "POST", "CLIENT", "REPLY", "SKIP", "\"", "'", "\\", "\\x41",
    ]
    let ends = ["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\0", " ", "\t", "\u{b}"]
    func one(_ list: [String]) -> [UInt8] { Array(list[Int.random(in: 0..<list.count, using: &random)].utf8) }
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      switch Int.random(in: 0..<12, using: &random) {
      case 0...3:
        let word = one(words)
        bytes += Array("*2\r\n$4\r\nECHO\r\n$\(word.count)\r\n".utf8) + word + one(ends)
      case 4, 5: bytes += one(words) + one([" ", " ", "", "\t"]) + one(words) + one(ends)
      case 6: bytes += one(["*", "$", ":", "*1\r\n$"]) + one(numbers) + one(ends)
      case 7: bytes += one(["*1\r\n$4\r\nPING\r\n", "PING\r\n", "*-3\r\n", "*0\r\n"])
      case 8: bytes.append(UInt8.random(in: 0...255, using: &random))
      case 9: bytes += one(["*1\r\n$4\r\n", "*3\r\n", "$4\r\n"]) + one(words) + one(ends)
      case 10: bytes += [UInt8](repeating: 0xFF, count: Int.random(in: 0...200, using: &random)) + one(ends)
      default: if !bytes.isEmpty { bytes.remove(at: Int.random(in: 0..<bytes.count, using: &random)) }
      }
    }
    return bytes
  }

  @Test("seeded random bytes")
  func noise() async throws {
    try await same((0..<600).map(Self.random))
  }

  @Test("a subscriber that does not read is let go, and does not fill the memory meanwhile")
  func deafSubscriber() async throws {
    var grown: [Int] = []
    try await compareMeasured { port, memory in
      let subscriber = try RawConnection(port: port)
      try await subscriber.send("SUBSCRIBE q\r\n")
      try await subscriber.read { $0.text.hasSuffix(":1\r\n") }
      let publisher = try RawConnection(port: port)
      let before = try memory()
      let message =
        Array("*3\r\n$7\r\nPUBLISH\r\n$1\r\nq\r\n$1000000\r\n".utf8) + [UInt8](repeating: 0x78, count: 1_000_000) + [
          13, 10,
        ]
      var sent = 0
      // The system's own buffers take some.
      while sent < 96, !publisher.text.hasSuffix(":0\r\n") {
        try await publisher.send(message)
        sent += 1
        try await publisher.read { $0.received.count == sent * 4 }
      }
      grown.append(try memory() - before)
      return Data(publisher.received.suffix(4) + (sent > 32 ? [1] : [0]))
    }
    #expect(grown.allSatisfy { $0 < 80 << 20 }, "\(grown)")
  }

  // MARK: Both

  private func same(_ sessions: [[UInt8]]) async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(in: folder)
    let port = try fake.port
    for (index, bytes) in sessions.enumerated() {
      let real = try await said(bytes, to: redis.port)
      let ours = try await said(bytes, to: port)
      #expect(ours == real, "\(index): \(Self.shown(bytes.prefix(300)))")
    }
    #expect(fake.child.poll() == nil)
    _ = try await fake.stop()
    try await redis.stop()
  }

  private func said(_ bytes: [UInt8], to port: Int) async throws -> String {
    let connection = try RawConnection(port: port)
    try await connection.send(bytes)
    connection.finishSending()
    try await connection.readToEnd()
    return Self.shown(connection.received)
  }

  /// Each byte a character: what is no UTF-8 is not made equal.
  private static func shown(_ bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: bytes.map { Unicode.Scalar($0) })
    return String(reflecting: String(text))
  }

  private func compare(_ session: (Int) async throws -> Data) async throws {
    try await compareMeasured { port, _ in try await session(port) }
  }

  /// - Parameter session: What is done with the server on a port, told its greatest memory so far.
  private func compareMeasured(_ session: (Int, () throws -> Int) async throws -> Data) async throws {
    let redis = try await RealServer.redis()
    let real = try await session(redis.port) { 0 }
    try await redis.stop()
    let folder = try TemporaryFolder()
    let fake = try await Mockrec.fakeRedis(in: folder)
    let ours = try await session(fake.port) { try fake.child.peakMemory() }
    _ = try await fake.stop()
    #expect(ours == real, "\(Self.shown(ours.prefix(999))) and not \(Self.shown(real.prefix(999)))")
  }
}

/// The same numbers for the same seed.
///
/// Source: SplitMix64, Steele, Lea and Flood.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = self.state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
