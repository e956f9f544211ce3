import MockrecCore
import MockrecWire
import NIOCore
import NIOHPACK
import NIOHTTP2

extension HTTP2ServerStream: ReplyWriter {
  var isWritable: Bool { !self.isFull && self.connection?.isWritable == true }

  /// What a shaper holds back is its own to bound: it may need a whole reply before it sends the first byte.
  private var isFull: Bool {
    guard let shaper = self.streamShaper, shaper.isShaping else { return self.underWay >= HTTP2Limits.unsent }
    return shaper.isFull || self.underWay - shaper.held >= HTTP2Limits.unsent
  }

  func send(_ reply: PreparedReply) {
    guard let connection = self.connection, !self.replyBegan else { return }
    let head = connection.heads.headers(of: reply)
    guard HTTP2Heads.fits(head) else { return self.refuseReply(head) }
    self.replyBegan = true
    let length = reply.bodyLength
    let isEnded = length == 0 && reply.trailers.isEmpty
    self.writeHead(head, isLast: isEnded)
    if let path = reply.file {
      self.file = HTTP2FileBody(path, length: length, trailers: reply.trailers, stream: self)
      guard self.file?.pump() != nil else { return self.abort() }
      return connection.flushUnlessReading()
    }
    if length > 0 {
      var body = reply.bytes
      body.moveReaderIndex(forwardBy: reply.headLength)
      self.writeData(body, isLast: reply.trailers.isEmpty)
    }
    if !reply.trailers.isEmpty { self.writeTrailers(reply.trailers) }
    self.replyEnded = true
    connection.flushUnlessReading()
    self.finish()
  }

  func interim(_ head: Message) {
    let headers = HTTP2Heads.headers(reply: head)
    guard let connection = self.connection, !self.replyBegan, HTTP2Heads.fits(headers) else { return }
    self.awaitsLeave = false
    self.writeHead(headers, isLast: false)
    connection.flushSoon()
  }

  func wantBody() { if self.awaitsLeave { self.interim(Message(start: [HTTP2Heads.version, "100", ""])) } }

  func begin(_ head: Message) {
    guard let connection = self.connection, !self.replyBegan else { return }
    let headers = HTTP2Heads.headers(reply: head)
    guard HTTP2Heads.fits(headers) else { return self.refuseReply(headers) }
    self.replyBegan = true
    let status = head.start.count > 1 ? Int(head.start[1]) ?? 500 : 500
    self.hasBody = HTTPSemantics.hasBody(status: status, method: self.method)
    self.unsentHead = headers
    connection.hold(self)
  }

  func body(_ bytes: ByteBuffer) {
    guard let connection = self.connection, self.replyBegan, !self.replyEnded, self.hasBody else { return }
    guard bytes.readableBytes > 0 else { return }
    self.writeUnsent()
    self.unsentBody = bytes
    connection.hold(self)
  }

  func end(_ trailers: Fields) {
    guard let connection = self.connection, self.replyBegan, !self.replyEnded else { return }
    self.replyEnded = true
    self.writeLast(trailers)
    connection.flushUnlessReading()
    self.finish()
  }

  /// Writes what is held back, and the reply's end.
  private func writeLast(_ trailers: Fields) {
    guard trailers.isEmpty else {
      self.writeUnsent()
      return self.writeTrailers(trailers)
    }
    if let head = self.unsentHead {
      self.unsentHead = nil
      return self.writeHead(head, isLast: true)
    }
    let last = self.unsentBody ?? ByteBuffer()
    self.unsentBody = nil
    self.writeData(last, isLast: true)
  }

  func flush() { self.connection?.flushUnlessReading() }
  func settle() { self.writeUnsent() }

  func writeUnsent() {
    if let head = self.unsentHead {
      self.unsentHead = nil
      self.writeHead(head, isLast: false)
    }
    guard let bytes = self.unsentBody else { return }
    self.unsentBody = nil
    self.writeCounted(bytes, isLast: false)
  }

  /// HTTP/2 has a server say things unasked, but nobody wants that (RFC 9113, 8.4): clients refuse it.
  func push(_ bytes: ByteBuffer) {}

  func endConversation() { self.connection?.leave() }

