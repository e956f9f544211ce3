import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1
import NIOWebSocket

extension HTTPServerHandler {
  /// The client would rather speak another protocol.
  ///
  /// - Returns: Whether that is WebSocket. The request begins when the decoder is done with it, and makes way.
  func beginUpgrade(_ head: HTTPRequestHead) -> Bool {
    // The decoder reads nothing behind such a request, in whatever protocol that may be.
    if head.headers.namesUpgrade { self.current?.keepAlive = false }
    self.handshake = WebSocketHandshake(head)
    return self.handshake != nil
  }

  /// The request is answered like any other: it has no body.
  func decline() {
    self.handshake = nil
    self.current?.requestEnded = true
    self.conversation?.requestEnded(Fields())
  }

  /// Answers with a head of status 101, and goes on with a WebSocket.
  func switchProtocols(_ head: Message) {
    guard let context = self.context, let (reply, deflate) = self.handshake?.accept(head, on: context.channel) else {
      return self.abort()
    }
    self.handshake = nil
    self.current?.replyBegan = true
    self.current?.framing = .length
    var buffer = context.channel.allocator.buffer(capacity: 256)
    HTTPReplyEncoder.write(reply, into: &buffer)
    context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
    let limit = WebSocketDeflate.limit(self.limits)
    let webSocket = WebSocketHandler<WebSocketServerEnd>(deflate: deflate, limit: limit)
    self.webSocket = webSocket
    let pipeline = context.pipeline.syncOperations
    do {
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandlers(
        [WebSocketFrameEncoder(), ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limit)), webSocket],
        position: .before(self))
      // What the client sent behind its request is handed on by the decoder as it leaves.
      let bound = NIOLoopBound(webSocket, eventLoop: context.eventLoop)
      pipeline.removeHandler(decoder).whenComplete { _ in bound.value.open() }
    } catch {
      self.abort()
    }
  }

  /// The service has said everything: the client answers its close frame, or is closed.
  func awaitEnd(of webSocket: WebSocketHandler<WebSocketServerEnd>) {
    if webSocket.hasSaidClose { return self.setReading(true) }
    self.current?.requestEnded = true
    self.conversation?.requestEnded(Fields())
    self.close()
  }
}
