import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1

/// The asking side of HTTP/1.1 on one connection to the real service.
final class HTTPClientHandler: ChannelDuplexHandler, OriginLink {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPClientRequestPart

  /// Told while a request is under way; whoever sets it takes it back when the exchange has ended.
  @exclusivity(unchecked) var receiver: (any ReplyReceiver)?
  @exclusivity(unchecked) private(set) var hasReplied = false
  @exclusivity(unchecked) private var context: ChannelHandlerContext?
  @exclusivity(unchecked) var keepAlive = true
  @exclusivity(unchecked) private var requestEnded = false
  @exclusivity(unchecked) var replyUnderWay = false
  @exclusivity(unchecked) private var isReading = true
  private var hasPendingRead = false
  @exclusivity(unchecked) private var hasEnded = false
  @exclusivity(unchecked) var turnFlush = TurnFlush()
  let limits: WireLimits
  /// The request under way asks for a WebSocket.
  var webSocket: WebSocketRequest?
  /// The reply that grants it, until all of its head has been read.
  var granted: (reply: Message, deflate: WebSocketDeflate?)?

  init(limits: WireLimits) { self.limits = limits }

  var isWritable: Bool { self.context?.channel.isWritable ?? false }

  var isOpen: Bool { self.context != nil && !self.hasEnded }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.receiver = nil
  }

  func begin(_ head: Message) {
    self.hasReplied = false
    self.requestEnded = false
    var request = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: head.method), uri: head.target,
      headers: HTTPHeaders(
        head.fields.list.lazy.filter { !$0.name.equalsIgnoringCase("te") }.map { ($0.name, $0.value) }))
    self.webSocket = WebSocketRequest(&request)
    self.context?.write(self.wrapOutboundOut(.head(request)), promise: nil)
    // Otherwise the head goes out together with what follows it.
    if self.webSocket != nil || head.fields.contains("Expect") { self.context?.flush() }
  }

  func body(_ bytes: ByteBuffer) {
    self.context?.write(self.wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    self.flushSoon()
  }

  func end(_ trailers: Fields) {
    self.requestEnded = true
    let fields = trailers.isEmpty ? nil : HTTPHeaders(trailers.list.map { ($0.name, $0.value) })
    self.context?.write(self.wrapOutboundOut(.end(fields)), promise: nil)
    self.flushSoon()
  }

  private func flushSoon() { if let context = self.context { TurnFlush.schedule(self, on: context.eventLoop) } }

  func setReading(_ reading: Bool) {
    self.isReading = reading
    guard reading, self.hasPendingRead else { return }
    self.hasPendingRead = false
    self.context?.read()
  }

  func close() {
    self.hasEnded = true
    self.context?.close(promise: nil)
  }

  func read(context: ChannelHandlerContext) {
    if self.isReading { context.read() } else { self.hasPendingRead = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch self.unwrapInboundIn(data) {
    case .head(let head):
      self.hasReplied = true
      let message = Message(
        start: ["HTTP/1.\(head.version.minor)", String(head.status.code), head.status.reasonPhrase],
        fields: Fields(head.headers))
      guard (100...999).contains(head.status.code) else {
        return self.reject("the real service's reply has the status \(head.status.code)")
      }
      if head.status == .switchingProtocols { return self.grant(head, message) }
      if head.status.code < 200 {
        self.receiver?.interim(message)
        return
      }
      self.keepAlive = head.isKeepAlive
      self.replyUnderWay = true
      self.receiver?.replyBegan(message)
    case .body(let bytes):
      self.receiver?.replyBody(bytes)
    case .end(let trailers):
      if let granted = self.granted { return self.switchProtocols(granted.reply, granted.deflate, context) }
      guard self.replyUnderWay else { return }
      self.replyUnderWay = false
      self.receiver?.replyEnded(
        trailers.map { Fields($0) } ?? Fields(), reusable: self.keepAlive && self.requestEnded)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    self.receiver?.originPaused()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    self.receiver?.originWritabilityChanged(context.channel.isWritable)
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.hasEnded = true
    self.fail(OriginFailure(.reset, "the real service closed the connection before its reply was whole"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case let failure as OriginFailure: self.fail(failure)
    case HTTPParserError.invalidEOFState:
      self.fail(OriginFailure(.reset, "the real service closed the connection in the middle of its reply"))
    case is HTTPParserError, is NIOHTTPDecoderError:
      self.fail(OriginFailure(.malformed, "the real service's reply is not HTTP/1.1 (\(error))"))
    default:
      self.fail(OriginFailure(.reset, "the connection to the real service broke: \(describe(error))"))
    }
    self.close()
  }

  func fail(_ failure: OriginFailure) {
    let receiver = self.receiver
    self.receiver = nil
    receiver?.originFailed(failure)
  }
}

extension HTTPClientHandler: TurnFlushing {
  func turnEnded() { self.context?.flush() }
}
