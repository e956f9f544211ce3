import MockrecCore
import MockrecWire
import NIOCore

/// What a conversation under an overlay answers through: passes all on, or changes a reply on its way.
final class FaultWriter: ReplyWriter {
  /// What becomes of a reply's body.
  enum Change {
    case truncate(Int?)
    case corrupt(Int, FaultDraw)
  }

  // Only touched on the connection's event loop, and no access spans a call.
  private let writer: any ReplyWriter
  private let wire: any Wire
  private let channel: (any Channel)?
  /// Between the wire and the socket, from the first reply on that is shaped: others pay nothing for it.
  @exclusivity(unchecked) private(set) var shaper: ReplyShaper?
  /// Told when there is room again behind the shaper.
  @exclusivity(unchecked) var hasRoom: (() -> Void)?
  @exclusivity(unchecked) private var isShaped = false
  /// Counts shaped replies: the next one may begin before the end of this one has been told.
  @exclusivity(unchecked) private var shapes = 0
  /// Of the next reply.
  @exclusivity(unchecked) var change: Change?
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

  /// The connection's shaper; nil where there is no connection, or none any more.
  func wantShaper() -> ReplyShaper? {
    if let shaper = self.shaper { return shaper }
    guard let channel = self.channel else { return nil }
    let shaper = ReplyShaper()
    guard (try? channel.pipeline.syncOperations.addHandler(shaper, position: .first)) != nil else { return nil }
    shaper.hasRoom = self.hasRoom
    self.shaper = shaper
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
  var awaitsLeave: Bool { self.writer.awaitsLeave }
  func wantBody() { self.writer.wantBody() }
  func interim(_ head: Message) { self.writer.interim(head) }

  func send(_ reply: PreparedReply) {
    var reply = reply
    switch self.change {
    case nil: break
    case .truncate(let count): reply = self.wire.truncated(reply, to: count)
    case .corrupt(let count, let draw):
      reply.bytes = Self.corrupted(reply.bytes, from: self.wire.bodyOffset(of: reply), count, draw)
    }
    self.change = nil
    let number = self.shapes
    self.writer.send(reply)
    self.endShape(number)
  }

  func begin(_ head: Message) {
    if self.change == nil { return self.writer.begin(head) }
    self.head = head
    self.isDropping = false
    self.collected.clear()
  }

  func body(_ bytes: ByteBuffer) {
    guard self.head != nil else {
      if !self.isDropping { self.writer.body(bytes) }
      return
    }
    self.collected.writeImmutableBuffer(bytes)
    if self.collected.readableBytes > Self.longest { self.release() }
  }

  func end(_ trailers: Fields) {
    self.release()
    self.isDropping = false
    let number = self.shapes
    self.writer.end(trailers)
    self.endShape(number)
  }

  /// Sends a changed reply as far as it was collected.
  private func release() {
    guard var head = self.head, let change = self.change else { return }
    self.head = nil
    self.change = nil
    var body = self.collected
    self.collected = ByteBuffer()
    switch change {
    case .truncate(let count):
      self.isDropping = true
      body =
        body.getSlice(at: body.readerIndex, length: min(count ?? body.readableBytes / 2, body.readableBytes)) ?? body
      if head.fields.contains("Content-Length") { head.fields.set("Content-Length", "\(body.readableBytes)") }
    case .corrupt(let count, let draw): body = Self.corrupted(body, from: 0, count, draw)
    }
    self.writer.begin(head)
    self.writer.body(body)
  }

  /// Changes bytes at places that the draw tells; each becomes another.
  private static func corrupted(_ bytes: ByteBuffer, from offset: Int, _ count: Int, _ draw: FaultDraw) -> ByteBuffer {
    var (bytes, draw) = (bytes, draw)
    let body = bytes.readableBytes - offset
    guard body > 0 else { return bytes }
    for _ in 0..<count {
      let at = bytes.readerIndex + offset + Int(draw.next() % UInt64(body))
      let old = bytes.getInteger(at: at, as: UInt8.self) ?? 0
      bytes.setInteger(old ^ UInt8(truncatingIfNeeded: 1 + draw.next() % 255), at: at)
    }
    return bytes
  }

  func flush() { self.writer.flush() }
  func settle() { self.writer.settle() }
  func push(_ bytes: ByteBuffer) { self.writer.push(bytes) }
  func endConversation() { self.writer.endConversation() }
  func abort() { self.writer.abort() }
  func setReading(_ reading: Bool) { self.writer.setReading(reading) }
}
