import MockrecCore
import MockrecHTTP2
import MockrecWire
import NIOCore
import NIOHTTP1

/// Looks at a connection's first request of HTTP/1.1: one that asks for HTTP/2 (`Upgrade: h2c`) is answered in that (RFC
/// 7540, 3.2). One with a body is answered as it was asked, which a server is free to do.
final class HTTPUpgrade: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  private let limits: WireLimits
  private let conversation: (any ReplyWriter) -> any Conversation
  private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private let handler: HTTPServerHandler
  private var head: HTTPRequestHead?

  init(
    limits: WireLimits, decoder: ByteToMessageHandler<HTTPRequestDecoder>, handler: HTTPServerHandler,
    conversation: @escaping (any ReplyWriter) -> any Conversation
  ) {
    self.limits = limits
    self.decoder = decoder
    self.handler = handler
    self.conversation = conversation
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch self.unwrapInboundIn(data) {
    case .head(let head) where Self.asks(head): self.head = head
    case .end:
      if let head = self.head { return self.upgrade(head, context) }
      context.fireChannelRead(data)
    case .head, .body:
      context.fireChannelRead(data)
      if self.head == nil { context.pipeline.syncOperations.removeHandler(self, promise: nil) }
    }
  }

  private static func asks(_ head: HTTPRequestHead) -> Bool {
    head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "h2c" }
      && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "http2-settings" }
      && head.headers["http2-settings"].count == 1 && HTTPRefusal.inspect(head).fault == nil
      && !head.headers.contains(name: "transfer-encoding") && (head.headers.first(name: "content-length") ?? "0") == "0"
  }

  private func upgrade(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    var request = Message(start: [head.method.rawValue, head.uri, "HTTP/1.1"], fields: Fields(head.headers))
    HTTPWire.dropHopByHop(&request.fields)
    guard HTTP2ServerHandler.takesUpgrade(of: request) else {
      self.head = nil
      context.fireChannelRead(self.wrapInboundOut(.head(head)))
      context.fireChannelRead(self.wrapInboundOut(.end(nil)))
      return context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
    let leave = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: leave)), promise: nil)
    do {
      try HTTP2ServerHandler.serve(
        on: context.channel, limits: self.limits, dialect: HTTPWire.dialect, upgraded: request,
        conversation: self.conversation)
    } catch {
      return context.close(promise: nil)
    }
    self.handler.conversation?.closed()
    let pipeline = context.pipeline.syncOperations
    pipeline.removeHandler(self.handler, promise: nil)
    pipeline.removeHandler(self, promise: nil)
    // What the client sent behind its request is handed on by the decoder as it leaves.
    pipeline.removeHandler(self.decoder, promise: nil)
  }
}
