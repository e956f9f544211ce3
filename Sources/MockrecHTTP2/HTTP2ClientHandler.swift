import MockrecCore
import MockrecWire
import NIOCore
import NIOHPACK
import NIOHTTP2

/// The asking side of HTTP/2 on one connection to the real service, on top of swift-nio's: many requests at once.
package final class HTTP2ClientHandler: ChannelDuplexHandler {
  package typealias InboundIn = HTTP2Frame
  package typealias OutboundIn = Never
  package typealias OutboundOut = HTTP2Frame

  // Everything here is only touched on the connection's event loop, and no access spans a call.
  let eventLoop: any EventLoop
  let scheme: String
  /// A field that makes the head of a reply without a body its trailers.
  let trailing: String?
  let limits: WireLimits
  private let farewell: HTTP2Farewell
  @exclusivity(unchecked) private(set) var context: ChannelHandlerContext?
  @exclusivity(unchecked) private var streams: [HTTP2StreamID: HTTP2ClientStream] = [:]
  @exclusivity(unchecked) private var nextID = HTTP2StreamID(1)
  /// Streams that heard something of what was read last.
  @exclusivity(unchecked) private var touched: [HTTP2ClientStream] = []
  @exclusivity(unchecked) var unsent: [HTTP2ClientStream] = []
  /// How many requests have begun on it that have no stream yet.
  @exclusivity(unchecked) var unopened = 0
  /// How many requests at once the service takes.
  @exclusivity(unchecked) private var room = 100
  @exclusivity(unchecked) package var turnFlush = TurnFlush()
  @exclusivity(unchecked) private(set) var hasRoom = true
  /// No request goes out any more: the service said so, or the connection has ended.
  @exclusivity(unchecked) private var isLeaving = false
  /// The service's settings came.
  private var hasSpoken = false
  /// What a service that never spoke HTTP/2 in the clear may speak.
  private var otherwise: String { self.scheme == "https" ? "" : ": it may want TLS, or speak HTTP/1.1 only" }
  /// Ends with the service's first settings: from there on it is known to speak HTTP/2.
  @exclusivity(unchecked) private var opening: EventLoopPromise<Void>?

  private init(
    limits: WireLimits, scheme: String, trailing: String?, eventLoop: any EventLoop, farewell: HTTP2Farewell
  ) {
    self.limits = limits
    self.scheme = scheme
    self.trailing = trailing
    self.eventLoop = eventLoop
    self.farewell = farewell
  }

  /// Puts the asking side into the pipeline of a connection to the real service. Called on its event loop.
  ///
  /// - Parameters:
  ///   - scheme: `https` or `http`, as requests name it.
  ///   - trailing: A field that makes the head of a reply without a body its trailers, as gRPC has it.
  ///   - opening: How the service comes to speak HTTP/2.
  package static func dial(
    on channel: any Channel, limits: WireLimits, scheme: String, trailing: String? = nil,
    opening: HTTP2Opening = .agreed
  ) throws -> any OriginLink {
    let farewell = HTTP2Farewell()
    let configuration = HTTP2Limits.configuration(limits, isServer: false)
    let codec = NIOHTTP2Handler(
      mode: .client, frameDelegate: farewell, connectionConfiguration: configuration.connection,
      streamConfiguration: configuration.stream)
    let handler = HTTP2ClientHandler(
      limits: limits, scheme: scheme, trailing: trailing, eventLoop: channel.eventLoop, farewell: farewell)
    if case .asked(let authority) = opening {
      let asking = HTTP2UpgradeAsking(authority: authority, limits: limits)
      asking.agreed = { handler.beginUpgraded(authority: authority) }
      try channel.pipeline.syncOperations.addHandler(asking)
    }
    try channel.pipeline.syncOperations.addHandlers([codec, handler])
    let link = HTTP2ClientStream(handler)
    if case .agreed = opening { return link }
    let promise = channel.eventLoop.makePromise(of: Void.self)
    handler.opening = promise
    link.opening = promise.futureResult
    return link
  }

  /// Puts the request that was asked in HTTP/1.1 on the connection's first stream. Its bytes go nowhere, so that they may
  /// leave no trace in the table of fields.
  private func beginUpgraded(authority: String) {
    let request = Message(start: ["OPTIONS", "*"], fields: Fields([("Host", authority)]))
    let id = self.open(HTTP2ClientStream(self))
    let headers = HTTP2Heads.headers(request: request, scheme: self.scheme).unindexed
    self.write(id, .headers(.init(headers: headers, endStream: true)))
    self.context?.flush()
  }

  private func opened(_ failure: OriginFailure? = nil) {
    guard let opening = self.opening else { return }
    self.opening = nil
    if let failure { opening.fail(failure) } else { opening.succeed() }
  }

  package func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  package func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.opened(OriginFailure(.reset, "the connection to the real service is closed"))
  }

  package func channelInactive(context: ChannelHandlerContext) {
    self.isLeaving = true
    let what = self.hasSpoken ? "its reply was whole" : "it spoke HTTP/2\(self.otherwise)"
    self.failAll(OriginFailure(.reset, "the real service closed the connection before \(what)"))
    context.fireChannelInactive()
  }

  private func failAll(_ failure: OriginFailure) {
    self.opened(failure)
    let streams = self.streams.values
    self.streams.removeAll()
    for stream in streams { stream.fail(failure) }
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = self.unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let head):
      guard let stream = self.streams[frame.streamID] else { return }
      self.touched.append(stream)
      stream.heard(head.headers, isLast: head.endStream)
    case .data(let data):
      guard let stream = self.streams[frame.streamID], case .byteBuffer(let bytes) = data.data else { return }
      self.touched.append(stream)
      stream.heard(bytes, isLast: data.endStream)
    case .rstStream(let code): self.end(frame.streamID, code)
    case .goAway(let last, let code, _): self.leave(last, code)
    case .settings(.settings(let settings)):
      for setting in settings where setting.parameter == .maxConcurrentStreams { self.room = setting.value }
      self.hasSpoken = true
      self.opened()
    case .settings, .ping, .windowUpdate, .priority, .pushPromise, .alternativeService, .origin: return
    }
  }

  /// The service has ended one exchange.
  private func end(_ id: HTTP2StreamID, _ code: HTTP2ErrorCode) {
    self.streams.removeValue(forKey: id)?.fail(
      OriginFailure(
        .reset, "the real service reset the stream (RST_STREAM, \(code))", isUnheard: code == .refusedStream))
  }

  /// What the service has not begun to answer it will not answer any more.
  private func leave(_ last: HTTP2StreamID, _ code: HTTP2ErrorCode) {
    self.isLeaving = true
    for (id, stream) in self.streams where id > last {
      self.streams[id] = nil
      stream.fail(
        OriginFailure(
          .reset, "the real service takes no more requests on this connection (GOAWAY, \(code))", isUnheard: true))
    }
    self.closeIfLeft()
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    for stream in self.touched { stream.receiver?.originPaused() }
    self.touched.removeAll(keepingCapacity: true)
    context.fireChannelReadComplete()
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let window as NIOHTTP2WindowUpdatedEvent:
      guard let size = window.inboundWindowSize else { return }
      if window.streamID != .rootStream {
        self.streams[window.streamID]?.window = size
        self.streams[window.streamID]?.widen()
      } else {
        self.widen(size)
      }
    case let closed as StreamClosedEvent:
      // A stream that the service has ended is gone already: this one broke a rule.
      guard let reason = closed.reason else { return }
      self.streams.removeValue(forKey: closed.streamID)?.fail(
        OriginFailure(.malformed, "the real service's reply is not as HTTP/2 has it (\(reason))"))
    case is NIOHTTP2StreamCreatedEvent, is NIOHTTP2BulkStreamWindowChangeEvent: return
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  package func channelWritabilityChanged(context: ChannelHandlerContext) {
    let isWritable = context.channel.isWritable
    self.hasRoom = isWritable
    for stream in Array(self.streams.values) {
      stream.receiver?.originWritabilityChanged(isWritable && stream.isWritable)
    }
    context.fireChannelWritabilityChanged()
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case let error as NIOHTTP2Errors.StreamError:
      self.streams.removeValue(forKey: error.streamID)?.fail(
        OriginFailure(.malformed, "the request cannot be said in HTTP/2 (\(type(of: error.baseError)))"))
    case let failure as OriginFailure:
      self.failAll(failure)
      self.close()
    case is any NIOHTTP2Error:
      // Of a single stream the codec tells that it is closed.
      guard self.farewell.isSaid else { return }
      let words = "the real service's frames are not HTTP/2 (\(type(of: error)))\(self.hasSpoken ? "" : self.otherwise)"
      self.failAll(OriginFailure(.malformed, words))
      self.close()
    default:
      self.failAll(OriginFailure(.reset, "the connection to the real service broke: \(describe(error))"))
      self.close()
    }
  }

  // MARK: What streams do

  func open(_ stream: HTTP2ClientStream) -> HTTP2StreamID {
    let id = self.nextID
    self.nextID = id.advanced(by: 2)
    self.streams[id] = stream
    return id
  }

  /// It holds something back, which goes out when the turn ends.
  func hold(_ stream: HTTP2ClientStream) {
    self.unsent.append(stream)
    self.flushSoon()
  }

  /// - Parameter isWhole: Whether both sides have said all there was to say.
  func finished(_ id: HTTP2StreamID, isWhole: Bool) {
    guard self.streams.removeValue(forKey: id) != nil else { return }
    if !isWhole {
      self.write(id, .rstStream(.cancel))
      self.flushSoon()
    }
    self.closeIfLeft()
  }

  private func closeIfLeft() { if self.isLeaving, self.streams.isEmpty { self.close() } }
}

extension HTTP2ClientHandler: HTTP2Outlet {}

extension HTTP2ClientHandler: OriginConnection {
  /// Numbers of streams are used up at 2^31 (RFC 9113, 5.1.1).
  package var isOpen: Bool { self.context != nil && !self.isLeaving && self.nextID < HTTP2StreamID(1 << 30) }

  package var isIdle: Bool { self.streams.isEmpty && self.unopened == 0 }

  package func link() -> (any OriginLink)? {
    self.isOpen && self.streams.count + self.unopened < self.room ? HTTP2ClientStream(self) : nil
  }

  package func close() {
    self.isLeaving = true
    self.context?.close(promise: nil)
  }
}

/// How a service comes to speak HTTP/2 on a new connection.
package enum HTTP2Opening: Sendable {
  /// It is known to: it has agreed to it, or its protocol knows no other.
  case agreed
  /// It is expected to take the client's preface (RFC 9113, 3.3). The link's `opening` tells whether it has.
  case priorKnowledge
  /// It is asked in HTTP/1.1 (RFC 7540, 3.2), and the link's `opening` tells what it answered.
  case asked(authority: String)
}
