import MockrecCore
import NIOCore

/// The asking side of a byte-stream wire on one connection to the real service.
package final class StreamClientHandler: ChannelInboundHandler, OriginLink {
  package typealias InboundIn = ByteBuffer
  package typealias OutboundOut = ByteBuffer

  /// A request whose reply is not done.
  private struct Open {
    /// What the server says unasked; nil for what the receiver asked.
    var aside: String?
    var reply = ByteBuffer()
    /// Whether the receiver has some of it already.
    var isPassedOn = false
  }

  package var receiver: (any ReplyReceiver)?
  package private(set) var hasReplied = false
  private var machine: any StreamConversation
  private var context: ChannelHandlerContext?
  private var hasEnded = false
  private var open = CircularBuffer<Open>()
  /// Requests of the receiver whose replies are not done.
  private var waiting = 0
  /// What the server said unasked, until somebody asks for it.
  private var unasked: [String: (head: Message, reply: ByteBuffer)] = [:]
  /// What was asked for that the server says unasked.
  private var wanted: String?
  private var passesUnasked = false
  private var silence: Scheduled<Void>?
  private var patience: Scheduled<Void>?

  package init(_ machine: any StreamConversation) { self.machine = machine }

  package var isWritable: Bool { self.context?.channel.isWritable ?? false }
  package var isOpen: Bool { self.context != nil && !self.hasEnded }

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    self.drive { machine, events throws(WireError) in try machine.begin(into: &events) }
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.receiver = nil
  }

  /// A machine whose server may speak unasked has words for that, which stand last in the start line: nothing is sent.
  package func begin(_ head: Message) {
    self.hasReplied = false
    if let aside = head.start.last, aside.hasPrefix("@") {
      if let said = self.unasked.removeValue(forKey: aside) { return self.answer(said.head, said.reply) }
      self.wanted = aside
    } else if let bytes = head.body.bytes, !bytes.isEmpty {
      self.body(ByteBuffer(bytes: bytes))
    }
    self.listenForSilence()
    self.waitForReply()
  }

  package func body(_ bytes: ByteBuffer) {
    // What comes from here on answers something else.
    self.unasked.removeAll()
    self.drive { machine, events throws(WireError) in try machine.receive(bytes, from: .client, into: &events) }
    self.context?.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
  }

  package func end(_ trailers: Fields) {
    guard self.machine.endsRequestsByClosing, self.wanted == nil else { return }
    self.drive { machine, events throws(WireError) in try machine.end(of: .client, into: &events) }
    self.context?.close(mode: .output, promise: nil)
  }

  package func setReading(_ reading: Bool) {
    // Where whole replies are gathered, they are read to their end.
    guard self.passesUnasked, let context = self.context else { return }
    context.channel.setOption(.autoRead, value: reading).whenComplete { _ in }
  }

  package func passUnasked() { self.passesUnasked = true }

  package func close() {
    self.hasEnded = true
    self.context?.close(promise: nil)
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = self.unwrapInboundIn(data)
    self.hasReplied = true
    self.patience?.cancel()
    self.drive { machine, events throws(WireError) in try machine.receive(bytes, from: .server, into: &events) }
    if self.passesUnasked { self.drive { machine, events throws(WireError) in machine.endOpenReply(into: &events) } }
    self.listenForSilence()
  }

  /// A reply that has no end of its own, as to a subscription, is whole when nothing more comes for a while.
  private func listenForSilence() {
    guard let context = self.context, !self.machine.endsRequestsByClosing else { return }
    let quiet = self.machine.quiet
    guard quiet != nil || self.waiting > 0 else { return }
    self.silence?.cancel()
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    // Shorter than the silence after which a fake says what was said unasked: else two of its replies were one.
    let wait = quiet.map { $0 * 3 / 5 } ?? Self.usualSilence
    self.silence = context.eventLoop.scheduleTask(in: TimeAmount(wait)) {
      bound.value.drive { machine, events throws(WireError) in
        if quiet == nil { try machine.end(of: .client, into: &events) } else { try machine.fellSilent(into: &events) }
      }
    }
  }

  private static let usualSilence = Duration.milliseconds(200)

  /// A request that the server does not answer has an empty reply.
  private func waitForReply() {
    guard let context = self.context, let patience = self.machine.patience else { return }
    self.patience?.cancel()
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    self.patience = context.eventLoop.scheduleTask(in: TimeAmount(patience)) {
      let link = bound.value
      guard link.waiting > 0 || link.wanted != nil else { return }
      // What the machine waits for is over for us, too: what may still come answers nobody.
      for index in link.open.indices { link.open[index].aside = link.open[index].aside ?? "" }
      link.waiting = 0
      link.wanted = nil
      link.answer(Message(start: []), ByteBuffer())
    }
  }

  private func drive(_ step: (inout any StreamConversation, inout [StreamEvent]) throws(WireError) -> Void) {
    var events: [StreamEvent] = []
    do throws(WireError) {
      try step(&self.machine, &events)
    } catch {
      self.fail(OriginFailure(.malformed, "\(error)"))
      return self.close()
    }
    for event in events { self.take(event) }
  }

  private func take(_ event: StreamEvent) {
    switch event {
    case .request(let request):
      if case .silence = request.unrecorded {
        self.open.append(Open(aside: request.message.start.last ?? ""))
      } else {
        self.open.append(Open())
        self.waiting += 1
      }
    case .reply(let bytes):
      if self.passesUnasked { return self.passOn(bytes) }
      guard !self.open.isEmpty else { return }
      self.open[self.open.startIndex].reply.writeImmutableBuffer(bytes)
    case .done(let head, _):
      guard let done = self.open.popFirst() else { return }
      if let aside = done.aside {
        if aside == self.wanted {
          self.wanted = nil
          self.answer(head, done.reply)
        } else if done.reply.readableBytes > 0 {
          self.unasked[aside] = (head, done.reply)
        }
        return
      }
      // Of several requests that went out together, the last one's reply is the answer.
      self.waiting -= 1
      if self.waiting == 0 { self.answer(head, done.reply, isBegun: done.isPassedOn) }
    }
  }

  /// Passes on what the service says as it comes.
  private func passOn(_ bytes: ByteBuffer) {
    guard let first = self.open.first, first.aside == nil else {
      self.receiver?.originSaid(bytes)
      return
    }
    if !first.isPassedOn {
      self.open[self.open.startIndex].isPassedOn = true
      self.receiver?.replyBegan(Message(start: []))
    }
    self.patience?.cancel()
    self.receiver?.replyBody(bytes)
    self.receiver?.originPaused()
  }

  private func answer(_ head: Message, _ reply: ByteBuffer, isBegun: Bool = false) {
    self.patience?.cancel()
    if !isBegun {
      self.receiver?.replyBegan(head)
      self.receiver?.replyBody(reply)
    }
    self.receiver?.replyEnded(Fields(), reusable: !head.closesConnection && !self.hasEnded)
  }

  package func channelInactive(context: ChannelHandlerContext) {
    self.hasEnded = true
    self.silence?.cancel()
    self.patience?.cancel()
    // A reply may be whole because nothing more can come.
    if self.machine.patience != nil || self.machine.endsRequestsByClosing {
      self.drive { machine, events throws(WireError) in try machine.end(of: .server, into: &events) }
    }
    self.fail(OriginFailure(.reset, "the real service closed the connection before its reply was whole"))
    context.fireChannelInactive()
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.fail(
      error as? OriginFailure ?? OriginFailure(.reset, "the connection to the real service broke: \(describe(error))"))
    self.close()
  }

  private func fail(_ failure: OriginFailure) {
    let receiver = self.receiver
    self.receiver = nil
    receiver?.originFailed(failure)
  }
}
