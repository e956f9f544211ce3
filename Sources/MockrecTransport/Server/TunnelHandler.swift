import MockrecEngine
import MockrecWire
import NIOCore

/// One end of a tunnel: what comes goes to the other end first, and then a copy to the tape.
final class TunnelHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  // Everything here is only touched on the event loop that both ends share, and no access spans a call.
  private let party: WireError.Party
  private let tape: any TunnelTape
  private let polling: TunnelPolling
  private var socket: NIOBSDSocket.Handle?
  @exclusivity(unchecked) private var partner: TunnelHandler?
  @exclusivity(unchecked) private var context: ChannelHandlerContext?
  @exclusivity(unchecked) private var hasPendingRead = false
  /// What came before the other end stood: a client that closes its direction at once is read to its end.
  @exclusivity(unchecked) private var held: [ByteBuffer] = []
  @exclusivity(unchecked) private var hasSpoken = false
  @exclusivity(unchecked) private var hasEnded = false
  @exclusivity(unchecked) private var isGone = false
  /// Until when this end waits for the tape to catch up; nil while it does not.
  @exclusivity(unchecked) private var patience: NIODeadline?

  /// How long a disk that hangs may stop a connection.
  private static let longestWait = TimeAmount.seconds(30)

  init(_ party: WireError.Party, tape: any TunnelTape, polling: TunnelPolling) {
    self.party = party
    self.tape = tape
    self.polling = polling
  }

  /// Ties two ends together: what waited begins to flow.
  static func join(_ client: TunnelHandler, _ server: TunnelHandler) {
    client.partner = server
    server.partner = client
    client.watch()
    server.watch()
    client.catchUp()
    server.catchUp()
    client.resume()
    server.resume()
  }

  private func watch() {
    self.socket = try? self.context?.channel.pipeline.syncOperations
      .withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
    if let socket = self.socket { self.polling.add(socket) }
  }

  /// Passes on what came before the other end stood.
  private func catchUp() {
    guard let partner = self.partner else { return }
    for bytes in self.held { partner.context?.write(self.wrapOutboundOut(bytes), promise: nil) }
    self.held = []
    partner.context?.flush()
    if self.isGone { partner.close() } else if self.hasEnded { partner.endOutput() }
  }

  /// Closes this end's direction behind what was written.
  private func endOutput() {
    guard let context = self.context else { return }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(self.wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      bound.value.close(mode: .output, promise: nil)
    }
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.partner = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = self.unwrapInboundIn(data)
    self.hasSpoken = true
    if let partner = self.partner {
      partner.context?.write(self.wrapOutboundOut(bytes), promise: nil)
    } else {
      self.held.append(bytes)
    }
    self.tape.passed(bytes, from: self.party)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if let partner = self.partner {
      partner.context?.flush()
      self.polling.passed(from: self.party)
    }
    context.fireChannelReadComplete()
  }

  /// An end that is slower than the other stops it, and so does a tape that is slower than both.
  func read(context: ChannelHandlerContext) {
    guard let partner = self.partner, partner.isWritable else {
      self.hasPendingRead = true
      return
    }
    guard !self.tape.isBehind else {
      self.hasPendingRead = true
      return self.awaitTape(context)
    }
    context.read()
  }

  private func awaitTape(_ context: ChannelHandlerContext) {
    guard self.patience == nil else { return }
    self.patience = .now() + Self.longestWait
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(1), delay: .milliseconds(1)) { task in
      let end = bound.value
      if end.tape.isBehind, let patience = end.patience, .now() < patience, end.context != nil { return }
      task.cancel()
      end.patience = nil
      if end.tape.isBehind { end.tape.giveUp() }
      end.resume()
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { self.partner?.resume() }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent {
      self.tape.ended(self.party)
      self.hasEnded = true
      self.partner?.endOutput()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.tape.ended(self.party)
    if let socket = self.socket { self.polling.remove(socket) }
    self.isGone = true
    self.partner?.close()
    self.partner = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Where a service is not heard at all, its certificate for example, the user has to know why.
    if self.party == .server, !self.hasSpoken {
      self.tape.failed(
        error as? OriginFailure
          ?? OriginFailure(.reset, "the connection to the real service broke: \(describe(error))"))
    }
    self.close()
  }

  private var isWritable: Bool { self.context?.channel.isWritable ?? false }

  private func resume() {
    guard self.hasPendingRead, let context = self.context else { return }
    self.hasPendingRead = false
    self.read(context: context)
  }

  /// What was written still goes out.
  func close() {
    guard let context = self.context else { return }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(self.wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.close(promise: nil) }
  }
}
