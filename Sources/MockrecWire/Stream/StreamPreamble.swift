import MockrecCore
import NIOCore

/// Says a wire's preamble on a new connection to the real service, and takes its replies; then it is gone.
package final class StreamPreamble: ChannelInboundHandler, RemovableChannelHandler {
  package typealias InboundIn = ByteBuffer

  private let bytes: [UInt8]
  private var machine: any StreamConversation
  private var waiting = 0
  private var promise: EventLoopPromise<Void>?

  private init(_ bytes: [UInt8], _ machine: any StreamConversation, _ promise: EventLoopPromise<Void>) {
    self.bytes = bytes
    self.machine = machine
    self.promise = promise
  }

  /// - Returns: Succeeds when every reply has come; fails with an `OriginFailure` where one is an error.
  package static func say(
    _ wire: any StreamWire, to origin: OriginAddress, limits: WireLimits, on channel: any Channel
  ) -> EventLoopFuture<Void> {
    let bytes = wire.preamble(to: origin)
    guard !bytes.isEmpty else { return channel.eventLoop.makeSucceededVoidFuture() }
    return channel.eventLoop.flatSubmit {
      let promise = channel.eventLoop.makePromise(of: Void.self)
      let handler = StreamPreamble(bytes, wire.conversation(limits: limits), promise)
      do {
        try channel.pipeline.syncOperations.addHandler(handler)
        handler.begin(on: channel)
      } catch {
        promise.fail(error)
      }
      let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
      return promise.futureResult.flatMap { channel.pipeline.syncOperations.removeHandler(bound.value) }
    }
  }

  private func begin(on channel: any Channel) {
    let bytes = ByteBuffer(bytes: self.bytes)
    self.drive { machine, events throws(WireError) in try machine.receive(bytes, from: .client, into: &events) }
    channel.writeAndFlush(bytes, promise: nil)
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = self.unwrapInboundIn(data)
    self.drive { machine, events throws(WireError) in try machine.receive(bytes, from: .server, into: &events) }
  }

  package func channelInactive(context: ChannelHandlerContext) {
    self.fail("the real service closed the connection before it took the credentials of its address")
    context.fireChannelInactive()
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.fail("the connection to the real service broke: \(describe(error))")
    context.close(promise: nil)
  }

  private func drive(_ step: (inout any StreamConversation, inout [StreamEvent]) throws(WireError) -> Void) {
    var events: [StreamEvent] = []
    do throws(WireError) { try step(&self.machine, &events) } catch { return self.fail("\(error)") }
    for event in events {
      switch event {
      case .request: self.waiting += 1
      case .reply: continue
      case .done(let head, let failed):
        if failed {
          return self.fail(
            "the real service refuses what its address says: \(head.start.dropFirst().joined(separator: " "))")
        }
        self.waiting -= 1
        guard self.waiting == 0 else { continue }
        self.promise?.succeed()
        self.promise = nil
      }
    }
  }

  private func fail(_ message: String) {
    self.promise?.fail(OriginFailure(.malformed, message))
    self.promise = nil
  }
}
