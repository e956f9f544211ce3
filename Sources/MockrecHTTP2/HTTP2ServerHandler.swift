import MockrecCore
import MockrecWire
import NIOCore
import NIOHPACK
import NIOHTTP2

/// The answering side of HTTP/2 on one connection, on top of swift-nio's: frames become calls of a conversation for each
/// stream, replies become frames.
package final class HTTP2ServerHandler: ChannelDuplexHandler {
  package typealias InboundIn = HTTP2Frame
  package typealias OutboundIn = Never
  package typealias OutboundOut = HTTP2Frame

  // Everything here is only touched on the connection's event loop, and no access spans a call.
  let limits: WireLimits
  let dialect: HTTP2Dialect
  let eventLoop: any EventLoop
  let heads = HTTP2PreparedHeads()
  private let farewell: HTTP2Farewell
  private let conversation: (any ReplyWriter) -> any Conversation
  @exclusivity(unchecked) private(set) var context: ChannelHandlerContext?
  /// Below which bytes are written as they are.
  private var codec: ChannelHandlerContext?
  @exclusivity(unchecked) private var streams: [HTTP2StreamID: HTTP2ServerStream] = [:]
  /// Streams of which not all was sent, or heard.
  @exclusivity(unchecked) private var unclosed: Set<HTTP2StreamID> = []
  /// Streams whose exchange has ended: their conversations take the next ones.
  @exclusivity(unchecked) private var resting: [HTTP2ServerStream] = []
  @exclusivity(unchecked) var unsent: [HTTP2ServerStream] = []
  @exclusivity(unchecked) package var turnFlush = TurnFlush()
  @exclusivity(unchecked) private(set) var hasRoom = true
  @exclusivity(unchecked) private var isInsideRead = false
  @exclusivity(unchecked) private var isClosing = false
  /// The client opens no more streams.
  private var isLeaving = false
  private var hasPendingRead = false
  /// Whether anything came since the idle timer last fired.
  @exclusivity(unchecked) private var wasActive = false

  private init(
    limits: WireLimits, dialect: HTTP2Dialect, eventLoop: any EventLoop, farewell: HTTP2Farewell,
    conversation: @escaping (any ReplyWriter) -> any Conversation
  ) {
    self.limits = limits
    self.dialect = dialect
    self.eventLoop = eventLoop
    self.farewell = farewell
    self.conversation = conversation
  }

  /// Puts the answering side into a connection's pipeline. Called on its event loop.
  ///
  /// - Parameters:
  ///   - request: One without a body that was asked in HTTP/1.1 and is to be answered in HTTP/2.
  ///   - conversation: Makes what answers one request at a time; there are as many as requests at once.
  package static func serve(
    on channel: any Channel, limits: WireLimits, dialect: HTTP2Dialect, upgraded request: Message? = nil,
    conversation: @escaping (any ReplyWriter) -> any Conversation
  ) throws {
    let farewell = HTTP2Farewell()
    let configuration = HTTP2Limits.configuration(limits, isServer: true)
    let codec = NIOHTTP2Handler(
      mode: .server, frameDelegate: farewell, connectionConfiguration: configuration.connection,
      streamConfiguration: configuration.stream)
    let handler = HTTP2ServerHandler(
      limits: limits, dialect: dialect, eventLoop: channel.eventLoop, farewell: farewell, conversation: conversation)
    let pipeline = channel.pipeline.syncOperations
    if let request, let upgraded = HTTP2UpgradedRequest(request) { try pipeline.addHandler(upgraded) }
    try pipeline.addHandlers([codec, handler])
    handler.codec = try pipeline.context(handler: codec)
  }

  /// Whether a request that was asked in HTTP/1.1 can be answered in HTTP/2.
  package static func takesUpgrade(of request: Message) -> Bool { HTTP2UpgradedRequest(request) != nil }

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    self.watchIdle()
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    self.drop()
    self.context = nil
    self.codec = nil
  }

  package func channelInactive(context: ChannelHandlerContext) {
    self.isClosing = true
    self.drop()
    context.fireChannelInactive()
  }

  /// Nobody hears what is answered from here on.
  private func drop() {
    let all = Array(self.streams.values) + self.resting
    self.streams.removeAll()
    self.resting.removeAll()
    for stream in all { stream.drop() }
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !self.isClosing else { return }
    self.isInsideRead = true
    let frame = self.unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let head):
      if let stream = self.streams[frame.streamID] {
        stream.ended(HTTP2Heads.fields(head.headers))
      } else {
        self.open(frame.streamID, head)
      }
    case .data(let data):
      guard case .byteBuffer(let bytes) = data.data else { return }
      self.streams[frame.streamID]?.took(bytes, isLast: data.endStream)
    case .rstStream: self.cancel(frame.streamID)
    case .goAway:
      self.isLeaving = true
      self.closeIfLeft()
    case .settings, .ping, .windowUpdate, .priority, .pushPromise, .alternativeService, .origin: return
    }
  }

  private func open(_ id: HTTP2StreamID, _ head: HTTP2Frame.FramePayload.Headers) {
    let stream = self.resting.popLast() ?? HTTP2ServerStream(self, self.conversation)
    self.streams[id] = stream
    self.unclosed.insert(id)
    stream.began(id, head.headers, isWhole: head.endStream)
  }

  /// The client, or an error of its own making, has ended the stream.
  private func cancel(_ id: HTTP2StreamID) {
    guard let stream = self.streams.removeValue(forKey: id) else { return }
    stream.drop()
    self.closeIfLeft()
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    self.isInsideRead = false
    self.wasActive = true
    self.flushSoon()
    context.fireChannelReadComplete()
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let window as NIOHTTP2WindowUpdatedEvent: self.noteWindow(window)
    case let closed as StreamClosedEvent:
      self.unclosed.remove(closed.streamID)
      // Where both sides have said all, the stream itself knows when it is done.
      if closed.reason != nil { self.cancel(closed.streamID) }
      self.closeIfLeft()
    case is NIOHTTP2StreamCreatedEvent, is NIOHTTP2BulkStreamWindowChangeEvent: return
    case ChannelEvent.inputClosed where self.isClosing: context.close(promise: nil)
    case ChannelEvent.inputClosed:
      // What it asked is still answered.
      self.isLeaving = true
      for stream in Array(self.streams.values) { stream.inputEnded() }
      self.closeIfLeft()
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  /// Lets the client send on. A stream's share is given when its receiver wants more.
  private func noteWindow(_ event: NIOHTTP2WindowUpdatedEvent) {
    guard let size = event.inboundWindowSize else { return }
    if event.streamID != .rootStream {
      self.streams[event.streamID]?.window = size
      self.streams[event.streamID]?.widen()
    } else if !self.isClosing {
      self.widen(size)
    }
  }

  package func channelWritabilityChanged(context: ChannelHandlerContext) {
    let isWritable = context.channel.isWritable
    self.hasRoom = isWritable
    for stream in Array(self.streams.values) { stream.connectionWritabilityChanged(isWritable) }
    if isWritable, self.hasPendingRead {
      self.hasPendingRead = false
      context.read()
    }
    context.fireChannelWritabilityChanged()
  }

  package func read(context: ChannelHandlerContext) {
    // Who does not take its answers is not asked for more questions.
    if context.channel.isWritable { context.read() } else { self.hasPendingRead = true }
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !self.isClosing else { return }
    if let error = error as? NIOHTTP2Errors.StreamError {
      // What was to be sent is not HTTP/2.
      return self.reset(error.streamID, .internalError)
    }
    guard error is any NIOHTTP2Error else { return self.close() }
    let isOther = error is NIOHTTP2Errors.BadClientMagic
    let fault = WireError(
      .client, .malformed,
      isOther
        ? "what is not HTTP/2: a TLS handshake wants `tls: true` (--tls), and HTTP/1.1 is not spoken here"
        : "frames that are not HTTP/2: \(type(of: error))")
    // Told to one that answers nobody: the exchanges under way have nothing to do with it.
    if self.resting.isEmpty { self.resting.append(HTTP2ServerStream(self, self.conversation)) }
    self.resting.last?.refused(fault)
    // Of a single stream the codec has said so by itself, and tells that it is closed.
    if self.farewell.isSaid { self.close() }
  }

  // MARK: What streams do

  /// Request and reply have ended.
  func finished(_ stream: HTTP2ServerStream) {
    self.streams[stream.id] = nil
    if stream.underWay == 0, self.resting.count < HTTP2Limits.streams, !self.isClosing {
      self.resting.append(stream)
    } else {
      stream.drop()
    }
    self.closeIfLeft()
  }

  /// Nothing more is taken from what answered on a stream.
  func forget(_ stream: HTTP2ServerStream) {
    self.resting.removeAll { $0 === stream }
    if self.streams[stream.id] === stream { self.streams[stream.id] = nil }
    stream.drop()
  }

  /// Ends a stream whose reply cannot be finished.
  func reset(_ id: HTTP2StreamID, _ code: HTTP2ErrorCode) {
    guard let stream = self.streams.removeValue(forKey: id) else { return }
    stream.drop()
    // What was said before is the client's to see.
    self.context?.flush()
    self.write(id, .rstStream(code))
    self.flushSoon()
    self.closeIfLeft()
  }

  /// It holds something back, which goes out when the turn ends.
  func hold(_ stream: HTTP2ServerStream) {
    self.unsent.append(stream)
    self.flushUnlessReading()
  }

  func flushUnlessReading() { if !self.isInsideRead { self.flushSoon() } }

  /// Takes no more requests: those up to this one are answered.
  func sayGoAway(_ id: HTTP2StreamID) {
    // What was said before comes before.
    self.context?.flush()
    self.write(.rootStream, .goAway(lastStreamID: id, errorCode: .noError, opaqueData: nil))
    self.isLeaving = true
    self.flushSoon()
  }

  /// Says a frame of a stream that is none, and ends the connection: more padding than there is frame (RFC 9113, 6.1).
  func breakFrame(_ id: HTTP2StreamID) {
    guard let context = self.context, let codec = self.codec else { return }
    context.flush()
    var frame = ByteBuffer(bytes: [0, 0, 1, 0, 8])
    frame.writeInteger(UInt32(truncatingIfNeeded: Int(id)))
    frame.writeInteger(UInt8.max)
    codec.writeAndFlush(NIOAny(IOData.byteBuffer(frame)), promise: nil)
    // The client ends the connection; one that does not is not waited for long.
    self.isClosing = true
    let bound = NIOLoopBound(context, eventLoop: self.eventLoop)
    self.eventLoop.scheduleTask(in: .seconds(1)) { bound.value.close(promise: nil) }
  }

  /// Says that no more is answered, and closes behind what was said.
  func leave() {
    guard !self.isClosing else { return }
    self.write(.rootStream, .goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil))
    self.close()
  }

  /// Ends the connection without a word, behind what was sent.
  func breakOff(reset: Bool) {
    guard !self.isClosing, let context = self.context else { return }
    if reset, let options = context.channel as? any SocketOptionProvider {
      // What the kernel still holds for a client that does not read is lost with a reset, as with any.
      options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
    }
    self.close(isHard: reset)
  }

  private func closeIfLeft() { if self.isLeaving, self.streams.isEmpty, self.unclosed.isEmpty { self.close() } }

  /// - Parameter isHard: Without waiting for the client's end.
  private func close(isHard: Bool = false) {
    guard !self.isClosing, let context = self.context else { return }
    self.isClosing = true
    context.flush()
    // What was flushed is with the kernel, or with a client that does not read.
    let bound = NIOLoopBound(context, eventLoop: self.eventLoop)
    self.eventLoop.execute {
      guard !isHard else { return bound.value.close(promise: nil) }
      // Bytes that nobody reads any more would make of the end a reset, which may overtake what was said.
      let said = bound.eventLoop.makePromise(of: Void.self)
      said.futureResult.whenFailure { _ in bound.value.close(promise: nil) }
      bound.value.close(mode: .output, promise: said)
      bound.eventLoop.scheduleTask(in: .seconds(1)) { bound.value.close(promise: nil) }
    }
  }

  /// Closes a connection on which nothing happens: after one to two times the limit, at no cost for a request.
  private func watchIdle() {
    self.wasActive = false
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    self.eventLoop.scheduleTask(in: TimeAmount(self.limits.idle)) {
      let handler = bound.value
      guard handler.context != nil, !handler.isClosing else { return }
      let awaitsClient = handler.streams.values.allSatisfy(\.awaitsClient)
      guard !handler.wasActive, awaitsClient else { return handler.watchIdle() }
      handler.leave()
    }
  }
}

extension HTTP2ServerHandler: HTTP2Outlet {}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
