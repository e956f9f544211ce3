import MockrecCore
import MockrecWire
import NIOCore

/// What a conversation under an overlay answers through: passes all on, or changes a reply on its way.
final class FaultWriter: ReplyWriter {
  // Only touched on the connection's event loop, and no access spans a call.
  private let writer: any ReplyWriter
  private let wire: any Wire
  private let channel: (any Channel)?
  /// Between the wire and the socket, from the first reply on that is shaped: others pay nothing for it.
  @exclusivity(unchecked) private(set) var shaper: (any ReplyShaping)?
  /// The one next to the socket.
  @exclusivity(unchecked) private var socketShaper: ReplyShaper?
  /// Whether there is one, for the hot path.
  @exclusivity(unchecked) private(set) var isShaping = false
  /// Told when there is room again behind the shaper.
  @exclusivity(unchecked) var hasRoom: (() -> Void)?
  /// Told before a reply ends otherwise than what answers would have it: that is not heard any more.
  @exclusivity(unchecked) var overtaken: (() -> Void)?
  /// Finds the ends of the next reply's messages; nil where it is no sequence of them.
  @exclusivity(unchecked) private var cutter: (any MessageCutter)?
  /// The first message of the reply under way, where what is to be whole is that and not the reply.
  @exclusivity(unchecked) private var opening: PieceCounter?
  @exclusivity(unchecked) private var isShaped = false
  /// Of the reply under way, where its shape needs it whole: what it then ends with.
  @exclusivity(unchecked) private var wholeEnding: ReplyShape.Ending?
  /// Counts shaped replies: the next one may begin before the end of this one has been told.
  @exclusivity(unchecked) private var shapes = 0
  /// Of the next reply.
  @exclusivity(unchecked) var change: ReplyChange?
  /// Where the next reply stops.
  @exclusivity(unchecked) private var stop: (kind: StreamBreak.Kind, count: PieceCounter)?
  /// Nothing more is sent of it.
  @exclusivity(unchecked) private var isStopped = false
  /// What counts the fault of the request under way.
  @exclusivity(unchecked) var count: FaultCount?
  /// The client asked for silence: no fault breaks it.
  @exclusivity(unchecked) private var isSilent = false
  /// A reply that is to be changed, until it is whole.
  @exclusivity(unchecked) private var head: Message?
  @exclusivity(unchecked) private var collected = ByteBuffer()
  /// The rest of the body is left out.
  @exclusivity(unchecked) private var isDropping = false

  /// A longer body is changed as far as this.
  private static let longest = 1 << 20

  init(_ writer: any ReplyWriter, wire: any Wire, channel: (any Channel)?) {
    self.writer = writer
    self.wire = wire
    self.channel = channel
  }

  /// - Parameter cutter: Finds the ends of the reply's messages.
  func requestBegan(_ request: any WireRequest, cutter: (any MessageCutter)?) {
    self.endShape()
    self.isSilent = !request.isAnswered
    self.count = nil
    self.cutter = cutter
    self.wholeEnding = nil
    guard cutter != nil else { return }
    // Who left a call before it was answered may leave them behind.
    (self.change, self.stop, self.opening, self.head) = (nil, nil, nil, nil)
  }

  /// Ends the connection behind bytes that are of no protocol.
  func breakOff(with bytes: ByteBuffer, reset: Bool) {
    guard let shaper = self.wantSocketShaper() else { return self.abort() }
    self.settle()
    shaper.end(with: bytes, reset: reset)
  }

  private func wantSocketShaper() -> ReplyShaper? {
    if let shaper = self.socketShaper { return shaper }
    guard let channel = self.channel else { return nil }
    let operations = channel.pipeline.syncOperations
    // Another session's, where the connection has several.
    if let shaper = try? operations.handler(type: ReplyShaper.self) {
      self.socketShaper = shaper
      return shaper
    }
    let shaper = ReplyShaper()
    guard (try? operations.addHandler(shaper, position: .first)) != nil else { return nil }
    self.socketShaper = shaper
    return shaper
  }

  /// What shapes replies; nil where there is no connection, or none any more.
  func wantShaper() -> (any ReplyShaping)? {
    if let shaper = self.shaper { return shaper }
    guard let shaper = self.writer.wantShaper() ?? self.wantSocketShaper() else { return nil }
    self.shaper = shaper
    self.isShaping = true
    return shaper
  }

