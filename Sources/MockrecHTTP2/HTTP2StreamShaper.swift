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
  private(set) var held = 0
  private var sent = 0
  private var isFinished = false
  /// The connection ends with what is here: what still comes of it is not sent.
  private var isCut = false
  private var due = NIODeadline.now()
  private var started: NIODeadline?
  /// What was written last; nil where the connection goes on.
  private var last: EventLoopFuture<Void>?
  private var timer: Scheduled<Void>?
  var hasRoom: (() -> Void)?

  private static let longestHeld = 1 << 20
  private static let mostHeld = 256 << 10
  private static let step = TimeAmount.milliseconds(5)

  init(_ stream: HTTP2ServerStream) { self.stream = stream }

  var isYielding: Bool { false }
  var isShaping: Bool { self.shape != nil }

  var isFull: Bool { self.isCut || self.held > (self.isAwaited ? Self.longestHeld : Self.mostHeld) }

  /// Whether nothing is sent before its end is known.
  private var isAwaited: Bool { self.shape?.needsWhole == true && !self.isEnded }

  /// A body that comes from a file goes on when all else has been said.
  private var isEnded: Bool { self.isFinished && self.stream?.file == nil }

  func begin(_ shape: ReplyShape) {
    self.drop()
    if shape.copies > 1 || shape.yieldsFor != nil { shape.wasIdle?() }
    var shape = shape
    (shape.copies, shape.yieldsFor) = (1, nil)
    self.shape = shape
    self.due = .now() + TimeAmount(shape.delay)
  }

  func finish() {
    guard self.isShaping, !self.isFinished else { return }
    self.isFinished = true
    self.pump()
  }

  func fileEnded() { if self.isFinished { self.pump() } }

  /// Takes what the stream writes while a reply is shaped.
  func take(_ payload: HTTP2Frame.FramePayload, _ promise: EventLoopPromise<Void>?) {
    guard !self.isCut else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    self.pieces.append(Piece(payload: payload, promise: promise))
    self.held += payload.bodyBytes
    self.pump()
  }

  /// Sends what is due.
  private func pump() {
    guard let shape = self.shape else { return }
    self.timer?.cancel()
    self.timer = nil
    // The end of a long one is not waited for.
    if self.started == nil, self.isAwaited, self.held < Self.longestHeld { return }
    let now = NIODeadline.now()
    guard now >= self.due else { return self.wake(in: self.due - now) }
    let wasFull = self.isFull
    if self.started == nil { self.prepare(shape, now) }
    let due = self.due(shape, now)
    self.send(due.map { $0 - self.sent } ?? self.held)
    if wasFull, !self.isFull { self.hasRoom?() }
    if self.held > 0 {
      if due != nil { self.wake(in: Self.step) }
    } else if self.isEnded || self.isCut {
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
    self.isCut = true
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
        self.write(first.payload, first.promise)
        continue
      }
      guard rest > 0, let part = bytes.readSlice(length: rest) else { break }
      data.data = .byteBuffer(bytes)
      self.pieces[self.pieces.startIndex].payload = .data(data)
      self.held -= rest
      self.sent += rest
      rest = 0
      self.write(.data(.init(data: .byteBuffer(part))), nil)
    }
    stream.connection?.flushSoon()
  }

  private func write(_ payload: HTTP2Frame.FramePayload, _ promise: EventLoopPromise<Void>?) {
    guard let stream = self.stream else { return }
    let sent = promise ?? (self.shape?.ending == .whole ? nil : stream.eventLoop.makePromise(of: Void.self))
    self.last = self.shape?.ending == .whole ? nil : sent?.futureResult
    stream.connection?.write(stream.id, payload, promise: sent)
  }

  /// The reply is written. A connection ends when the client has let all of it come.
  private func retire(_ ending: ReplyShape.Ending) {
    switch ending {
    case .whole:
      self.drop()
      self.stream?.shapedReplyEnded()
    case .closedEarly, .closed: self.breakOff(reset: false)
    case .reset: self.breakOff(reset: true)
    }
  }

  private func breakOff(reset: Bool) {
    guard let connection = self.stream?.connection else { return }
    guard let last = self.last else { return connection.breakOff(reset: reset) }
    let bound = NIOLoopBound(connection, eventLoop: connection.eventLoop)
    last.whenComplete { _ in bound.value.breakOff(reset: reset) }
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
    self.last = nil
    (self.held, self.sent, self.isFinished, self.isCut) = (0, 0, false, false)
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
