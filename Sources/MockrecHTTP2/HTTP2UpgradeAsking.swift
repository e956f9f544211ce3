import MockrecWire
import NIOCore

/// Asks a service for HTTP/2 in HTTP/1.1 (`Upgrade: h2c`, RFC 7540, 3.2), by a request that concerns no resource, and
/// holds back what is said in HTTP/2 until the service has agreed.
///
/// Its request is that of the connection's first stream from there on, which the codec above is told by the same request in
/// HTTP/2. The bytes of that are kept from the service.
final class HTTP2UpgradeAsking: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private let authority: String
  private let limits: WireLimits
  private enum Phase {
    case begun
    case asking
    /// What is written is the request that was asked already.
    case dropping
    /// HTTP/2 is spoken, or nothing any more.
    case over
  }

  private var phase = Phase.begun
  private var begun = ByteBuffer()
  /// How much of it holds no end of a head.
  private var searched = 0
  private var held: [(data: IOData, promise: EventLoopPromise<Void>?)] = []
  /// Called when the service has agreed: writes the request as HTTP/2 has it.
  var agreed: (() -> Void)?

  /// - Parameter authority: Whom the request is for, as in its field `Host`.
  init(authority: String, limits: WireLimits) {
    self.authority = authority
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { self.ask(context) } }

  func channelActive(context: ChannelHandlerContext) {
    self.ask(context)
    context.fireChannelActive()
  }

  private func ask(_ context: ChannelHandlerContext) {
    guard case .begun = self.phase else { return }
    self.phase = .asking
    // The settings are those that follow, but one has to be said: no pushes (ENABLE_PUSH, 0).
    let request =
      "OPTIONS * HTTP/1.1\r\nHost: \(self.authority)\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
      + "HTTP2-Settings: AAIAAAAA\r\n\r\n"
    context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(ByteBuffer(string: request))), promise: nil)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch self.phase {
    case .begun, .asking: self.held.append((self.unwrapOutboundIn(data), promise))
    case .dropping: promise?.succeed()
    case .over: context.write(data, promise: promise)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .asking = self.phase else { return }
    var bytes = self.unwrapInboundIn(data)
    self.begun.writeBuffer(&bytes)
    while let head = self.nextHead() {
      let status = head.split(separator: " ", maxSplits: 2).dropFirst().first
      guard head.hasPrefix("HTTP/1."), let status, status.count == 3 else { return self.failUnknown(context) }
      if status == "101" { return self.begin(context) }
      guard status.first == "1" else {
        let code = status.utf8.allSatisfy { (48...57).contains($0) } ? String(status) : "no status"
        return self.fail(
          context, "speaks HTTP/1.1 only, and answers \(code) to Upgrade: write http:// in its address, not h2c://")
      }
    }
    if !self.begun.readableBytesView.starts(with: "HTTP/1.".utf8.prefix(self.begun.readableBytes)) {
      self.failUnknown(context)
    } else if self.begun.readableBytes > self.limits.headBytes {
      self.fail(context, "answers the request for HTTP/2 with a head over the limit")
    }
  }

  /// Takes a whole head from what came; nil where there is none yet.
  private func nextHead() -> String? {
    let view = self.begun.readableBytesView
    let end = view.indices.dropFirst(self.searched).first { view[$0...].starts(with: "\r\n\r\n".utf8) }
    self.searched = end == nil ? max(0, view.count - 3) : 0
    return end.flatMap { self.begun.readString(length: $0 + 4 - view.startIndex) }
  }

  private func failUnknown(_ context: ChannelHandlerContext) {
    self.fail(context, "speaks neither HTTP/2 nor HTTP/1.1")
  }

  private func fail(_ context: ChannelHandlerContext, _ text: String) {
    self.phase = .over
    context.fireErrorCaught(OriginFailure(.malformed, "the real service \(text)"))
  }

  private func begin(_ context: ChannelHandlerContext) {
    for (data, promise) in self.held { context.write(self.wrapOutboundOut(data), promise: promise) }
    self.held.removeAll()
    context.flush()
    self.phase = .dropping
    self.agreed?()
    self.agreed = nil
    self.phase = .over
    if self.begun.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(self.begun)) }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    for (_, promise) in self.held { promise?.fail(ChannelError.ioOnClosedChannel) }
    self.held.removeAll()
    self.agreed = nil
  }
}
