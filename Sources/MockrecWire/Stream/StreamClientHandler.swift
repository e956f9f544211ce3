import MockrecCore
import NIOCore

/// The asking side of a byte-stream wire on one connection to the real service.
package final class StreamClientHandler: ChannelInboundHandler, OriginLink {
  package typealias InboundIn = ByteBuffer
  package typealias OutboundOut = ByteBuffer

  package var receiver: (any ReplyReceiver)?
  package private(set) var hasReplied = false
  private var machine: any StreamConversation
  private var context: ChannelHandlerContext?
  private var hasEnded = false
  private var reply = ByteBuffer()
  /// Requests whose replies are not done.
  private var waiting = 0
  private var silence: Scheduled<Void>?

  package init(_ machine: any StreamConversation) { self.machine = machine }

  package var isWritable: Bool { self.context?.channel.isWritable ?? false }
  package var isOpen: Bool { self.context != nil && !self.hasEnded }

  package func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  package func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.receiver = nil
  }

  package func begin(_ head: Message) {
    self.hasReplied = false
    self.reply.clear()
    if let bytes = head.body.bytes, !bytes.isEmpty { self.body(ByteBuffer(bytes: bytes)) }
  }

  package func body(_ bytes: ByteBuffer) {
    self.drive { machine, events throws(WireError) in try machine.receive(bytes, from: .client, into: &events) }
    self.context?.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
  }

  package func end(_ trailers: Fields) {}
  package func setReading(_ reading: Bool) {}

  package func close() {
    self.hasEnded = true
    self.context?.close(promise: nil)
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = self.unwrapInboundIn(data)
    self.hasReplied = true
    self.drive { machine, events throws(WireError) in try machine.receive(bytes, from: .server, into: &events) }
    if self.waiting > 0 { self.settle() }
  }

  /// A reply that has no end of its own, as to a subscription, is whole when nothing more comes for a while.
  private func settle() {
    guard let context = self.context else { return }
    self.silence?.cancel()
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    self.silence = context.eventLoop.scheduleTask(in: TimeAmount(self.machine.quiet ?? Self.patience)) {
      bound.value.drive { machine, events throws(WireError) in try machine.end(of: .client, into: &events) }
    }
  }

  private static let patience = Duration.milliseconds(200)

  private func drive(_ step: (inout any StreamConversation, inout [StreamEvent]) throws(WireError) -> Void) {
    var events: [StreamEvent] = []
    do throws(WireError) {
      try step(&self.machine, &events)
    } catch {
      self.fail(OriginFailure(.malformed, "\(error)"))
      return self.close()
    }
    for event in events {
      switch event {
      case .request: self.waiting += 1
      case .reply(let bytes): self.reply.writeImmutableBuffer(bytes)
      case .done(let head, _):
        let bytes = self.reply
        self.reply = ByteBuffer()
        // Of several requests that went out together, the last one's reply is the answer.
        self.waiting -= 1
        guard self.waiting == 0 else { continue }
        self.receiver?.replyBegan(head)
        self.receiver?.replyBody(bytes)
        self.receiver?.replyEnded(Fields(), reusable: true)
      }
    }
  }

  package func channelInactive(context: ChannelHandlerContext) {
    self.hasEnded = true
    self.silence?.cancel()
    self.fail(OriginFailure(.reset, "the real service closed the connection before its reply was whole"))
    context.fireChannelInactive()
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.fail(OriginFailure(.reset, "the connection to the real service broke: \(describe(error))"))
    self.close()
  }

  private func fail(_ failure: OriginFailure) {
    let receiver = self.receiver
    self.receiver = nil
    receiver?.originFailed(failure)
  }
}
