import MockrecCore
import MockrecWire
import NIOCore

/// Both directions between one address of a client and the service. Each call of `receive` is one datagram.
///
/// Where replies repeat a part of their requests (`echo`), they find the request that they answer, however many are open
/// and in whatever order they come. Else they answer the last one.
struct UDPConversation: StreamConversation {
  private struct Open: Sendable {
    var frame: [UInt8]
    var pieces: [ByteBuffer] = []
  }

  /// Requests without a reply that are waited for; the oldest counts as unanswered when there are more.
  private static let mostOpen = 64

  /// Bytes of one reply, where no limit is set.
  static let longest = 64 << 20
  /// What is kept of each datagram besides its bytes, about.
  private static let overhead = 128

  private let wire: UDPWire
  private let limit: Int
  private var open = CircularBuffer<Open>()
  /// What the datagrams of the replies that are open count.
  private var held = 0
  /// Bytes that the service said.
  private var offset = 0

  init(wire: UDPWire, limit: Int) {
    self.wire = wire
    self.limit = limit
  }

  var quiet: Duration? { self.wire.silence }

  mutating func receive(
    _ datagram: ByteBuffer, from party: WireError.Party, into events: inout [StreamEvent]
  ) throws(WireError) {
    // A socket reads each datagram into a buffer for the longest: what is kept is a copy.
    let datagram = ByteBuffer(bytes: datagram.readableBytesView)
    switch party {
    case .client:
      let pairs = !self.wire.rules.echoes.isEmpty
      while let first = self.open.first, !pairs || !first.pieces.isEmpty || self.open.count >= Self.mostOpen {
        self.closeFirst(into: &events)
      }
      self.open.append(Open(frame: Array(datagram.readableBytesView)))
      events.append(.request(self.wire.request(datagram)))
    case .server:
      self.offset += datagram.readableBytes
      guard let index = self.asked(by: datagram) else { return }
      self.held += datagram.readableBytes + Self.overhead
      guard self.held <= self.limit + Self.overhead else {
        throw WireError(
          .server, .tooLarge, "a reply of more than \(self.limit) bytes",
          offset: self.offset - datagram.readableBytes)
      }
      self.open[index].pieces.append(datagram)
    }
  }

  /// The request that a datagram of the service answers.
  private func asked(by datagram: ByteBuffer) -> CircularBuffer<Open>.Index? {
    guard !self.wire.rules.echoes.isEmpty else {
      return self.open.isEmpty ? nil : self.open.index(before: self.open.endIndex)
    }
    let reply = Array(datagram.readableBytesView)
    return self.open.indices.first { self.wire.rules.answers(reply, self.open[$0].frame) }
  }

  mutating func fellSilent(into events: inout [StreamEvent]) {
    while !self.open.isEmpty { self.closeFirst(into: &events) }
  }

  mutating func end(of party: WireError.Party, into events: inout [StreamEvent]) {
    self.fellSilent(into: &events)
  }

  private mutating func closeFirst(into events: inout [StreamEvent]) {
    guard let first = self.open.popFirst() else { return }
    for piece in first.pieces {
      self.held -= piece.readableBytes + Self.overhead
      events.append(.reply(Datagrams.pack(piece)))
    }
    events.append(.done(head: .reply(UDPWire.verb), failed: false))
  }
}
