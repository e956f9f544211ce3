import MockrecCore
import MockrecWire
import NIOCore

/// The answering side of a datagram wire: each client's address has a conversation of its own.
final class DatagramServerHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private let wire: any DatagramWire
  private let limits: WireLimits
  private let conversation: (any ReplyWriter) -> any Conversation
  private var peers: DatagramPeers<DatagramPeer>
  private var sweep: RepeatedTask?

  init(
    wire: any DatagramWire, limits: WireLimits, conversation: @escaping (any ReplyWriter) -> any Conversation
  ) {
    self.wire = wire
    self.limits = limits
    self.conversation = conversation
    self.peers = DatagramPeers(idle: limits.idle)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let interval = self.peers.interval
    self.sweep = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      for peer in bound.value.peers.takeIdle() { peer.close() }
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = self.unwrapInboundIn(data)
    self.peer(at: envelope.remoteAddress, context).receive(envelope.data)
  }

  private func peer(at address: SocketAddress, _ context: ChannelHandlerContext) -> DatagramPeer {
    if let known = self.peers.heard(address) { return known }
    let peer = DatagramPeer(self.wire.conversation(limits: self.limits), address: address, channel: context.channel)
    peer.conversation = self.conversation(peer)
    self.peers.add(peer, at: address)?.close()
    return peer
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.sweep?.cancel()
    for peer in self.peers.takeAll() { peer.close() }
    context.fireChannelInactive()
  }

  /// One datagram that cannot be read or sent says nothing of the next.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

/// One client: its datagrams are requests, asked one at a time. Only used on the socket's event loop.
final class DatagramPeer: ReplyWriter {
  var conversation: (any Conversation)?
  private var machine: any StreamConversation
  private let address: SocketAddress
  private let channel: any Channel
  private var waiting = CircularBuffer<any WireRequest>()
  private var current: (any WireRequest)?
  private var isAdvancing = false
  private var reply = ByteBuffer()

  /// Requests of one client that wait for the reply before them; more are lost, as datagrams are.
  private static let mostWaiting = 1024

  init(_ machine: any StreamConversation, address: SocketAddress, channel: any Channel) {
    self.machine = machine
    self.address = address
    self.channel = channel
  }

  var eventLoop: any EventLoop { self.channel.eventLoop }
  var isWritable: Bool { self.channel.isWritable }

  func receive(_ datagram: ByteBuffer) {
    var events: [StreamEvent] = []
    do throws(WireError) {
      try self.machine.receive(datagram, from: .client, into: &events)
    } catch {
      self.conversation?.refused(error)
    }
    for case .request(let request) in events where self.waiting.count < Self.mostWaiting {
      self.waiting.append(request)
    }
    self.advance()
  }

  private func advance() {
    guard !self.isAdvancing else { return }
    self.isAdvancing = true
    while self.current == nil, let request = self.waiting.popFirst() {
      self.current = request
      self.conversation?.requestBegan(request)
      self.conversation?.requestEnded(Fields())
    }
    self.isAdvancing = false
  }

  func close() {
    self.conversation?.closed()
    self.conversation = nil
  }

  func send(_ reply: PreparedReply) {
    self.reply = reply.bytes
    self.end(Fields())
  }

  var awaitsLeave: Bool { false }
  func wantBody() {}
  func interim(_ head: Message) {}
  func begin(_ head: Message) {}
  func body(_ bytes: ByteBuffer) { self.reply.writeImmutableBuffer(bytes) }

  func end(_ trailers: Fields) {
    var bytes = self.reply
    self.reply = ByteBuffer()
    self.current?.patch(&bytes)
    for datagram in Datagrams.unpack(Array(bytes.readableBytesView)) { self.push(ByteBuffer(bytes: datagram)) }
    self.finish()
  }

  func push(_ datagram: ByteBuffer) {
    self.channel.writeAndFlush(AddressedEnvelope(remoteAddress: self.address, data: datagram), promise: nil)
  }

  /// There is no connection to be closed.
  func endConversation() {}

  func flush() {}
  func settle() {}
  func abort() { self.finish() }
  func setReading(_ reading: Bool) {}

  private func finish() {
    self.current = nil
    self.advance()
  }
}
