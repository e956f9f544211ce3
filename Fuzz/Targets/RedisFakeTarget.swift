import MockrecCore
import MockrecWire
import NIOCore
import RedisWire

extension FuzzTarget {
  /// Commands of three clients to the Redis in memory, one a line: an optional digit for the client, then words with a
  /// space between them. A line `+N` lets N seconds pass.
  package static let redisFake = FuzzTarget(name: "redis-fake") { input in
    let session = RedisFakeSession()
    for line in input.bytes.split(separator: 0x0A).prefix(512) { try session.play(line) }
  }
}

/// A Redis in memory and three clients, each with the machine that reads what is said on its connection.
private final class RedisFakeSession {
  private final class Clock: @unchecked Sendable {
    // Proof of @unchecked Sendable: a session is used by one thread.
    var now: Int64 = 1_700_000_000_000
  }

  private struct Connection {
    var client: RedisClient
    var machine: any StreamConversation = RedisWire().conversation(limits: WireLimits())
    var isBlocked = false
    /// Commands whose reply is not done.
    var waiting = 0
    /// Perhaps between MULTI and EXEC.
    var isQueueing = false
  }

  private let clock = Clock()
  private let fake: RedisFake
  private var connections: [Connection] = []
  /// Bytes for others than the one whose command runs.
  private var deliveries: [(id: Int64, bytes: [UInt8])] = []

  init() {
    let clock = self.clock
    self.fake = RedisFake(seed: 1) { clock.now }
    self.fake.deliver = { [unowned self] client, bytes in self.deliveries.append((client.id, bytes)) }
    self.connections = (0..<3).map { _ in Connection(client: self.fake.open()) }
  }

  func play(_ line: ArraySlice<UInt8>) throws {
    if line.first == UInt8(ascii: "+"), let seconds = Int64(String(decoding: line.dropFirst(), as: UTF8.self)) {
      self.clock.now += min(max(seconds, 0), 1 << 32) * 1000
      self.fake.tick()
      return try self.deliver()
    }
    var words = line.split(separator: 0x20, omittingEmptySubsequences: false).map { Array($0) }
    var index = 0
    if let first = words.first, first.count == 1, (0x30...0x32).contains(first[0]) {
      index = Int(first[0]) - 0x30
      words.removeFirst()
    }
    guard !words.isEmpty, !self.connections[index].isBlocked, !Self.isHuge(words) else { return }
    guard !self.connections[index].isQueueing || !Self.isUncounted(words) else { return }
    try self.execute(words, index)
  }

  /// What in a transaction makes of one EXEC several replies, or none: Redis does so, too, and no client can tell which.
  private static func isUncounted(_ words: [[UInt8]]) -> Bool {
    let name = String(decoding: words[0], as: UTF8.self).uppercased()
    return name.hasSuffix("SUBSCRIBE") || name == "CLIENT"
  }

  /// What Redis, too, would take a gigabyte or an hour for.
  private static func isHuge(_ words: [[UInt8]]) -> Bool {
    let name = String(decoding: words[0], as: UTF8.self).uppercased()
    let numbers = words.dropFirst().compactMap { Int(String(decoding: $0.drop { $0 == 0x23 }, as: UTF8.self)) }
    if ["SETRANGE", "SETBIT", "BITFIELD"].contains(name) { return numbers.contains { $0.magnitude > 1 << 20 } }
    return name.contains("RAND") && numbers.contains { $0 < -1000 }
  }

  private func execute(_ words: [[UInt8]], _ index: Int) throws {
    var out = RESPWriter(version: self.connections[index].client.version)
    let outcome = self.fake.execute(words.map { RedisBytes($0) }, for: self.connections[index].client, into: &out)
    try self.hear(Self.frame(words), from: .client, index)
    let name = String(decoding: words[0], as: UTF8.self).uppercased()
    if name == "MULTI" { self.connections[index].isQueueing = true }
    if ["EXEC", "DISCARD", "RESET"].contains(name) { self.connections[index].isQueueing = false }
    switch outcome {
    case .blocked:
      try hold(out.bytes.isEmpty, "a reply to a command that blocks: \(Self.shown(words))")
      self.connections[index].isBlocked = true
    case .replied, .close:
      try self.hear(out.bytes, from: .server, index)
      let shown = { "\(self.connections[index].waiting) wait after \(Self.shown(words)): \(Self.text(out.bytes))" }
      // A subscription stays open for what will be published.
      try hold(self.connections[index].waiting <= 1, shown())
      let isSubscriber = Self.isSubscription(words)
      if !isSubscriber { try hold(self.connections[index].waiting == 0, shown()) }
    }
    try self.deliver()
    guard outcome == .close else { return }
    self.fake.close(self.connections[index].client)
    self.connections[index] = Connection(client: self.fake.open())
  }

  private func deliver() throws {
    while !self.deliveries.isEmpty {
      let (id, bytes) = self.deliveries.removeFirst()
      guard let index = self.connections.firstIndex(where: { $0.client.id == id }) else { continue }
      try self.hear(bytes, from: .server, index)
      guard self.connections[index].isBlocked else { continue }
      self.connections[index].isBlocked = false
      try hold(self.connections[index].waiting == 0, "no reply to a command that blocked: \(Self.text(bytes))")
    }
  }

  /// The machine that a recorder in front of this server would read with must be able to.
  private func hear(_ bytes: [UInt8], from party: WireError.Party, _ index: Int) throws {
    var events: [StreamEvent] = []
    do throws(WireError) {
      try self.connections[index].machine.receive(ByteBuffer(bytes: bytes), from: party, into: &events)
    } catch {
      throw FuzzFailure("\(error): \(Self.text(bytes))")
    }
    for event in events {
      switch event {
      case .request: self.connections[index].waiting += 1
      case .reply: continue
      case .done: self.connections[index].waiting -= 1
      }
    }
  }

  private static func isSubscription(_ words: [[UInt8]]) -> Bool {
    ["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE"].contains(String(decoding: words[0], as: UTF8.self).uppercased())
  }

  private static func frame(_ words: [[UInt8]]) -> [UInt8] {
    Array("*\(words.count)\r\n".utf8) + words.flatMap { Array("$\($0.count)\r\n".utf8) + $0 + [13, 10] }
  }

  private static func shown(_ words: [[UInt8]]) -> String { self.text(Array(words.joined(separator: [0x20]))) }
  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(512), as: UTF8.self) }
}
