import MockrecWire
import NIOCore
import NIOTLS

/// Waits for the end of a TLS handshake, and knows the protocol on which both sides have agreed (ALPN, RFC 7301).
final class ProtocolAgreement: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let promise: EventLoopPromise<String?>
  private let patience: Duration
  private var isOver = false

  init(_ promise: EventLoopPromise<String?>, within patience: Duration) {
    self.promise = promise
    self.patience = patience
  }

  func channelActive(context: ChannelHandlerContext) {
    let patience = self.patience
    let bound = NIOLoopBound((agreement: self, context: context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: TimeAmount(patience)) {
      let (agreement, context) = bound.value
      guard !agreement.isOver else { return }
      agreement.end(.failure(OriginFailure(.timedOut, "no TLS handshake within \(patience)")))
      context.close(promise: nil)
    }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted(let negotiated)? = event as? TLSUserEvent { self.end(.success(negotiated)) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !self.isOver else { return context.fireErrorCaught(error) }
    self.end(.failure(error))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.end(.failure(OriginFailure(.reset, "the real service closed the connection in its TLS handshake")))
    context.fireChannelInactive()
  }

  private func end(_ result: Result<String?, any Error>) {
    guard !self.isOver else { return }
    self.isOver = true
    self.promise.completeWith(result)
  }
}
