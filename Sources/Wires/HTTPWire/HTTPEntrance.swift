import MockrecWire
import NIOCore
import NIOHTTP1

/// Looks at a connection's first bytes: those of HTTP/2 begin with a preface that is no request of HTTP/1.1 (RFC 9113,
/// 3.4).
final class HTTPEntrance: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  private let limits: WireLimits
  private let conversation: (any ReplyWriter) -> any Conversation
  private var begun = ByteBuffer()
  private var patience: Scheduled<Void>?

  init(limits: WireLimits, conversation: @escaping (any ReplyWriter) -> any Conversation) {
    self.limits = limits
    self.conversation = conversation
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    self.patience = context.eventLoop.scheduleTask(in: TimeAmount(self.limits.idle)) {
      bound.value.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.patience?.cancel()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = self.unwrapInboundIn(data)
    self.begun.writeBuffer(&bytes)
    let head = self.begun.readableBytesView.prefix(Self.preface.count)
    if !Self.preface.starts(with: head) {
      self.enter(context, isHTTP2: false)
    } else if head.count == Self.preface.count {
      self.enter(context, isHTTP2: true)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { self.enter(context, isHTTP2: false) }
    context.fireUserInboundEventTriggered(event)
  }

  /// The first byte of a TLS handshake (RFC 8446, 5.1), which no request begins with.
  private static let handshake: UInt8 = 0x16

  private func enter(_ context: ChannelHandlerContext, isHTTP2: Bool) {
    do {
      try HTTPWire.install(
        isHTTP2: isHTTP2, on: context.channel, limits: self.limits, conversation: self.conversation)
    } catch {
      return context.close(promise: nil)
    }
    let begun = self.begun
    self.begun = ByteBuffer()
    if begun.readableBytesView.first == Self.handshake {
      let words = "a TLS handshake, and TLS is not spoken here: `tls: true` (--tls) does that"
      context.fireErrorCaught(WireError(.client, .unsupported, words))
    } else if begun.readableBytes > 0 {
      context.fireChannelRead(self.wrapInboundOut(begun))
    }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}
