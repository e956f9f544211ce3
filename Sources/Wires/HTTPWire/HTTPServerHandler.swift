import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1

/// The answering side of HTTP/1.1 on one connection: decoded parts become calls of a conversation, replies become bytes.
///
/// Requests that a client pipelines wait here until the reply before them has ended (RFC 9112, 9.3.2).
final class HTTPServerHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = Never
  typealias OutboundOut = IOData

  /// The request that is being answered.
  struct Current {
    let method: String
    let version: HTTPVersion
    var keepAlive: Bool
    var awaitsContinue: Bool
    var requestEnded = false
    var replyBegan = false
    var replyEnded = false
    var bodyBytes = 0
    var framing = HTTPReplyEncoder.Framing.none
  }

  // Everything here is only touched on the connection's event loop, and no access spans a call: the checks for
  // overlapping access, which cost several percent of a reply, are left out for what every request touches.
  let limits: WireLimits
  let eventLoop: any EventLoop
  @exclusivity(unchecked) var conversation: (any Conversation)?
  @exclusivity(unchecked) var context: ChannelHandlerContext?
  @exclusivity(unchecked) var current: Current?
  @exclusivity(unchecked) private var waiting = CircularBuffer<HTTPServerRequestPart>()
  @exclusivity(unchecked) private var isReading = true
  private var hasPendingRead = false
  @exclusivity(unchecked) var turnFlush = TurnFlush()
  /// The reply's head, until the first of its body comes or what there is is flushed.
  @exclusivity(unchecked) var unsentHead: ByteBuffer?
  @exclusivity(unchecked) private var isInsideRead = false
  private var isTakingWaiting = false
  /// What is wrong with the bytes behind the requests that are still to be answered.
  private var fault: WireError?
  /// Nothing more is taken from the client: the connection ends with what is being written.
  @exclusivity(unchecked) var isClosing = false
  /// The client asks for a WebSocket, and was not answered yet.
  @exclusivity(unchecked) var handshake: WebSocketHandshake?
  /// The connection has become one.
  @exclusivity(unchecked) var webSocket: WebSocketHandler<WebSocketServerEnd>?
  /// Whether anything came since the idle timer last fired.
  @exclusivity(unchecked) private var wasActive = false

  init(limits: WireLimits, eventLoop: any EventLoop) {
    self.limits = limits
    self.eventLoop = eventLoop
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    self.watchIdle()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.conversation = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.isClosing = true
    self.conversation?.closed()
    self.conversation = nil
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = self.unwrapInboundIn(data)
    guard !self.isClosing else { return }
    self.isInsideRead = true
    if self.current?.requestEnded == true || !self.waiting.isEmpty {
      self.waiting.append(part)
    } else {
      self.take(part)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    self.isInsideRead = false
    self.wasActive = true
    self.flushSoon()
    context.fireChannelReadComplete()
  }

  func read(context: ChannelHandlerContext) {
    // A client that pipelines faster than it is answered waits in its own buffers, not in ours.
    if self.isReading, self.waiting.isEmpty, context.channel.hasRoom {
      context.read()
    } else {
      self.hasPendingRead = true
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    self.conversation?.writabilityChanged(context.channel.isWritable)
    if context.channel.isWritable, self.waiting.isEmpty { self.resumeReading() }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent {
      // The client has said all it will. What it asked is still answered (RFC 9112, 9.6).
      if let current = self.current, current.requestEnded {
        self.current?.keepAlive = self.waiting.isEmpty ? false : current.keepAlive
        self.conversation?.inputEnded()
      } else {
        self.close()
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !self.isClosing else { return }
    if let refusal = HTTPRefusal.describe(error) {
      self.refuseInTurn(refusal)
    } else {
      self.isClosing = true
      context.close(promise: nil)
    }
  }

  /// Requests that were whole before the fault are answered first.
  private func refuseInTurn(_ error: WireError) {
    guard self.current?.requestEnded == true || !self.waiting.isEmpty else { return self.refuse(error) }
    // Behind a request that was to be the connection's last, nothing counts any more (RFC 9112, 9.6).
    if self.waiting.isEmpty, self.current?.keepAlive == false { return }
    self.fault = self.fault ?? error
  }

  private func take(_ part: HTTPServerRequestPart) {
    switch part {
    case .head(let head):
      guard self.current == nil else { return }
      let inspection = HTTPRefusal.inspect(head)
      if let fault = inspection.fault { return self.refuse(fault) }
      self.current = Current(
        method: head.method.rawValue, version: head.version, keepAlive: head.isKeepAlive,
        awaitsContinue: inspection.expectsContinue && head.version.minor > 0)
      if inspection.hasUpgrade, self.beginUpgrade(head) { return }
      let namesWebSocket = inspection.hasUpgrade && HTTPWire.asksForWebSocket(head)
      self.conversation?.requestBegan(
        HTTPRequest(head: head, namesWebSocket: namesWebSocket, hasSession: inspection.hasSession))
    case .body(let bytes):
      guard self.current != nil else { return }
      self.current?.awaitsContinue = false
      self.current?.bodyBytes += bytes.readableBytes
      if let limit = self.limits.bodyBytes, let size = self.current?.bodyBytes, size > limit, self.webSocket == nil {
        return self.refuse(
          WireError(.client, .tooLarge, "a body of more than \(limit) bytes, the limit that is set (`limits: body`)"),
          status: "413 Content Too Large")
      }
      self.conversation?.requestBody(bytes)
    case .end(let trailers):
      guard self.current != nil else { return }
      // Where a WebSocket is granted, the request goes on.
      if let handshake = self.handshake {
        self.conversation?.requestBegan(HTTPRequest(head: handshake.head, isDialogue: true))
        return
      }
      self.current?.requestEnded = true
      let answeredBefore = self.current?.replyEnded == true
      self.conversation?.requestEnded(trailers.map { Fields($0) } ?? Fields())
      if answeredBefore { self.finish() }
    }
  }

  /// Called when request and reply may both have ended: goes on with the next request, or closes.
  func finish() {
    guard let current = self.current, current.replyEnded else { return }
    guard current.requestEnded else {
      // Answered before the request was whole: the rest is still taken, as the client may not read before it has sent it.
      // A client that waits for leave to send its body, and got its answer instead, sends none.
      if current.awaitsContinue {
        self.conversation?.requestEnded(Fields())
        return self.close()
      }
      return self.setReading(true)
    }
    guard current.keepAlive else { return self.close() }
    self.current = nil
    self.takeWaiting()
  }

  /// Takes what was pipelined, in a loop and not in calls of calls: a reply that is ready at once comes back here.
  private func takeWaiting() {
    guard !self.isTakingWaiting else { return }
    self.isTakingWaiting = true
    while self.current?.requestEnded != true, let part = self.waiting.popFirst() { self.take(part) }
    self.isTakingWaiting = false
    guard self.waiting.isEmpty else { return }
    if let fault = self.fault, self.current?.requestEnded != true { return self.refuse(fault) }
    self.resumeReading()
  }

  func close() {
    guard !self.isClosing else { return }
    self.isClosing = true
    guard let context = self.context else { return }
    self.writeUnsentHead()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(ByteBuffer()))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }

  func setReading(_ reading: Bool) {
    self.isReading = reading
    if reading, self.waiting.isEmpty { self.resumeReading() }
  }

  private func resumeReading() {
    guard self.isReading, self.hasPendingRead, let context = self.context, context.channel.hasRoom else { return }
    self.hasPendingRead = false
    context.read()
  }

  func flushUnlessReading() {
    if !self.isInsideRead { self.flushSoon() }
  }

  private func flushSoon() { TurnFlush.schedule(self, on: self.eventLoop) }

  /// Answers a request that is not HTTP, or that no honest client sends, and closes.
  private func refuse(_ error: WireError, status: String = "400 Bad Request") {
    guard let context = self.context, !self.isClosing else { return }
    self.conversation?.refused(error)
    if self.current?.replyBegan != true {
      context.write(self.wrapOutboundOut(.byteBuffer(HTTPRefusal.reply(error, status: status))), promise: nil)
    }
    self.close()
  }

  /// Closes a connection on which nothing happens. The timer only looks whether anything came since it last fired: a
  /// connection is closed after one to two times the limit, and a request costs no look at the clock.
  private func watchIdle() {
    guard let context = self.context else { return }
    self.wasActive = false
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: TimeAmount(self.limits.idle)) {
      let handler = bound.value
      guard let context = handler.context, !handler.isClosing else { return }
      let awaitsClient = handler.current == nil || handler.current?.requestEnded == false
      guard !handler.wasActive, awaitsClient, handler.isReading, handler.webSocket == nil else {
        return handler.watchIdle()
      }
      if handler.current == nil { return context.close(promise: nil) }
      handler.refuse(
        WireError(.client, .truncated, "half a request and then nothing for \(handler.limits.idle)"),
        status: "408 Request Timeout")
    }
  }
}

extension HTTPServerHandler: TurnFlushing {
  func turnEnded() {
    self.writeUnsentHead()
    self.context?.flush()
  }
}
