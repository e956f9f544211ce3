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
      // What the service sent behind its reply is handed on by the decoder as it leaves.
      let bound = NIOLoopBound(webSocket, eventLoop: context.eventLoop)
      pipeline.removeHandler(decoder).whenComplete { _ in bound.value.open() }
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