  func breakStream(_ kind: StreamBreak.Kind) -> Bool {
    guard let connection = self.connection else { return false }
    self.writeUnsent()
    switch kind {
    case .reset(let code): connection.reset(self.id, HTTP2ErrorCode(networkCode: Int(code.number)))
    case .goAway: connection.sayGoAway(self.id)
    case .brokenFrame: connection.breakFrame(self.id)
    case .stall, .trailers: return false
    }
    return true
  }

  func wantShaper() -> (any ReplyShaping)? {
    let shaper = self.streamShaper ?? HTTP2StreamShaper(self)
    self.streamShaper = shaper
    return shaper
  }

  // MARK: Frames

  private func write(_ payload: HTTP2Frame.FramePayload, promise: EventLoopPromise<Void>? = nil) {
    if let shaper = self.streamShaper, shaper.isShaping {
      shaper.take(payload, promise)
    } else {
      self.connection?.write(self.id, payload, promise: promise)
    }
  }

  /// In the place of a reply whose head cannot be sent: says so.
  private func refuseReply(_ head: HPACKHeaders) {
    let text = "a head of \(HTTP2Heads.length(of: head)) bytes, more than mockrec sends in one frame of HTTP/2"
    let connection = self.connection
    self.refuse(WireError(.server, .tooLarge, text), 502)
    // Who wrote the reply may go on with it.
    connection?.forget(self)
  }

  func writeTrailers(_ trailers: Fields) {
    let headers = HTTP2Heads.headers(trailers: trailers)
    guard HTTP2Heads.fits(headers) else {
      let text = "trailers of \(HTTP2Heads.length(of: headers)) bytes, more than mockrec sends in one frame of HTTP/2"
      self.refused(WireError(.server, .tooLarge, text))
      return self.abort()
    }
    self.writeHead(headers, isLast: true)
  }

  /// - Parameter headers: They fit into a frame.
  private func writeHead(_ headers: HPACKHeaders, isLast: Bool) {
    self.write(.headers(.init(headers: headers, endStream: isLast)))
  }

  func writeData(_ bytes: ByteBuffer, isLast: Bool) {
    self.write(.data(.init(data: .byteBuffer(bytes), endStream: isLast)))
  }

  /// Writes what there is more of, and knows when it was sent.
  func writeCounted(_ bytes: ByteBuffer, isLast: Bool) {
    let count = bytes.readableBytes
    self.underWay += count
    let sent = self.eventLoop.makePromise(of: Void.self)
    self.write(.data(.init(data: .byteBuffer(bytes), endStream: isLast)), promise: sent)
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    sent.futureResult.whenComplete { _ in bound.value.sent(count) }
  }

  private func sent(_ count: Int) {
    let wasFull = self.isFull
    self.underWay -= count
    self.file?.pump()
    if wasFull, self.isWritable { self.hasRoom() }
  }
}

/// A body that is read from its file as the client takes it.
final class HTTP2FileBody {
  private let handle: NIOFileHandle
  private var region: FileRegion
  private let trailers: Fields
  private weak var stream: HTTP2ServerStream?

  private static let piece = 32 << 10

  /// - Returns: nil where the file cannot be opened.
  init?(_ path: String, length: Int, trailers: Fields, stream: HTTP2ServerStream) {
    guard let handle = try? NIOFileHandle(_deprecatedPath: path) else { return nil }
    self.handle = handle
    self.region = FileRegion(fileHandle: handle, readerIndex: 0, endIndex: length)
    self.trailers = trailers
    self.stream = stream
  }

  deinit {
    // Nothing can be done about a descriptor that does not close.
    try? self.handle.close()
  }

  /// Sends what there is room for.
  func pump() {
    guard let stream = self.stream else { return }
    while stream.isWritable, self.region.readableBytes > 0 {
      guard let piece = self.region.readPiece(Self.piece, ByteBufferAllocator()) else { return stream.abort() }
      stream.writeCounted(piece, isLast: self.region.readableBytes == 0 && self.trailers.isEmpty)
    }
    stream.connection?.flushUnlessReading()
    guard self.region.readableBytes == 0 else { return }
    if !self.trailers.isEmpty { stream.writeTrailers(self.trailers) }
    stream.file = nil
    stream.replyEnded = true
    stream.streamShaper?.fileEnded()
    stream.finish()
  }
}
