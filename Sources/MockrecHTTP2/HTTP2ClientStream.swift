import MockrecCore
import MockrecWire
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One request to the real service, on a stream of an HTTP/2 connection.
final class HTTP2ClientStream: OriginLink, HTTP2Source {
  // Everything here is only touched on the connection's event loop, and no access spans a call.
  let handler: HTTP2ClientHandler
  var opening: EventLoopFuture<Void>?
  @exclusivity(unchecked) var receiver: (any ReplyReceiver)?
  @exclusivity(unchecked) private(set) var hasReplied = false
  @exclusivity(unchecked) var window = HTTP2Limits.streamWindow
  @exclusivity(unchecked) private var id: HTTP2StreamID?
  /// Of a request that has no stream yet.
  @exclusivity(unchecked) private var unsentHead: HPACKHeaders?
  @exclusivity(unchecked) private var unsentBody: ByteBuffer?
  @exclusivity(unchecked) private var requestEnded = false
  @exclusivity(unchecked) private var replyBegan = false
  @exclusivity(unchecked) private var replyEnded = false
  @exclusivity(unchecked) private var isReading = true
  @exclusivity(unchecked) private var underWay = 0

  init(_ handler: HTTP2ClientHandler) { self.handler = handler }

  var connection: (any OriginConnection)? { self.handler }
  var isOpen: Bool { self.handler.isOpen }
  var isWritable: Bool { self.underWay < HTTP2Limits.unsent && self.handler.isWritable }

  // MARK: Asking

  func begin(_ head: Message) {
    self.handler.unopened += 1
    self.unsentHead = HTTP2Heads.headers(request: head, scheme: self.handler.scheme)
    // The head goes out together with what follows it in this turn.
    self.handler.hold(self)
  }

  /// Opens the stream: streams have to be opened in the order of their numbers (RFC 9113, 5.1.1).
  private func writeUnsentHead(isLast: Bool) {
    guard let headers = self.takeHead() else { return }
    let id = self.handler.open(self)
    self.id = id
    guard HTTP2Heads.fits(headers) else {
      self.handler.finished(id, isWhole: true)
      return self.fail(Self.tooLong("head", headers))
    }
    self.handler.write(id, .headers(.init(headers: headers, endStream: isLast)))
    self.handler.flushSoon()
  }

  private func takeHead() -> HPACKHeaders? {
    guard let headers = self.unsentHead else { return nil }
    self.unsentHead = nil
    self.handler.unopened -= 1
    return headers
  }

  private static func tooLong(_ what: String, _ headers: HPACKHeaders) -> OriginFailure {
    let size = HTTP2Heads.length(of: headers)
    return OriginFailure(
      .malformed, "the request's \(what) of \(size) bytes is more than mockrec sends in one frame of HTTP/2")
  }

  func body(_ bytes: ByteBuffer) {
    guard self.isUnderWay, !self.isLost, !self.requestEnded, bytes.readableBytes > 0 else { return }
    self.writeUnsent(isLast: false)
    self.underWay += bytes.readableBytes
    self.unsentBody = bytes
    self.handler.hold(self)
  }

  private var isUnderWay: Bool { self.id != nil || self.unsentHead != nil }

  /// The connection has ended before the request had a stream on it.
  private var isLost: Bool { self.unsentHead != nil && !self.handler.isOpen }

  func writeUnsent() {
    guard self.isLost else { return self.writeUnsent(isLast: false) }
    _ = self.takeHead()
    self.fail(
      OriginFailure(.reset, "the connection to the real service ended before the request was sent", isUnheard: true))
  }

  /// Writes what was held back, so that its end can go with it.
  private func writeUnsent(isLast: Bool) {
    self.writeUnsentHead(isLast: false)
    guard let id = self.id, let bytes = self.unsentBody else { return }
    self.unsentBody = nil
    let (sent, count) = (self.handler.eventLoop.makePromise(of: Void.self), bytes.readableBytes)
    let bound = NIOLoopBound(self, eventLoop: self.handler.eventLoop)
    sent.futureResult.whenComplete { _ in bound.value.sent(count) }
    self.handler.write(id, .data(.init(data: .byteBuffer(bytes), endStream: isLast)), promise: sent)
    self.handler.flushSoon()
  }