  /// The next reply is sent so.
  func shape(_ shape: ReplyShape?) {
    guard let shape, let shaper = self.wantShaper() else { return }
    shaper.hasRoom = self.hasRoom
    self.writer.settle()
    shaper.begin(shape)
    self.isShaped = true
    self.shapes += 1
    if self.cutter != nil, shape.needsWhole { self.wholeEnding = shape.ending }
  }

  /// The shaped reply is whole, where there was one.
  func endShape() { self.endShape(self.shapes) }

  private func endShape(_ number: Int) {
    guard self.isShaped, self.shapes == number else { return }
    self.isShaped = false
    self.writer.settle()
    self.shaper?.finish()
  }

  var eventLoop: any EventLoop { self.writer.eventLoop }
  var isWritable: Bool { self.writer.isWritable && self.shaper?.isFull != true }
  var unsentBytes: Int { self.writer.unsentBytes }
  var awaitsLeave: Bool { self.writer.awaitsLeave }
  func wantBody() { self.writer.wantBody() }
  func interim(_ head: Message) { self.writer.interim(head) }

  /// The next reply stops so.
  func breakStream(_ change: StreamBreak) { self.stop = (change.kind, PieceCounter(change.after, self.cutter)) }

  /// Stops the reply where that is due.
  ///
  /// - Parameter isWhole: Nothing more of it would come.
  private func stopIfDue(isWhole: Bool = false) {
    guard let stop = self.stop, stop.count.left <= 0 || isWhole else { return }
    self.stop = nil
    // A reply that is whole before is not stopped; only the connection may be.
    if isWhole, stop.count.left > 0, stop.kind != .goAway { return self.faultWasIdle() }
    switch stop.kind {
    case .trailers(let trailers):
      self.isStopped = true
      self.overtaken?()
      let number = self.shapes
      self.writer.end(trailers)
      self.endShape(number)
    case .stall:
      self.writer.settle()
      self.writer.flush()
      self.isStopped = true
    case .reset where !self.writer.breakStream(stop.kind):
      self.isStopped = true
      self.breakOff(with: ByteBuffer(), reset: true)
    case .reset: self.isStopped = true
    case .goAway: if !self.writer.breakStream(stop.kind) { self.faultWasIdle() }
    case .brokenFrame:
      self.isStopped = self.writer.breakStream(stop.kind)
      if !self.isStopped { self.faultWasIdle() }
    }
  }

  /// Whether a fault acts on messages of the next reply.
  private var actsOnMessages: Bool {
    self.cutter != nil && (self.stop != nil || self.change != nil || self.wholeEnding != nil)
  }

  /// Whether nothing of the next reply's body is sent.
  private var stopsAtOnce: Bool { self.stop.map { $0.count.left == 0 && $0.kind != .goAway } ?? false }

  /// Whether replies pass as they are.
  private var isIdle: Bool {
    self.change == nil && self.stop == nil && self.wholeEnding == nil && !self.isShaped && !self.isSilent
      && !self.isStopped
  }

  func send(_ reply: PreparedReply) {
    if self.isIdle { return self.writer.send(reply) }
    // Messages that lie in a file are sent from there, and none of them is looked at.
    if self.actsOnMessages, reply.file == nil || self.stopsAtOnce, let head = self.wire.head(of: reply) {
      self.begin(head)
      self.body(
        reply.bytes.getSlice(at: reply.bytes.readerIndex + reply.headLength, length: reply.bodyLength) ?? .init())
      return self.end(reply.trailers)
    }
    self.isStopped = false
    if self.stop != nil {
      self.stopIfDue()
      if self.isStopped { return }
    }
    var reply = reply
    switch self.change {
    case nil: break
    case .truncate(let count):
      let whole = reply
      reply = self.wire.truncated(reply, to: count)
      if reply.bodyLength == whole.bodyLength { self.faultWasIdle() }
    case .corrupt(let count, let draw):
      // What lies in a file is sent from there.
      if reply.file == nil {
        reply.bytes = self.corrupted(reply.bytes, headLength: reply.headLength, count, draw)
      } else {
        self.faultWasIdle()
      }
    case .twice: reply.bytes.writeImmutableBuffer(reply.bytes)
    }
    if self.change != nil { reply.isUnique = true }
    self.change = nil
    if self.isSilent { reply = PreparedReply(bytes: ByteBuffer(), headLength: 0, tag: reply.tag) }
    let number = self.shapes
    self.writer.send(reply)
    self.endShape(number)
    self.stopIfDue(isWhole: true)
  }

