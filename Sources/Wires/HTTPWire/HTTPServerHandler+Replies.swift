import MockrecCore
import MockrecWire
import NIOCore

extension HTTPServerHandler: ReplyWriter {
  /// On a prepared reply: its body goes in chunks.
  static let chunkedTag: UInt32 = 1

  var isWritable: Bool { self.context?.channel.isWritable ?? false }

  func send(_ reply: PreparedReply) {
    if self.handshake != nil { self.decline() }
    guard let context = self.context, let current = self.current, !current.replyBegan else { return }
    self.current?.replyBegan = true
    self.current?.replyEnded = true
    if current.keepAlive, current.version == .http1_1, reply.tag == 0, reply.file == nil {
      context.write(self.wrapOutboundOut(.byteBuffer(reply.bytes)), promise: nil)
    } else {
      self.sendInParts(reply, current: current, context: context)
    }
    self.flushUnlessReading()
    self.finish()
  }

  /// The replies that are not one ready buffer: chunked, from a file, to an HTTP/1.0 client, or the connection's last.
  private func sendInParts(_ reply: PreparedReply, current: Current, context: ChannelHandlerContext) {
    var head = reply.bytes.getSlice(at: reply.bytes.readerIndex, length: reply.headLength) ?? ByteBuffer()
    var body = reply.bytes
    body.moveReaderIndex(forwardBy: reply.headLength)
    let isChunked = reply.tag == Self.chunkedTag && current.version == .http1_1
    if reply.tag == Self.chunkedTag, !isChunked { self.current?.keepAlive = false }
    if let connection = self.connectionField() {
      head.moveWriterIndex(to: head.writerIndex - 2)
      head.writeString("Connection: \(connection)\r\n\r\n")
    }
    if let path = reply.file {
      context.write(self.wrapOutboundOut(.byteBuffer(head)), promise: nil)
      if isChunked { self.write { $0.writeString(String(reply.fileLength, radix: 16) + "\r\n") } }
      guard context.writeFile(path, length: reply.fileLength) else { return self.abort() }
      if isChunked { self.write { $0.writeStaticString("\r\n") } }
    } else if isChunked {
      context.write(self.wrapOutboundOut(.byteBuffer(head)), promise: nil)
      if body.readableBytes > 0 { self.write { HTTPReplyEncoder.writeChunk(body, into: &$0) } }
    } else {
      head.writeImmutableBuffer(body)
      context.write(self.wrapOutboundOut(.byteBuffer(head)), promise: nil)
    }
    if isChunked { self.write { HTTPReplyEncoder.writeLastChunk(reply.trailers, into: &$0) } }
  }

  func interim(_ head: Message) {
    guard let context = self.context, let current = self.current, !current.replyBegan else { return }
    self.current?.awaitsContinue = false
    guard current.version.minor > 0 else { return }
    var buffer = context.channel.allocator.buffer(capacity: 64)
    HTTPReplyEncoder.write(head, into: &buffer)
    context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
  }

  var awaitsLeave: Bool { self.current?.awaitsContinue == true }

  func wantBody() {
    guard self.current?.awaitsContinue == true else { return }
    self.interim(Message(start: ["HTTP/1.1", "100", "Continue"]))
  }

  func begin(_ head: Message) {
    if self.handshake != nil {
      if head.status == HTTPStatus.switching { return self.switchProtocols(head) }
      self.decline()
    }
    guard let context = self.context, let current = self.current, !current.replyBegan else { return }
    var head = head
    let framing = HTTPReplyEncoder.frame(
      &head, method: current.method, clientTakesChunks: current.version.minor > 0)
    self.current?.replyBegan = true
    self.current?.framing = framing
    if framing == .close { self.current?.keepAlive = false }
    var buffer = context.channel.allocator.buffer(capacity: Self.shortReply)
    HTTPReplyEncoder.write(head, connection: self.connectionField(), into: &buffer)
    self.unsentHead = buffer
  }

  /// A head and a body that fit into this go out as one buffer.
  private static let shortReply = 2048

  func writeUnsentHead() {
    guard let head = self.unsentHead else { return }
    self.unsentHead = nil
    self.context?.write(self.wrapOutboundOut(.byteBuffer(head)), promise: nil)
  }

  func body(_ bytes: ByteBuffer) {
    guard let context = self.context, let current = self.current, current.replyBegan, !current.replyEnded else {
      return
    }
    if current.framing == .none { return }
    if current.framing != .chunked, var head = self.unsentHead,
      head.readableBytes + bytes.readableBytes <= Self.shortReply
    {
      self.unsentHead = nil
      head.writeImmutableBuffer(bytes)
      return context.write(self.wrapOutboundOut(.byteBuffer(head)), promise: nil)
    }
    self.writeUnsentHead()
    if current.framing == .chunked {
      self.write { HTTPReplyEncoder.writeChunk(bytes, into: &$0) }
    } else {
      context.write(self.wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
    }
  }

  func flush() { self.flushUnlessReading() }
  func settle() { self.writeUnsentHead() }

  func end(_ trailers: Fields) {
    guard let current = self.current, current.replyBegan, !current.replyEnded else { return }
    self.current?.replyEnded = true
    self.writeUnsentHead()
    if current.framing == .chunked { self.write { HTTPReplyEncoder.writeLastChunk(trailers, into: &$0) } }
    self.flushUnlessReading()
    if let webSocket = self.webSocket, !current.requestEnded { return self.awaitEnd(of: webSocket) }
    self.finish()
  }

  /// HTTP/1.1 says nothing unasked.
  func push(_ bytes: ByteBuffer) {}
  func endConversation() { self.close() }

  func abort() {
    guard let context = self.context else { return }
    self.isClosing = true
    // What came until now is the client's to see.
    self.writeUnsentHead()
    context.flush()
    context.close(promise: nil)
  }

  /// What `Connection` has to say about what follows this reply; nil when the version's default holds.
  private func connectionField() -> String? {
    guard let current = self.current else { return nil }
    if !current.keepAlive { return "close" }
    return current.version == .http1_1 ? nil : "keep-alive"
  }

  private func write(_ fill: (inout ByteBuffer) -> Void) {
    guard let context = self.context else { return }
    var buffer = context.channel.allocator.buffer(capacity: 256)
    fill(&buffer)
    context.write(self.wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
  }
}
