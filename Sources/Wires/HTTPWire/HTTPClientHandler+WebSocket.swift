import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1
import NIOWebSocket

extension HTTPClientHandler {
  /// What follows 101 is not HTTP, and only a WebSocket was asked for.
  func grant(_ head: HTTPResponseHead, _ message: Message) {
    guard let webSocket = self.webSocket else {
      return self.reject("the real service's reply switches to another protocol")
    }
    do throws(OriginFailure) {
      self.granted = (message, try webSocket.agreed(head))
    } catch {
      self.fail(error)
      self.close()
    }
  }

  func switchProtocols(_ reply: Message, _ deflate: WebSocketDeflate?, _ context: ChannelHandlerContext) {
    self.granted = nil
    self.keepAlive = false
    let limit = WebSocketDeflate.limit(self.limits)
    let webSocket = WebSocketHandler<WebSocketClientEnd>(deflate: deflate, limit: limit)
    let pipeline = context.pipeline.syncOperations
    do {
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
      pipeline.removeHandler(try pipeline.handler(type: HTTPRequestEncoder.self), promise: nil)
      try pipeline.addHandlers(
        [WebSocketFrameEncoder(), ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limit)), webSocket],
        position: .before(self))
      let end = HeldEnd()
      try pipeline.addHandler(end, position: .before(decoder))
      // What the service sent behind its reply is handed on by the decoder as it leaves.
      let bound = NIOLoopBound((webSocket, end), eventLoop: context.eventLoop)
      pipeline.removeHandler(decoder).whenComplete { _ in
        bound.value.0.open()
        bound.value.1.release()
      }
    } catch {
      return self.reject("the connection to the real service cannot become a WebSocket: \(error)")
    }
    self.replyUnderWay = true
    self.receiver?.replyBegan(reply)
  }

  func reject(_ text: String) {
    self.fail(OriginFailure(.malformed, text))
    self.close()
  }
}

/// Holds the end of a connection back while a decoder leaves: swift-nio's drops what came behind a reply where it has seen
/// the end before.
private final class HeldEnd: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var isReleased = false
  private var inputClosed = false
  private var isInactive = false
  private var context: ChannelHandlerContext?

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if !self.isReleased, case ChannelEvent.inputClosed? = event as? ChannelEvent {
      self.inputClosed = true
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if self.isReleased { context.fireChannelInactive() } else { self.isInactive = true }
  }

  func release() {
    self.isReleased = true
    if self.inputClosed { self.context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
    if self.isInactive { self.context?.fireChannelInactive() }
  }
}
