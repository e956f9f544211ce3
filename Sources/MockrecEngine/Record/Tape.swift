import MockrecCore
import MockrecWire
import NIOCore

/// One exchange while it happens: what both sides say is kept here, and handed to the recorder when it is complete.
///
/// Used on one event loop. Bodies are kept in memory up to a bound; what is longer goes to a file piece by piece.
final class Tape {
  private let recorder: Recorder
  @exclusivity(unchecked) private var request: Message
  @exclusivity(unchecked) private var requestBody: TapeBody
  @exclusivity(unchecked) private var reply: Message?
  @exclusivity(unchecked) private var replyBody: TapeBody
  private let started: NIODeadline
  private var replyAt: Duration = .zero
  @exclusivity(unchecked) private var chunking = Chunking.ignored
  /// The pieces of a body that may be a stream.
  @exclusivity(unchecked) private var chunks: [Body.Chunk] = []
  @exclusivity(unchecked) private var lastByte: UInt8 = 0
  /// How many of the pieces came before the client's end.
  private var heard: Int?
  /// Of bodies that are sequences of messages: what finds these, the client's, and how many of both sides there were.
  @exclusivity(unchecked) private var cutters: (client: any MessageCutter, service: any MessageCutter)?
  @exclusivity(unchecked) private var asked: [Body.Chunk] = []
  @exclusivity(unchecked) private var order = 0
  /// Of each side's messages.
  private let longest: Int?
  /// A side has said more than can be written down.
  var isTooLong: Bool {
    guard self.cutters != nil, let longest = self.longest else { return false }
    return max(self.requestBody.length, self.replyBody.length) > longest
      || max(self.asked.count, self.chunks.count) >= Self.mostMessages
  }

  /// What comes slower is a stream.
  private static let slow = Duration.milliseconds(100)
  /// The pieces that come after so many are one.
  private static let mostChunks = 4096
  /// Of a side, where each has a place among the other's.
  private static let mostMessages = 1 << 16

  init(_ request: Message, recorder: Recorder) {
    self.recorder = recorder
    self.started = .now()
    self.replyBody = TapeBody(recorder: recorder)
    self.request = request
    self.requestBody = TapeBody(recorder: recorder)
    let cutter = recorder.service.wire.cutter(for: request)
    self.cutters = cutter.map { ($0, $0) }
    self.longest = recorder.service.wire.longestDialogue(request)
    if cutter != nil, let longest = self.longest {
      self.requestBody.limit = longest
      self.replyBody.limit = longest
    }
    // Where a whole message came at once, its body is within.
    if let bytes = request.body.bytes, !bytes.isEmpty {
      self.requestBody.append(ByteBuffer(bytes: bytes), of: request)
      self.request.body = Body()
    }
  }

  func requestBody(_ bytes: ByteBuffer) {
    self.requestBody.append(bytes, of: self.request)
    self.cutters?.client.feed(bytes) { self.add($0, to: &self.asked) }
  }

  func requestEnded(_ trailers: Fields) {
    self.request.trailers = trailers
    // A piece without bytes is a side's end.
    if self.cutters != nil { self.add(self.asked.last?.end ?? 0, to: &self.asked) }
  }

  /// A message was whole when its body was so long.
  private func add(_ end: Int, to pieces: inout [Body.Chunk]) {
    let piece = Body.Chunk(end: end, at: self.sinceBeginning, order: self.order)
    self.order += 1
    let most = self.longest == nil ? Self.mostChunks : Self.mostMessages
    if pieces.count >= most { pieces[pieces.count - 1] = piece } else { pieces.append(piece) }
  }

  private var sinceBeginning: Duration { .nanoseconds((NIODeadline.now() - self.started).nanoseconds) }

  func replyBegan(_ head: Message) {
    self.replyAt = self.sinceBeginning
    self.reply = head
    self.chunking = self.recorder.service.wire.chunking(of: head)
    if self.chunking != .dialogue { self.cutters = nil }
  }

  func replyBody(_ bytes: ByteBuffer) {
    guard let reply = self.reply else { return }
    self.replyBody.append(bytes, of: self.request, reply: reply)
    if self.cutters != nil {
      self.cutters?.service.feed(bytes) { self.add($0, to: &self.chunks) }
      return
    }
    guard self.chunking != .ignored else { return }
    self.lastByte = bytes.getInteger(at: bytes.writerIndex - 1) ?? self.lastByte
    let now = self.sinceReply
    let end = (self.chunks.last?.end ?? 0) + bytes.readableBytes
    if self.chunks.count == Self.mostChunks {
      self.chunks[Self.mostChunks - 1].end = end
    } else {
      self.chunks.append(Body.Chunk(end: end, at: now, order: self.chunks.count))
    }
  }

  /// The client says nothing more, and may have gone: what comes from here on it may not have heard.
  func inputEnded() { self.heard = self.heard ?? self.chunks.count }

  /// Whether a client may leave at any time, and what it has heard is what it wanted: also while it still speaks.
  var isDialogue: Bool { self.cutters != nil }

  /// Whether the reply so far is a stream that a client may leave when it has heard enough: one that is known for it, or
  /// that came slowly and line by line.
  var isStream: Bool {
    guard self.reply != nil else { return false }
    if self.chunking == .kept { return true }
    guard let first = self.chunks.first, self.lastByte == UInt8(ascii: "\n") else { return false }
    return self.sinceReply - first.at > Self.slow
  }

  private var sinceReply: Duration { self.sinceBeginning - self.replyAt }

