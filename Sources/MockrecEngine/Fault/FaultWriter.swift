import MockrecCore
import MockrecWire
import NIOCore

/// What a conversation under an overlay answers through: passes all on, or changes a reply on its way.
final class FaultWriter: ReplyWriter {
  /// What becomes of a reply's body.
  enum Change {
    case truncate(Int?)
    case corrupt(Int, FaultDraw)
    /// Sent twice, where there is no connection that could repeat its bytes.
    case twice
  }

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
  @exclusivity(unchecked) private var isShaped = false
  /// Counts shaped replies: the next one may begin before the end of this one has been told.
  @exclusivity(unchecked) private var shapes = 0
  /// Of the next reply.
  @exclusivity(unchecked) var change: Change?
  /// Where the next reply stops.
  @exclusivity(unchecked) private var stop: StreamBreak?
  /// Nothing more is sent of it.
  @exclusivity(unchecked) private var isStopped = false
  /// What counts the fault of the request under way.
  @exclusivity(unchecked) var count: FaultCount?
  /// The client asked for silence: no fault breaks it.
  @exclusivity(unchecked) var isSilent = false
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

  /// Ends the connection behind bytes that are of no protocol.
  func breakOff(with bytes: ByteBuffer, reset: Bool) {
    guard let shaper = self.wantSocketShaper() else { return self.abort() }
    self.settle()
    shaper.end(with: bytes, reset: reset)
  }

  private func wantSocketShaper() -> ReplyShaper? {
    if let shaper = self.socketShaper { return shaper }
    guard let channel = self.channel else { return nil }
    let shaper = ReplyShaper()
    guard (try? channel.pipeline.syncOperations.addHandler(shaper, position: .first)) != nil else { return nil }
    self.socketShaper = shaper
    return shaper
  }

  /// What shapes replies; nil where there is no connection, or none any more.
  private func wantShaper() -> (any ReplyShaping)? {
    if let shaper = self.shaper { return shaper }
    guard let shaper = self.writer.shaper ?? self.wantSocketShaper() else { return nil }
    shaper.hasRoom = self.hasRoom
    self.shaper = shaper
    self.isShaping = true
    return shaper
  }

  /// The next reply is sent so.
  func shape(_ shape: ReplyShape?) {
    guard let shape, let shaper = self.wantShaper() else { return }
    self.writer.settle()
    shaper.begin(shape)
    self.isShaped = true
    self.shapes += 1
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
  func breakStream(_ change: StreamBreak) { self.stop = change }

  /// Stops the reply where that is due.
  ///
  /// - Parameter isWhole: Nothing more of it would come.
  private func stopIfDue(isWhole: Bool = false) {
    guard let stop = self.stop, stop.after <= 0 || isWhole else { return }
    self.stop = nil
    // A reply that is whole before is not stopped; only the connection may be.
    if isWhole, stop.after > 0, stop.kind != .goAway { return self.faultWasIdle() }
    switch stop.kind {
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

  func send(_ reply: PreparedReply) {
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
    self.change = nil
    if self.isSilent { reply = PreparedReply(bytes: ByteBuffer(), headLength: 0, tag: reply.tag) }
    let number = self.shapes
    self.writer.send(reply)
    self.endShape(number)
    self.stopIfDue(isWhole: true)
  }

  func begin(_ head: Message) {
    self.isStopped = false
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
    guard self.head != nil else {
      if !self.isDropping { self.writer.body(bytes) }
      guard self.stop != nil else { return }
      self.stop?.after -= 1
      return self.stopIfDue()
    }
    self.collected.writeImmutableBuffer(bytes)
    if self.collected.readableBytes > Self.longest { self.release(isWhole: false) }
  }

  func end(_ trailers: Fields) {
    guard !self.isStopped else { return }
    self.stopIfDue(isWhole: true)
    if self.isStopped { return }
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

  /// Changes so many bytes at places that the draw tells, or all where there are fewer; each becomes another.
  private func corrupted(_ bytes: ByteBuffer, headLength: Int, _ count: Int, _ draw: FaultDraw) -> ByteBuffer {
    var (bytes, draw) = (bytes, draw)
    let ranges = bytes.withUnsafeReadableBytes { self.wire.payload(of: $0, headLength: headLength) }
    let total = ranges.reduce(0) { $0 + $1.count }
    guard total > 0 else {
      self.faultWasIdle()
      return bytes
    }
    for place in draw.places(count, of: total) {
      var place = place
      var rest = ranges[...]
      while let range = rest.first, place >= range.count {
        place -= range.count
        rest.removeFirst()
      }
      let at = bytes.readerIndex + (rest.first?.lowerBound ?? 0) + place
      let old = bytes.getInteger(at: at, as: UInt8.self) ?? 0
      bytes.setInteger(old ^ UInt8(truncatingIfNeeded: 1 + draw.next() % 255), at: at)
    }
    return bytes
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