  private func sent(_ count: Int) {
    let wasFull = self.underWay >= HTTP2Limits.unsent
    self.underWay -= count
    if wasFull, self.isWritable { self.receiver?.originWritabilityChanged(true) }
  }

  func end(_ trailers: Fields) {
    guard self.isUnderWay, !self.requestEnded else { return }
    self.requestEnded = true
    // That is told when the turn ends.
    if self.isLost { return }
    if !trailers.isEmpty {
      self.writeUnsent(isLast: false)
      guard let id = self.id else { return }
      let headers = HTTP2Heads.headers(trailers: trailers)
      guard HTTP2Heads.fits(headers) else {
        self.handler.finished(id, isWhole: false)
        return self.fail(Self.tooLong("trailer section", headers))
      }
      self.handler.write(id, .headers(.init(headers: headers, endStream: true)))
    } else if self.unsentBody != nil {
      self.writeUnsent(isLast: true)
    } else if self.unsentHead != nil {
      self.writeUnsentHead(isLast: true)
    } else if let id = self.id {
      self.handler.write(id, .data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)))
    }
    self.handler.flushSoon()
  }

  func setReading(_ reading: Bool) {
    self.isReading = reading
    if reading { self.widen() }
  }

  /// Gives the service leave to send on, where that is wanted.
  func widen() {
    guard let id = self.id, self.isReading, !self.replyEnded, self.window <= HTTP2Limits.streamWindow / 2 else {
      return
    }
    self.handler.write(id, .windowUpdate(windowSizeIncrement: HTTP2Limits.streamWindow - self.window))
    self.handler.flushSoon()
  }

  /// The exchange is over, also where not all of it was said.
  func close() {
    self.receiver = nil
    _ = self.takeHead()
    self.unsentBody = nil
    guard let id = self.id else { return }
    self.id = nil
    self.handler.finished(id, isWhole: self.requestEnded && self.replyEnded)
  }

  // MARK: Hearing

  func heard(_ headers: HPACKHeaders, isLast: Bool) {
    if self.replyBegan { return self.ended(HTTP2Heads.fields(headers)) }
    var message = HTTP2Heads.reply(headers)
    let status = Int(message.start[1]) ?? 0
    self.hasReplied = true
    let size = HTTP2Heads.length(of: headers)
    guard (100...999).contains(status), status != 101, size <= self.handler.limits.headBytes else {
      let fault = size > self.handler.limits.headBytes ? "a head of \(size) bytes" : "the status \(status)"
      self.receiver?.originFailed(OriginFailure(.malformed, "the real service's reply has \(fault)"))
      return self.close()
    }
    if status < 200, !isLast {
      self.receiver?.interim(message)
      return
    }
    self.replyBegan = true
    if !isLast { HTTP2Heads.nameFraming(&message) }
    var trailers = Fields()
    if isLast, let trailing = self.handler.trailing, message.fields.contains(trailing) {
      (trailers, message.fields) = (message.fields, Fields())
      trailers.remove("content-type")
    }
    self.receiver?.replyBegan(message)
    if isLast { self.ended(trailers) }
  }

  func heard(_ bytes: ByteBuffer, isLast: Bool) {
    if bytes.readableBytes > 0 { self.receiver?.replyBody(bytes) }
    if isLast { self.ended(Fields()) }
  }

  private func ended(_ trailers: Fields) {
    guard !self.replyEnded else { return }
    self.replyEnded = true
    if self.requestEnded, let id = self.id { self.handler.finished(id, isWhole: true) }
    // A stream that is still asked on has to be closed.
    self.receiver?.replyEnded(trailers, reusable: self.requestEnded)
  }

  func fail(_ failure: OriginFailure) {
    self.id = nil
    let receiver = self.receiver
    self.receiver = nil
    receiver?.originFailed(failure)
  }
}