  private var isSlow: Bool {
    guard let first = self.chunks.first, let last = self.chunks.last else { return false }
    return last.at - first.at > Self.slow
  }

  /// The exchange is complete.
  ///
  /// - Parameter kept: Called when it is on disk, or lost, from the recorder's queue.
  /// - Returns: Whether nothing had to be written: `kept` is not called then.
  func finish(
    _ trailers: Fields, ending: Exchange.Ending = .complete, connection: Int, kept: @escaping @Sendable () -> Void
  ) -> Bool {
    guard var reply = self.reply else { return true }
    reply.trailers = trailers
    if self.cutters != nil {
      if ending == .complete { self.add(self.chunks.last?.end ?? 0, to: &self.chunks) }
      self.request.body.chunks = self.asked
    }
    if self.chunking == .kept || self.cutters != nil || self.isSlow || ending == .left {
      reply.body.chunks = self.chunks
    }
    if ending == .left, self.cutters == nil, let heard = self.heard {
      reply.body.chunks = Array(self.chunks.prefix(heard))
      self.replyBody.cut(to: reply.body.chunks.last?.end ?? 0)
    }
    let exchange = Exchange(
      request: self.request, replies: [.init(reply, at: self.replyAt)], ending: ending, duration: self.sinceBeginning)
    guard self.recorder.service.wire.isKept(exchange) else {
      self.abandon()
      return true
    }
    return self.recorder.submit(
      Recording(
        exchange: exchange, requestBody: self.requestBody.taken(), replyBody: self.replyBody.taken(),
        connection: connection, started: Int64(self.started.uptimeNanoseconds)), kept: kept)
  }

  /// What the client has been answered where it heard nothing for as long as it wanted to wait.
  var givenUp: Message? { self.reply == nil ? self.impatience : nil }

  /// What a client takes for the answer's end that has waited for as long as it wanted to.
  private var impatience: Message? { self.recorder.service.wire.unanswered(self.request, after: self.sinceBeginning) }

  /// The client has gone before the answer's end: what is recorded for that, where anything is.
  func leave(connection: Int) {
    guard self.reply == nil else {
      let end = self.impatience
      _ = self.finish(end?.fields ?? Fields(), ending: end == nil ? .left : .complete, connection: connection) {}
      return
    }
    guard let reply = self.impatience else { return self.abandon() }
    self.reply = reply
    _ = self.finish(Fields(), connection: connection) {}
  }

  /// The exchange will never be complete: nothing of it is kept.
  func abandon() {
    self.requestBody.abandon()
    self.replyBody.abandon()
  }
}

/// A complete exchange on its way to the recorder's queue.
struct Recording: Sendable {
  var exchange: Exchange
  var requestBody: TapeBody.Taken
  var replyBody: TapeBody.Taken
  var connection: Int
  /// On the monotonic clock, in nanoseconds.
  var started: Int64
  /// The request's key, once the books know of the exchange.
  var key: MatchKey?
  /// A digest of the reply as it came, where it was made already.
  var raw: UInt64?

  var bytes: Int { self.requestBody.count + self.replyBody.count }
}

/// A body while it comes in.
struct TapeBody {
  enum Taken: Sendable {
    case bytes(ByteBuffer)
    case spool(Spool, length: Int)

    /// Bytes held in memory.
    var count: Int {
      if case .bytes(let buffer) = self { buffer.readableBytes } else { 0 }
    }
  }

  private let recorder: Recorder
  private var buffer = ByteBuffer()
  private var spool: Spool?
  private(set) var length = 0
  /// What is longer goes to a file.
  var limit: Int

  init(recorder: Recorder) {
    self.recorder = recorder
    self.limit = recorder.service.limits.memoryBytes
  }

  /// - Parameter reply: The head of what has the body, where that is not the request.
  mutating func append(_ bytes: ByteBuffer, of request: Message, reply: Message? = nil) {
    self.length += bytes.readableBytes
    if let spool = self.spool { return self.recorder.write(bytes, to: spool) }
    // The first piece is kept as it is: most bodies come in one.
    if self.buffer.readableBytes == 0 { self.buffer = bytes } else { self.buffer.writeImmutableBuffer(bytes) }
    guard self.length > self.limit else { return }
    let spool = Spool(request, reply: reply)
    self.spool = spool
    self.recorder.write(self.buffer, to: spool)
    self.buffer = ByteBuffer()
  }

  /// Only of a body in memory.
  mutating func cut(to length: Int) {
    guard self.spool == nil, length < self.length else { return }
    self.length = length
    self.buffer = self.buffer.getSlice(at: self.buffer.readerIndex, length: length) ?? self.buffer
  }

  func taken() -> Taken {
    self.spool.map { .spool($0, length: self.length) } ?? .bytes(self.buffer)
  }

  func abandon() {
    guard let spool = self.spool else { return }
    self.recorder.abandon(spool)
  }
}

/// A body too long for memory. Made on an event loop, and from then on touched by the recorder's queue only.
final class Spool: @unchecked Sendable {
  // Proof of @unchecked Sendable: `request` and `reply` never change; everything else is only used in jobs of one recorder's
  // serial queue.
  let request: Message
  /// Nil where the body is the request's, and part of its key.
  let reply: Message?
  var redactor: (any BodyRedactor)?
  var file: (any BodySpooling)?
  var keyBuilder: (any KeyBuilder)?
  var failure: (any Error)?
  var hasBegun = false

  var head: Message { self.reply ?? self.request }

  init(_ request: Message, reply: Message?) {
    self.request = request
    self.reply = reply
  }
}
