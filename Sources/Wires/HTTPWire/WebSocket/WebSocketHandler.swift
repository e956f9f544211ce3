import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// One end of a WebSocket, between swift-nio's frames and the handler of HTTP that began it.
///
/// To that one a WebSocket is a request and a reply whose bodies are messages, in the form of `WebSocketRecords`: what the
/// other end says comes as parts of a body, ended by its close frame or with the connection; what is to be said is written
/// in the same form.
final class WebSocketHandler<End: WebSocketEnd>: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = End.Heard
  typealias OutboundIn = End.Said
  typealias OutboundOut = WebSocketFrame

  /// How long the other end may take to read what was said, or to answer a close frame, before the connection is closed.
  static var patience: TimeAmount { .seconds(10) }

  @exclusivity(unchecked) private var assembler: WebSocketAssembler
  private let framer: WebSocketFramer
  @exclusivity(unchecked) private var records: WebSocketRecords
  /// What is said before the handlers of HTTP have left the pipeline; nil from then on.
  @exclusivity(unchecked) private var held: [(frame: WebSocketFrame, promise: EventLoopPromise<Void>)]? = []
  /// The other end has said everything.
  @exclusivity(unchecked) private var hasEnded = false
  @exclusivity(unchecked) private var hasHeardClose = false
  /// Whoever listens here has no more to say.
  @exclusivity(unchecked) private var hasSaidAll = false
  /// A close frame was said.
  @exclusivity(unchecked) private(set) var hasSaidClose = false
  /// When the last that was said has been taken by the system.
  @exclusivity(unchecked) private var lastSent: EventLoopFuture<Void>?
  private var isClosing = false
  /// Closes the connection where the other end answers no close frame.
  private var late: Scheduled<Void>?
  private var context: ChannelHandlerContext?

  /// - Parameter limit: The longest payload of a message. Bytes.
  init(deflate: WebSocketDeflate?, limit: Int) {
    self.assembler = WebSocketAssembler(End.peer, deflate: deflate, limit: limit)
    self.framer = WebSocketFramer(End.peer == .client ? .server : .client, deflate: deflate)
    self.records = WebSocketRecords(limit: limit)
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  /// The handlers of HTTP have left the pipeline: frames can pass.
  func open() {
    guard let held = self.held else { return }
    self.held = nil
    for (frame, promise) in held { self.context?.write(self.wrapOutboundOut(frame), promise: promise) }
    self.context?.flush()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !self.hasEnded else { return }
    do {
      guard let message = try self.assembler.take(self.unwrapInboundIn(data)) else { return }
      context.fireChannelRead(self.wrapInboundOut(End.body(WebSocketRecords.bytes(of: message))))
      guard message.kind == .close else { return }
      self.hasHeardClose = true
      // A reply goes on until its request has ended: that one's close frame is still to be passed on.
      if End.peer == .client || self.hasSaidAll { self.end(context) }
    } catch {
      self.fail(error, context)
    }
  }

  private func end(_ context: ChannelHandlerContext) {
    guard !self.hasEnded else { return }
    self.hasEnded = true
    context.fireChannelRead(self.wrapInboundOut(End.end))
  }

  /// Tells the other end what it did wrong, and hears nothing more of it.
  private func fail(_ fault: WebSocketFault, _ context: ChannelHandlerContext) {
    guard !self.hasEnded else { return }
    self.hasEnded = true
    if !self.hasSaidClose { self.say(.close(fault.code.rawValue), context) }
    context.flush()
    context.fireErrorCaught(End.error(fault))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error as? NIOWebSocketError {
    case .invalidFrameLength: self.fail(WebSocketFault(.tooLarge, "a frame that is too long"), context)
    case .fragmentedControlFrame, .multiByteControlFrameLength:
      self.fail(
        WebSocketFault(.protocolError, "a control frame in fragments, or of more than 125 bytes"), context)
    case nil: context.fireErrorCaught(error)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { self.end(context) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.late?.cancel()
    self.end(context)
    context.fireChannelInactive()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if let bytes = End.bytes(of: self.unwrapOutboundIn(data)) { return self.say(bytes, promise, context) }
    promise?.succeed()
    self.hasSaidAll = true
    if self.hasHeardClose { self.end(context) }
    // Who leaves without a close frame closes the connection.
    if !self.hasSaidClose { self.close(context: context, mode: .all, promise: nil) }
  }

  private func say(_ bytes: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
    self.records.append(bytes)
    do throws(WebSocketFault) {
      while let message = try self.records.next() { self.say(message, context) }
    } catch {
      // What is to be said is no messages: a fault that cuts or changes bytes has made it so.
      context.close(promise: nil)
    }
    // A message in pieces, or nothing: it is done when what came before is.
    if let lastSent = self.lastSent { lastSent.cascade(to: promise) } else { promise?.succeed() }
  }

  private func say(_ message: WebSocketMessage, _ context: ChannelHandlerContext) {
    // Behind a close frame nothing counts (RFC 6455, 5.5.1).
    guard !self.hasSaidClose else { return }
    if message.kind == .close {
      self.hasSaidClose = true
      self.awaitClose(context)
    }
    let frame = self.framer.frame(message)
    let sent = context.eventLoop.makePromise(of: Void.self)
    self.lastSent = sent.futureResult
    if self.held == nil {
      context.write(self.wrapOutboundOut(frame), promise: sent)
    } else {
      self.held?.append((frame, sent))
    }
  }

  private func awaitClose(_ context: ChannelHandlerContext) {
    guard !self.hasHeardClose else { return }
    let leave = {
      guard !self.hasHeardClose else { return }
      self.end(context)
      context.close(promise: nil)
    }
    let bound = NIOLoopBound(leave, eventLoop: context.eventLoop)
    self.late = context.eventLoop.scheduleTask(in: Self.patience) { bound.value() }
  }

  /// What was said is sent before the connection is closed.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard let lastSent = self.lastSent, !self.isClosing else { return context.close(mode: mode, promise: promise) }
    self.isClosing = true
    context.flush()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let late = context.eventLoop.scheduleTask(in: Self.patience) { bound.value.close(promise: nil) }
    lastSent.whenComplete { _ in
      late.cancel()
      bound.value.close(mode: mode, promise: promise)
    }
  }
}