  func begin(_ head: Message) {
    self.isStopped = false
    if let cutter = self.cutter, self.change != nil || self.wholeEnding != nil {
      self.opening = PieceCounter(1, cutter)
    }
    if self.change == nil {
      self.writer.begin(head)
      return self.stopIfDue()
    }
    self.head = head
    self.isDropping = false
    self.collected.clear()
  }

  func body(_ bytes: ByteBuffer) {
    guard !self.isSilent, !self.isStopped else { return }
    guard var opening = self.opening else { return self.take(bytes) }
    var (first, rest) = (bytes, bytes)
    first.moveWriterIndex(to: first.readerIndex + opening.pass(bytes))
    rest.moveReaderIndex(forwardBy: first.readableBytes)
    self.opening = opening.left > 0 ? opening : nil
    self.take(first)
    guard self.opening == nil, !self.isStopped else { return }
    self.endOpening()
    if rest.readableBytes > 0 { self.body(rest) }
  }

  /// The first message is whole, and what waits for a reply's end has waited for that.
  private func endOpening() {
    if self.head != nil { self.release(isWhole: true) }
    guard let ending = self.wholeEnding else { return }
    self.wholeEnding = nil
    self.endShape()
    self.isStopped = ending != .whole
  }

  private func take(_ bytes: ByteBuffer) {
    guard self.head != nil else {
      if !self.isDropping { self.pass(bytes) }
      return
    }
    self.collected.writeImmutableBuffer(bytes)
    if self.collected.readableBytes > Self.longest { self.release(isWhole: false) }
  }

  /// Sends what comes before the reply's stop, and then stops it.
  private func pass(_ bytes: ByteBuffer) {
    guard self.stop != nil else { return self.writer.body(bytes) }
    var (first, rest) = (bytes, bytes)
    first.moveWriterIndex(to: first.readerIndex + (self.stop?.count.pass(bytes) ?? 0))
    rest.moveReaderIndex(forwardBy: first.readableBytes)
    self.writer.body(first)
    self.stopIfDue()
    if rest.readableBytes > 0, !self.isStopped { self.pass(rest) }
  }

  func end(_ trailers: Fields) {
    guard !self.isStopped else { return }
    self.stopIfDue(isWhole: true)
    if self.isStopped { return }
    self.opening = nil
    self.release(isWhole: true)
    self.isDropping = false
    let number = self.shapes
    self.writer.end(trailers)
    self.endShape(number)
  }

  /// Sends a changed reply as far as it was collected.
  private func release(isWhole: Bool) {
    guard var head = self.head, let change = self.change else { return }
    self.head = nil
    self.change = nil
    var body = self.collected
    self.collected = ByteBuffer()
    switch change {
    case .truncate(let count) where self.cutter != nil:
      let whole = body.readableBytes
      body = self.wire.truncated(PreparedReply(bytes: body, headLength: 0), to: count).bytes
      if body.readableBytes == whole { self.faultWasIdle() }
    case .truncate(let count):
      self.isDropping = true
      let length = min(count ?? body.readableBytes / 2, body.readableBytes)
      if isWhole, length == body.readableBytes { self.faultWasIdle() }
      body = body.getSlice(at: body.readerIndex, length: length) ?? body
      if head.fields.contains("Content-Length") { head.fields.set("Content-Length", "\(body.readableBytes)") }
    case .corrupt(let count, let draw): body = self.corrupted(body, headLength: 0, count, draw)
    case .twice: body.writeImmutableBuffer(body)
    }
    self.writer.begin(head)
    self.writer.body(body)
  }

  private func corrupted(_ bytes: ByteBuffer, headLength: Int, _ count: Int, _ draw: FaultDraw) -> ByteBuffer {
    let ranges = bytes.withUnsafeReadableBytes { self.wire.payload(of: $0, headLength: headLength) }
    if ranges.allSatisfy(\.isEmpty) { self.faultWasIdle() }
    return ReplyChange.corrupted(bytes, in: ranges, count, draw)
  }

  func faultWasIdle() {
    self.count?.idled()
    self.count = nil
  }

  func flush() { self.writer.flush() }
  func settle() { self.writer.settle() }
  func push(_ bytes: ByteBuffer) { self.writer.push(bytes) }
  func endConversation() { self.writer.endConversation() }
  func abort() { self.writer.abort() }
  func setReading(_ reading: Bool) { self.writer.setReading(reading) }
}
