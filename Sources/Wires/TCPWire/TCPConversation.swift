import MockrecCore
import MockrecWire
import NIOCore

/// Both directions of one connection of any protocol.
///
/// One request is always open, and takes what the server says: first the connection itself (`@connect`), then each frame
/// of the client, and after a silence what the server may still say of its own accord (`@later 1`).
struct TCPConversation: StreamConversation {
  /// The longest frame and the longest reply, where no limit is set.
  static let longest = 64 << 20

  private let wire: TCPWire
  private let limit: Int
  private var client: FrameCutter
  /// What the client said last.
  private var said = ByteBuffer()
  /// Whether that was an answer to a server that asks who its client is.
  private var isSecret = false
  /// The client has begun to say who it is.
  private var isLogin = false
  /// The first bytes that the server said since.
  private var replyHead: [UInt8] = []
  private var laters = 0
  private var isOpen = false
  /// Bytes of the open request's reply.
  private var replied = 0
  /// Bytes that the server said before the open request's reply.
  private var offset = 0
  private var hasClientEnded = false
  private var hasServerEnded = false

  init(wire: TCPWire, limit: Int) {
    self.wire = wire
    self.limit = limit
    self.client = FrameCutter(wire.framing, limit: limit)
  }

  /// In a conversation that is one request and one reply, a silence means nothing.
  var quiet: Duration? {
    switch self.wire.framing {
    case .idle(let duration): duration
    case .connection: nil
    case .line, .delimiter, .length: TCPWire.usualSilence
    }
  }

  /// Not every request is answered.
  var patience: Duration? { self.wire.framing == .connection ? nil : .seconds(1) }

  var endsRequestsByClosing: Bool { self.wire.framing == .connection }

  func stalled() -> WireError? { self.hasServerEnded ? nil : self.client.half() }

  mutating func begin(into events: inout [StreamEvent]) {
    self.ask(ByteBuffer(), Aside.connect, into: &events)
  }

  mutating func receive(
    _ bytes: ByteBuffer, from party: WireError.Party, into events: inout [StreamEvent]
  ) throws(WireError) {
    guard bytes.readableBytes > 0 else { return }
    switch party {
    case .client:
      // Nobody listens any more.
      guard !self.hasServerEnded else { return }
      self.client.append(bytes)
      while let frame = try self.client.next() { self.ask(frame, into: &events) }
    case .server:
      // Who is answered has said all.
      if case .idle = self.wire.framing { self.askRest(into: &events) }
      guard self.isOpen else { return }
      self.replied += bytes.readableBytes
      if self.isLogin, self.replyHead.count < 3 { self.replyHead += bytes.readableBytesView.prefix(3) }
      guard self.replied <= self.limit else {
        throw WireError(
          .server, .tooLarge, "a reply of more than \(self.limit) bytes", offset: self.offset + self.limit)
      }
      events.append(.reply(bytes))
    }
  }

  mutating func end(of party: WireError.Party, into events: inout [StreamEvent]) throws(WireError) {
    switch party {
    case .client:
      guard !self.hasClientEnded else { return }
      // What tells its own length is not whole before that: it asks for nothing, and what the server still says answers
      // what was asked before.
      if !self.hasServerEnded, self.wire.framing.kind != .length { self.askRest(into: &events) }
      self.hasClientEnded = true
    case .server:
      guard !self.hasServerEnded else { return }
      let half = self.stalled()
      self.hasServerEnded = true
      // A server that tires of a silent client closes at a time of its own: that is no answer to anything.
      let isTired = self.laters > 0 && self.replied == 0
      self.close(closes: !self.hasClientEnded && !isTired, into: &events)
      if self.hasClientEnded, let half { throw half }
    }
  }

  mutating func fellSilent(into events: inout [StreamEvent]) {
    if case .idle = self.wire.framing, !self.hasServerEnded { self.askRest(into: &events) }
    guard self.isOpen, self.replied > 0, !self.hasClientEnded else { return }
    self.laters += 1
    self.open(self.wire.request(self.said, Aside.later(self.laters), isSecret: self.isSecret), into: &events)
  }

  private mutating func askRest(into events: inout [StreamEvent]) {
    if let rest = self.client.rest() { self.ask(rest, into: &events) }
  }

  private mutating func ask(_ frame: ByteBuffer, _ aside: String = "", into events: inout [StreamEvent]) {
    self.said = frame
    self.laters = 0
    if case .line = self.wire.framing {
      self.isSecret = self.isLogin && LoginLine.isChallenge(self.replyHead)
      self.isLogin = self.isSecret || LoginLine.begins(Array(frame.readableBytesView))
      self.replyHead = []
    }
    self.open(self.wire.request(frame, aside, isSecret: self.isSecret), into: &events)
  }

  /// What the server says from here on answers this.
  private mutating func open(_ request: ByteRequest, into events: inout [StreamEvent]) {
    self.close(closes: false, into: &events)
    events.append(.request(request))
    self.isOpen = true
  }

  private mutating func close(closes: Bool, into events: inout [StreamEvent]) {
    guard self.isOpen else { return }
    self.isOpen = false
    self.offset += self.replied
    self.replied = 0
    events.append(.done(head: .reply(TCPWire.verb, closes: closes), failed: false))
  }
}
