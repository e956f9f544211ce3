import MockrecCore
import MockrecWire
import NIOCore

/// What the real service answers through: passes it on, keeps a copy, or leaves it out.
final class OriginFaultWriter: ReplyWriter {
  // Only touched on the connection's event loop, and no access spans a call.
  private let writer: any ReplyWriter
  /// Called when a reply that is left out has ended.
  @exclusivity(unchecked) private var discarded: (() -> Void)?
  /// Told of the next reply when it is whole, where it is short.
  @exclusivity(unchecked) var remember: ((Message, ByteBuffer, Fields) -> Void)?
  /// Makes another of the next reply, where it is short.
  @exclusivity(unchecked) var replace: ((Message, ByteBuffer, Fields) -> (Message, ByteBuffer, Fields))?
  @exclusivity(unchecked) private var head: Message?
  @exclusivity(unchecked) private var kept = ByteBuffer()

  /// A longer body is not remembered.
  private static let longestKept = 1 << 20

  init(_ writer: any ReplyWriter) { self.writer = writer }

  /// Leaves the next reply out, and calls `then` when it has ended.
  func discard(_ then: @escaping () -> Void) { self.discarded = then }

  func answer(_ head: Message, _ body: ByteBuffer, _ trailers: Fields) {
    self.writer.begin(head)
    self.writer.body(body)
    self.writer.end(trailers)
  }

  var eventLoop: any EventLoop { self.writer.eventLoop }
  var isWritable: Bool { self.writer.isWritable }
  var unsentBytes: Int { self.writer.unsentBytes }
  var awaitsLeave: Bool { self.writer.awaitsLeave }
  func wantBody() { self.writer.wantBody() }
  func send(_ reply: PreparedReply) { self.writer.send(reply) }
  func interim(_ head: Message) { if self.discarded == nil { self.writer.interim(head) } }

  func begin(_ head: Message) {
    guard self.discarded == nil else { return }
    if self.remember != nil || self.replace != nil {
      self.head = head
      self.kept.clear()
    }
    if self.replace == nil { self.writer.begin(head) }
  }

  func body(_ bytes: ByteBuffer) {
    guard self.discarded == nil else { return }
    if self.head != nil { self.kept.writeImmutableBuffer(bytes) }
    if self.kept.readableBytes > Self.longestKept, let head = self.head {
      if self.replace != nil {
        self.replace = nil
        self.writer.faultWasIdle()
        self.writer.begin(head)
        self.writer.body(self.kept)
        (self.head, self.kept) = (nil, ByteBuffer())
        return
      }
      (self.head, self.kept) = (nil, ByteBuffer())
    }
    if self.replace == nil { self.writer.body(bytes) }
  }

  func end(_ trailers: Fields) {
    if let then = self.discarded {
      self.discarded = nil
      return then()
    }
    if let head = self.head {
      self.remember?(head, self.kept, trailers)
      if let (head, body, trailers) = self.replace?(head, self.kept, trailers) {
        (self.head, self.replace, self.kept) = (nil, nil, ByteBuffer())
        return self.answer(head, body, trailers)
      }
    }
    (self.head, self.remember, self.kept) = (nil, nil, ByteBuffer())
    self.writer.end(trailers)
  }

  func faultWasIdle() { self.writer.faultWasIdle() }
  func flush() { self.writer.flush() }
  func settle() { self.writer.settle() }
  func push(_ bytes: ByteBuffer) { self.writer.push(bytes) }
  func endConversation() { self.writer.endConversation() }
  func abort() { self.writer.abort() }
  func setReading(_ reading: Bool) { self.writer.setReading(reading) }
}
