import NIOCore

/// What is known of the clients of a datagram socket, by their addresses: a bounded number, and nobody for longer than
/// they are heard of. Only used on one event loop.
struct DatagramPeers<Peer> {
  private struct Known {
    var peer: Peer
    var heard: NIODeadline
  }

  private let most: Int
  private let idle: TimeAmount
  private var known: [SocketAddress: Known] = [:]

  init(most: Int = 1024, idle: Duration) {
    self.most = most
    self.idle = TimeAmount(idle)
  }

  var isEmpty: Bool { self.known.isEmpty }

  /// The peer at an address, and that it was heard of now.
  mutating func heard(_ address: SocketAddress) -> Peer? {
    self.known[address]?.heard = .now()
    return self.known[address]?.peer
  }

  /// - Returns: Who has to go, as there are too many: the one that was silent for longest.
  mutating func add(_ peer: Peer, at address: SocketAddress) -> Peer? {
    var leaving: Peer?
    if self.known.count >= self.most, let oldest = self.known.min(by: { $0.value.heard < $1.value.heard }) {
      leaving = self.known.removeValue(forKey: oldest.key)?.peer
    }
    self.known[address] = Known(peer: peer, heard: .now())
    return leaving
  }

  /// Forgets who was silent for long.
  mutating func takeIdle() -> [Peer] {
    let now = NIODeadline.now()
    let gone = self.known.filter { now - $0.value.heard >= self.idle }
    for address in gone.keys { self.known[address] = nil }
    return gone.values.map(\.peer)
  }

  mutating func takeAll() -> [Peer] {
    defer { self.known = [:] }
    return self.known.values.map(\.peer)
  }

  /// How often to look for who is silent.
  var interval: TimeAmount { .nanoseconds(max(1, self.idle.nanoseconds / 4)) }
}
