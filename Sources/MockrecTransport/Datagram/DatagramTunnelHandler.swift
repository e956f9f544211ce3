import MockrecEngine
import MockrecWire
import NIOCore
import NIOPosix

/// Forwards datagrams to a real service as they are, from a socket of its own for each client, while a tape listens to
/// each.
final class DatagramTunnelHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let tunnel: Tunnel
  private let tape: () -> any TunnelTape
  private var peers: DatagramPeers<DatagramRoute>
  private var sweep: RepeatedTask?

  init(tunnel: Tunnel, tape: @escaping () -> any TunnelTape) {
    self.tunnel = tunnel
    self.tape = tape
    self.peers = DatagramPeers(idle: tunnel.service.limits.idle)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let interval = self.peers.interval
    self.sweep = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      for route in bound.value.peers.takeIdle() { route.close() }
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = self.unwrapInboundIn(data)
    self.route(of: envelope.remoteAddress, context).forward(envelope.data)
  }

  private func route(of client: SocketAddress, _ context: ChannelHandlerContext) -> DatagramRoute {
    if let known = self.peers.heard(client), !known.isClosed { return known }
    let route = DatagramRoute(client: client, listener: context.channel, tape: self.tape())
    self.peers.add(route, at: client)?.close()
    route.connect(to: self.tunnel.origin)
    return route
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.sweep?.cancel()
    for route in self.peers.takeAll() { route.close() }
    context.fireChannelInactive()
  }

  /// One datagram that cannot be read or sent says nothing of the next.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

/// The way of one client's datagrams to the real service and back. Only used on the listener's event loop.
final class DatagramRoute: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let client: SocketAddress
  private let listener: any Channel
  private let tape: any TunnelTape
  private var upstream: (any Channel)?
  private var origin: SocketAddress?
  private var authority = ""
  /// Datagrams that came before the way stood.
  private var held: [ByteBuffer] = []
  private(set) var isClosed = false

  private static let mostHeld = 1024

  init(client: SocketAddress, listener: any Channel, tape: any TunnelTape) {
    self.client = client
    self.listener = listener
    self.tape = tape
  }

  func connect(to origin: OriginAddress) {
    self.authority = origin.authority
    let bound = NIOLoopBound(self, eventLoop: self.listener.eventLoop)
    DatagramBootstrap(group: self.listener.eventLoop)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
      }
      .connect(host: origin.host, port: origin.port)
      .hop(to: self.listener.eventLoop)
      .whenComplete { result in
        switch result {
        case .success(let channel): bound.value.opened(channel)
        case .failure(let error): bound.value.fail("cannot send to \(origin.authority): \(error)")
        }
      }
  }

  private func opened(_ channel: any Channel) {
    guard !self.isClosed else { return channel.close(promise: nil) }
    self.upstream = channel
    self.origin = channel.remoteAddress
    for datagram in self.held { self.send(datagram) }
    self.held = []
  }

  func forward(_ datagram: ByteBuffer) {
    // A socket reads each datagram into a buffer for the longest: what is kept is a copy.
    let datagram = ByteBuffer(bytes: datagram.readableBytesView)
    if self.upstream != nil {
      self.send(datagram)
    } else if self.held.count < Self.mostHeld {
      self.held.append(datagram)
    }
    self.passed(datagram, from: .client)
  }

  /// Datagrams cannot be made to wait.
  private func passed(_ datagram: ByteBuffer, from party: WireError.Party) {
    if self.tape.isBehind { self.tape.giveUp() }
    self.tape.passed(datagram, from: party)
  }

  private func send(_ datagram: ByteBuffer) {
    guard let upstream = self.upstream, let origin = self.origin else { return }
    upstream.writeAndFlush(AddressedEnvelope(remoteAddress: origin, data: datagram), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let datagram = ByteBuffer(bytes: self.unwrapInboundIn(data).data.readableBytesView)
    self.listener.writeAndFlush(AddressedEnvelope(remoteAddress: self.client, data: datagram), promise: nil)
    self.passed(datagram, from: .server)
  }

  /// That nobody listens is told by an error. It may change: the client's next datagram gets a way of its own.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? IOError, error.errnoCode == ECONNREFUSED else { return }
    self.fail("nobody listens on \(self.authority)")
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.close()
    context.fireChannelInactive()
  }

  private func fail(_ text: String) {
    guard !self.isClosed else { return }
    self.tape.failed(OriginFailure(.unreachable, text))
    self.close()
  }

  func close() {
    guard !self.isClosed else { return }
    self.isClosed = true
    self.tape.ended(.client)
    self.upstream?.close(promise: nil)
    self.upstream = nil
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
