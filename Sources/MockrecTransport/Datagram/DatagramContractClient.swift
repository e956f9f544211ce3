import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import NIOPosix

/// Asks services of a datagram wire, each request from a socket of its own. What comes back until a silence is the answer;
/// nothing may come back.
package final class DatagramContractClient: ContractClient {
  private let wire: any DatagramWire
  private let limits: WireLimits
  private let loop: any EventLoop
  /// Bytes of one answer, where no limit is set.
  private static let longest = 64 << 20

  package init(wire: any DatagramWire, limits: WireLimits, group: any EventLoopGroup) {
    self.wire = wire
    self.limits = limits
    self.loop = group.next()
  }

  package func ask(_ request: ContractRequest) async throws(OriginFailure) -> Answer {
    let address = request.message.start.count > 1 ? request.message.start[1] : ""
    guard let url = URLComponents(string: address), let host = url.host, let port = url.port else {
      throw OriginFailure(.unreachable, "'\(address)' is no address of a service")
    }
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    let clock = ContinuousClock()
    let began = clock.now
    let bytes = try await self.exchange(request.message.body.bytes ?? [], host: bare, port: port)
    let reply = Message.reply(request.message.start.first ?? "", Body(bytes))
    return self.wire.answer(reply, duration: began.duration(to: clock.now), url: address)
  }

  private func exchange(_ datagram: [UInt8], host: String, port: Int) async throws(OriginFailure) -> [UInt8] {
    let limit = self.limits.bodyBytes ?? Self.longest
    let quiet = self.wire.conversation(limits: self.limits).quiet ?? .milliseconds(200)
    let promise = self.loop.makePromise(of: [UInt8].self)
    do {
      let channel = try await DatagramBootstrap(group: self.loop)
        .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              DatagramAnswer(datagram, quiet: quiet, limit: limit, promise))
          }
        }
        .connect(host: host, port: port).get()
      let bytes = try await promise.futureResult.get()
      // It has said all that is wanted of it.
      try? await channel.close().get()
      return bytes
    } catch {
      promise.fail(error)
      throw error as? OriginFailure ?? OriginFailure(.unreachable, "cannot ask \(host):\(port): \(error)")
    }
  }
}

/// Sends one datagram and collects what comes back.
private final class DatagramAnswer: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let request: [UInt8]
  private let quiet: TimeAmount
  private let limit: Int
  private var promise: EventLoopPromise<[UInt8]>?
  private var reply = ByteBuffer()
  private var silence: Scheduled<Void>?

  init(_ request: [UInt8], quiet: Duration, limit: Int, _ promise: EventLoopPromise<[UInt8]>) {
    self.request = request
    self.quiet = TimeAmount(quiet)
    self.limit = limit
    self.promise = promise
  }

  func channelActive(context: ChannelHandlerContext) {
    if let origin = context.channel.remoteAddress {
      context.channel.writeAndFlush(
        AddressedEnvelope(remoteAddress: origin, data: ByteBuffer(bytes: self.request)), promise: nil)
    }
    self.listen(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.reply.writeImmutableBuffer(Datagrams.pack(self.unwrapInboundIn(data).data))
    guard self.reply.readableBytes <= self.limit else {
      // A service that never falls silent never ends its answer.
      self.promise?.fail(OriginFailure(.malformed, "an answer of more than \(self.limit) bytes"))
      self.promise = nil
      return context.close(promise: nil)
    }
    self.listen(context)
  }

  private func listen(_ context: ChannelHandlerContext) {
    self.silence?.cancel()
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    self.silence = context.eventLoop.scheduleTask(in: self.quiet) {
      bound.value.promise?.succeed(Array(bound.value.reply.readableBytesView))
      bound.value.promise = nil
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.promise?.fail(error)
    self.promise = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.silence?.cancel()
    self.promise?.fail(ChannelError.eof)
    self.promise = nil
    context.fireChannelInactive()
  }
}
