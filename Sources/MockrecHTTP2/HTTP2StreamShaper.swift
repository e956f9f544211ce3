import MockrecWire
import NIOCore
import NIOHTTP2

/// Stands between a stream and its connection, and sends the replies that a fault concerns as their shape says. Bytes are
/// those of bodies: heads go out with the first of them.
///
/// Replies on streams have no order and are never sent twice, so these two faults change nothing here.
final class HTTP2StreamShaper: ReplyShaping {
  private struct Piece {
    var payload: HTTP2Frame.FramePayload
    var promise: EventLoopPromise<Void>?
  }

  // Everything here is only touched on the connection's event loop, and no access spans a call.
  private weak var stream: HTTP2ServerStream?
  private var shape: ReplyShape?
  private var pieces = CircularBuffer<Piece>()
  private var held = 0
  private var sent = 0
  private var isEnded = false
  private var due = NIODeadline.now()
  private var started: NIODeadline?
  private var timer: Scheduled<Void>?
  var hasRoom: (() -> Void)?

  private static let longestHeld = 1 << 20
  private static let mostHeld = 256 << 10
  private static let step = TimeAmount.milliseconds(5)

  init(_ stream: HTTP2ServerStream) { self.stream = stream }

  var isYielding: Bool { false }
  var isShaping: Bool { self.shape != nil }

  var isFull: Bool { self.held > (self.needsWhole && !self.isEnded ? Self.longestHeld : Self.mostHeld) }

  /// Whether nothing can be sent before its end is known.
  private var needsWhole: Bool {
    switch self.shape?.ending {
    case .closedEarly?, .reset(half: true)?: true
    case .whole?, .closed?, .reset?: self.shape?.pieces != nil
    case nil: false
    }
  }

  func begin(_ shape: ReplyShape) {
    self.drop()
    self.shape = shape
    self.due = .now() + TimeAmount(shape.delay)
    if shape.copies > 1 || shape.yieldsFor != nil { shape.wasIdle?() }
  }

  func finish() {
    guard self.isShaping, !self.isEnded else { return }
    self.isEnded = true
    self.pump()
  }

  /// Takes what the stream writes while a reply is shaped.
  func take(_ payload: HTTP2Frame.FramePayload, _ promise: EventLoopPromise<Void>?) {
    self.pieces.append(Piece(payload: payload, promise: promise))
    self.held += payload.bodyBytes
    self.pump()
  }

  /// Sends what is due.
  private func pump() {
    guard let shape = self.shape else { return }
    self.timer?.cancel()
    self.timer = nil
    if self.needsWhole, !self.isEnded, self.held < Self.longestHeld { return }
    let now = NIODeadline.now()
    guard now >= self.due else { return self.wake(in: self.due - now) }
    let wasFull = self.isFull
    if self.started == nil { self.prepare(shape, now) }
    let due = self.due(shape, now)
    self.send(due.map { $0 - self.sent } ?? self.held)
    if wasFull, !self.isFull { self.hasRoom?() }
    if self.held > 0 {
      if due != nil { self.wake(in: Self.step) }
    } else if self.isEnded {
      self.retire(shape.ending)
    }
  }

  /// Cuts a reply whose end is known, or is not waited for.
  private func prepare(_ shape: ReplyShape, _ now: NIODeadline) {
    self.started = now
    switch shape.ending {
    case .closedEarly(let missing): self.cut(to: max(0, self.held - missing))
    case .reset(half: true): self.cut(to: (self.held + 1) / 2)
    case .whole, .closed, .reset: break
    }
  }

  private func cut(to count: Int) {
    var (kept, rest) = (CircularBuffer<Piece>(), count)
    for var piece in self.pieces {
      guard case .data(let data) = piece.payload, case .byteBuffer(let bytes) = data.data else {
        if rest > 0 || kept.isEmpty { kept.append(piece) }
        continue
      }
      let part = bytes.getSlice(at: bytes.readerIndex, length: min(rest, bytes.readableBytes)) ?? ByteBuffer()
      rest -= part.readableBytes
      piece.payload = .data(.init(data: .byteBuffer(part)))
      kept.append(piece)
    }
    self.pieces = kept
    self.held = count - rest
  }

  /// How many bytes of a paced reply should have been sent by now; nil where it has no pace.
  private func due(_ shape: ReplyShape, _ now: NIODeadline) -> Int? {
    guard let started = self.started else { return nil }
    // A step ahead of its time: what is due until the next look.
    let elapsed = Double((now - started + Self.step).nanoseconds) / 1e9
    if let rate = shape.rate { return min(self.sent + self.held, max(1, Int(elapsed * Double(rate)))) }
    return shape.pieces.map { $0.due(of: self.sent + self.held, after: elapsed) }
  }

  private func send(_ count: Int) {
    guard let stream = self.stream else { return }
    var rest = count
    while let first = self.pieces.first {
      guard case .data(var data) = first.payload, case .byteBuffer(var bytes) = data.data, bytes.readableBytes > rest
      else {
        self.pieces.removeFirst()
        rest -= first.payload.bodyBytes
        self.held -= first.payload.bodyBytes
        self.sent += first.payload.bodyBytes
        stream.connection?.write(stream.id, first.payload, promise: first.promise)
        continue
      }
      guard rest > 0, let part = bytes.readSlice(length: rest) else { break }
      data.data = .byteBuffer(bytes)
      self.pieces[self.pieces.startIndex].payload = .data(data)
      self.held -= rest
      self.sent += rest
      rest = 0
      stream.connection?.write(stream.id, .data(.init(data: .byteBuffer(part))))
    }
    stream.connection?.flushSoon()
  }

  /// The reply is sent.
  private func retire(_ ending: ReplyShape.Ending) {
    self.drop()
    switch ending {
    case .whole: self.stream?.shapedReplyEnded()
    case .closedEarly, .closed: self.stream?.connection?.breakOff(reset: false)
    case .reset: self.stream?.connection?.breakOff(reset: true)
    }
  }

  private func wake(in wait: TimeAmount) {
    guard let eventLoop = self.stream?.eventLoop else { return }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    self.timer = eventLoop.scheduleTask(in: wait) { bound.value.pump() }
  }

  /// Nothing more is sent of it.
  func drop() {
    self.timer?.cancel()
    self.timer = nil
    self.shape = nil
    self.started = nil
    (self.held, self.sent, self.isEnded) = (0, 0, false)
    let pieces = self.pieces
    self.pieces.removeAll()
    for piece in pieces { piece.promise?.fail(ChannelError.ioOnClosedChannel) }
  }
}

extension HTTP2Frame.FramePayload {
  fileprivate var bodyBytes: Int {
    if case .data(let data) = self { data.data.readableBytes } else { 0 }
  }
}
