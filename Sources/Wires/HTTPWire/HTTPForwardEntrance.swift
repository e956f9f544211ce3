import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1

extension HTTPWire: ForwardWire {
  package func serveForward(on channel: any Channel, limits: WireLimits, gateway: any ForwardGateway) throws {
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(
        leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop,
        limitConfiguration: Self.decoderLimits(limits)))
    try channel.pipeline.syncOperations.addHandlers([
      decoder, HTTPForwardEntrance(wire: self, limits: limits, gateway: gateway, decoder: decoder),
    ])
  }
}

/// Looks at a connection's first request: CONNECT begins a tunnel (RFC 9110, 9.3.6), in which the client speaks HTTP, over TLS
/// or in the clear; any other is for the service that its target names, as are those behind it.
final class HTTPForwardEntrance: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  private let wire: HTTPWire
  private let limits: WireLimits
  private let gateway: any ForwardGateway
  private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private var target: ForwardTarget?

  init(
    wire: HTTPWire, limits: WireLimits, gateway: any ForwardGateway, decoder: ByteToMessageHandler<HTTPRequestDecoder>
  ) {
    self.wire = wire
    self.limits = limits
    self.gateway = gateway
    self.decoder = decoder
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch self.unwrapInboundIn(data) {
    case .head(let head) where head.method == .CONNECT:
      self.target = ForwardTarget(connect: head.uri)
      if self.target == nil {
        let text = "CONNECT \(head.uri.prefix(100)), whose target is not HOST:PORT"
        self.refuse(WireError(.client, .malformed, text), context)
      }
    case .head:
      self.forward(data, context)
    case .body: break
    case .end:
      if let target = self.target { self.open(target, context) }
    }
  }

  /// The connection is a client's of a proxy, request by request.
  private func forward(_ head: NIOAny, _ context: ChannelHandlerContext) {
    let (gateway, channel) = (self.gateway, context.channel)
    let handler = HTTPServerHandler(limits: self.limits, eventLoop: context.eventLoop)
    handler.conversation = HTTPForwardConversation(gateway: gateway, writer: handler, channel: channel)
    do {
      try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
    } catch {
      return context.close(promise: nil)
    }
    context.fireChannelRead(head)
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  /// The connection is a tunnel from here on.
  private func open(_ target: ForwardTarget, _ context: ChannelHandlerContext) {
    let opening = HTTPTunnelOpening(wire: self.wire, limits: self.limits, gateway: self.gateway, target: target)
    let established = ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n")
    context.writeAndFlush(self.wrapOutboundOut(established), promise: nil)
    do {
      try context.pipeline.syncOperations.addHandler(opening, position: .after(self))
    } catch {
      return context.close(promise: nil)
    }
    // What the client sent behind its request is handed on by the decoder as it leaves.
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
    context.pipeline.syncOperations.removeHandler(self.decoder, promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let refusal = HTTPRefusal.describe(error) else { return context.close(promise: nil) }
    self.refuse(refusal, context)
  }

  private func refuse(_ error: WireError, _ context: ChannelHandlerContext) {
    let reply = HTTPRefusal.reply(error, status: "400 Bad Request")
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(self.wrapOutboundOut(reply)).whenComplete { _ in bound.value.close(promise: nil) }
  }
}

/// Waits for the first byte in a tunnel, which tells TLS from HTTP in the clear.
final class HTTPTunnelOpening: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  /// The content type of a TLS record with a handshake message (RFC 8446, 5.1).
  private static let handshake: UInt8 = 22

  private let wire: HTTPWire
  private let limits: WireLimits
  private let gateway: any ForwardGateway
  private let target: ForwardTarget

  init(wire: HTTPWire, limits: WireLimits, gateway: any ForwardGateway, target: ForwardTarget) {
    self.wire = wire
    self.limits = limits
    self.gateway = gateway
    self.target = target
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = self.unwrapInboundIn(data)
    guard let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return }
    var target = self.target
    let (gateway, channel) = (self.gateway, context.channel)
    do {
      if first == Self.handshake {
        target.scheme = "https"
        try gateway.protect(channel, host: target.host)
      }
      try self.wire.serve(on: channel, limits: self.limits) { writer in
        HTTPForwardConversation(gateway: gateway, writer: writer, channel: channel, target: target)
      }
    } catch {
      return context.close(promise: nil)
    }
    context.fireChannelRead(data)
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}

extension ForwardTarget {
  /// The target of a CONNECT: `host:port` (RFC 9110, 9.3.6). Whether it is TLS is seen later.
  init?(connect target: String) {
    guard let colon = target.lastIndex(of: ":"), let port = Int(target[target.index(after: colon)...]) else {
      return nil
    }
    self.init(scheme: "http", host: target[..<colon], port: port)
  }

  /// The target of a request to a proxy: `http://host:port/path` (RFC 9112, 3.2.2).
  init?(absolute target: String) {
    guard let separator = target.firstRange(of: "://") else { return nil }
    let scheme = target[..<separator.lowerBound].lowercased()
    guard let usual = HTTPWire().schemes[scheme]?.port else { return nil }
    var authority = target[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
    guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else {
      self.init(scheme: scheme, host: authority, port: usual)
      return
    }
    guard let port = Int(authority[authority.index(after: colon)...]) else { return nil }
    self.init(scheme: scheme, host: authority[..<colon], port: port)
  }

  private init?(scheme: String, host: Substring, port: Int) {
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let bare = isBracketed ? host.dropFirst().dropLast() : host
    let fits = bare.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
      case UInt8(ascii: ":"): isBracketed
      default: false
      }
    }
    guard fits, (1...253).contains(bare.utf8.count), (1...65535).contains(port) else { return nil }
    self.init(scheme: scheme, host: String(bare), port: port)
  }
}
