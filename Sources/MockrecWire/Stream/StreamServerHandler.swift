import MockrecCore
import NIOCore

/// The answering side of a byte-stream wire on one connection: what its machine cuts out of the bytes become calls of a
/// conversation, one request at a time; replies become bytes.
package final class StreamServerHandler: ChannelDuplexHandler {
  package typealias InboundIn = ByteBuffer
  package typealias OutboundIn = Never
  package typealias OutboundOut = IOData

  // Everything here is only touched on the connection's event loop, and no access spans a call.
  package let eventLoop: any EventLoop
  private let limits: WireLimits
  @exclusivity(unchecked) private var machine: any StreamConversation
  @exclusivity(unchecked) package var conversation: (any Conversation)?
  @exclusivity(unchecked) private var context: ChannelHandlerContext?
  @exclusivity(unchecked) private var events: [StreamEvent] = []
  /// Requests that a client pipelined: they wait until the reply before them has ended.
  @exclusivity(unchecked) private var waiting = CircularBuffer<any WireRequest>()
  /// The request that is being answered.
  @exclusivity(unchecked) private var current: (any WireRequest)?
  /// What is wrong with what came behind the requests that wait.
  @exclusivity(unchecked) private var fault: WireError?
  /// The reply under way is the last one.
  @exclusivity(unchecked) private var closesBehind = false
  @exclusivity(unchecked) private var isAdvancing = false
  @exclusivity(unchecked) private var unsent = ByteBuffer()
  @exclusivity(unchecked) package var turnFlush = TurnFlush()
  @exclusivity(unchecked) private var isClosing = false
  @exclusivity(unchecked) private var hasEnded = false
  @exclusivity(unchecked) private var isReading = true
  private var hasPendingRead = false
  /// Whether a timer runs for a client that stopped within a message, and whether anything came since it began.
  @exclusivity(unchecked) private var watch: Scheduled<Void>?
  @exclusivity(unchecked) private var wasActive = false
  private var silence: Scheduled<Void>?
  /// When a byte last passed, in either direction.
  @exclusivity(unchecked) private var lastByte = NIODeadline.now()

  /// The tag of a reply behind which the connection is closed.
  package static let closes: UInt32 = 1

  /// Replies are gathered up to this many bytes before they are written.
  private static let longestGathered = 64 << 10

  package init(_ machine: any StreamConversation, limits: WireLimits, eventLoop: any EventLoop) {
    self.machine = machine
    self.limits = limits
    self.eventLoop = eventLoop
  }

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { self.began() }
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.conversation = nil
  }

  package func channelActive(context: ChannelHandlerContext) {
    self.began()
    context.fireChannelActive()
  }

  /// A machine whose server speaks first has something to ask before the client says anything.
  private func began() {
    self.drive { machine, events throws(WireError) in try machine.begin(into: &events) }
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !self.isClosing, self.fault == nil else { return }
    self.wasActive = true
    let bytes = self.unwrapInboundIn(data)
    if self.current == nil, self.waiting.isEmpty {
      self.drive { machine, events throws(WireError) in try machine.serve(bytes, by: self, into: &events) }
    } else {
      self.drive { machine, events throws(WireError) in try machine.receive(bytes, from: .client, into: &events) }
    }
    self.watchHalf()
    self.listenForSilence()
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    self.flushSoon()
    context.fireChannelReadComplete()
  }

  package func read(context: ChannelHandlerContext) {
    if self.isReading, self.waiting.isEmpty, context.channel.hasRoom {
      context.read()
    } else {
      self.hasPendingRead = true
    }
  }

  package func channelInactive(context: ChannelHandlerContext) {
    self.isClosing = true
    self.silence?.cancel()
    self.watch?.cancel()
    if let fault = self.fault { self.conversation?.refused(fault) }
    self.conversation?.closed()
    self.conversation = nil
    context.fireChannelInactive()
  }

  package func channelWritabilityChanged(context: ChannelHandlerContext) {
    self.conversation?.writabilityChanged(context.channel.isWritable)
    if context.channel.isWritable, self.waiting.isEmpty { self.resumeReading() }
    context.fireChannelWritabilityChanged()
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent {
      self.drive { machine, events throws(WireError) in try machine.end(of: .client, into: &events) }
      self.hasEnded = true
      self.conversation?.inputEnded()
      self.closeWhenAnswered()
    }
    context.fireUserInboundEventTriggered(event)
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.isClosing = true
    context.close(promise: nil)
  }

  private func drive(_ step: (inout any StreamConversation, inout [StreamEvent]) throws(WireError) -> Void) {
    var events = self.events
    self.events = []
    do throws(WireError) {
      try step(&self.machine, &events)
    } catch {
      self.take(events)
      return self.refuse(error)
    }
    self.take(events)
    events.removeAll(keepingCapacity: true)
    self.events = events
  }

  private func take(_ events: [StreamEvent]) {
    self.conversation?.answered()
    for case .request(let request) in events { self.waiting.append(request) }
    self.advance()
  }

  /// Asks what waits, in a loop and not in calls of calls: a reply that is ready at once comes back here.
  private func advance() {
    guard !self.isAdvancing else { return }
    self.isAdvancing = true
    while self.current == nil, !self.isClosing, let request = self.waiting.popFirst() {
      self.current = request
      self.conversation?.requestBegan(request)
      self.conversation?.requestEnded(Fields())
    }
    self.isAdvancing = false
    if let fault = self.fault, self.current == nil, self.waiting.isEmpty { return self.refuse(fault) }
    if self.waiting.isEmpty { self.resumeReading() }
    self.closeWhenAnswered()
  }

  private func resumeReading() {
    guard self.isReading, self.hasPendingRead, let context = self.context, context.channel.hasRoom else { return }
    self.hasPendingRead = false
    context.read()
  }

  /// A byte has passed: tells the machine when none does for a while. One timer a connection, however many bytes.
  private func listenForSilence() {
    guard let quiet = self.machine.quiet else { return }
    self.lastByte = .now()
    if self.silence == nil { self.awaitSilence(TimeAmount(quiet)) }
  }

  private func awaitSilence(_ quiet: TimeAmount) {
    guard !self.isClosing else { return }
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    self.silence = self.eventLoop.scheduleTask(deadline: self.lastByte + quiet) {
      let handler = bound.value
      handler.silence = nil
      guard .now() - handler.lastByte >= quiet else { return handler.awaitSilence(quiet) }
      handler.drive { machine, events throws(WireError) in try machine.fellSilent(into: &events) }
    }
  }

  /// Ends a connection whose client stops within a message, one to two times the limit later. One that waits between two
  /// messages is left alone: pools of clients do that for hours.
  private func watchHalf() {
    guard self.watch == nil, self.machine.stalled() != nil else { return }
    self.wasActive = false
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    self.watch = self.eventLoop.scheduleTask(in: TimeAmount(self.limits.idle)) {
      let handler = bound.value
      handler.watch = nil
      guard handler.context != nil, !handler.isClosing, let error = handler.machine.stalled() else { return }
      let awaitsClient = handler.current == nil && handler.isReading && !handler.wasActive
      if awaitsClient { handler.refuse(error) } else { handler.watchHalf() }
    }
  }

  /// Who broke the protocol is parted from when everything before that has been answered.
  private func refuse(_ error: WireError) {
    guard self.current == nil, self.waiting.isEmpty else {
      self.fault = self.fault ?? error
      return
    }
    self.fault = nil
    self.conversation?.refused(error)
    switch self.machine.refusal(of: error) {
    case .nothing: break
    case .reply(let bytes): self.unsent.writeImmutableBuffer(bytes)
    case .breakOff: self.unsent.clear()
    }
    self.close()
  }

  private func closeWhenAnswered() {
    guard self.hasEnded, self.current == nil, self.waiting.isEmpty, !self.isClosing else { return }
    if let error = self.machine.stalled() { self.refuse(error) } else { self.close() }
  }

  private func close() {
    guard !self.isClosing, let context = self.context else { return }
    self.isClosing = true
    let bound = NIOLoopBound(context, eventLoop: self.eventLoop)
    self.writeUnsent()
    context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(ByteBuffer()))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }

  private func writeUnsent() {
    guard self.unsent.readableBytes > 0, let context = self.context else { return }
    context.write(self.wrapOutboundOut(.byteBuffer(self.unsent)), promise: nil)
    self.unsent = context.channel.allocator.buffer(capacity: 1024)
  }

  private func flushSoon() { TurnFlush.schedule(self, on: self.eventLoop) }

  private func append(_ bytes: ByteBuffer, isReply: Bool = true) {
    // The machine follows what is said to the client: which database was chosen, which version of the protocol.
    var events: [StreamEvent] = []
    do throws(WireError) {
      if isReply, bytes.readableBytes > 0 {
        try self.machine.answered(bytes, into: &events)
      } else {
        try self.machine.receive(bytes, from: .server, into: &events)
      }
    } catch {
      // A reply that was written by hand may be anything; it is sent as it is.
    }
    // Where the server's word ends what the client was saying, that is a request.
    for case .request(let request) in events { self.waiting.append(request) }
    if bytes.readableBytes > 0 { self.listenForSilence() }
    self.unsent.writeImmutableBuffer(bytes)
    if self.unsent.readableBytes > Self.longestGathered { self.writeUnsent() }
    self.flushSoon()
  }
}

extension StreamServerHandler: StreamAnswerer {
  package func answer(_ frame: UnsafeRawBufferPointer) -> Bool {
    guard let conversation = self.conversation, conversation.answer(frame, into: &self.unsent) else { return false }
    if self.unsent.readableBytes > Self.longestGathered { self.writeUnsent() }
    return true
  }
}

extension StreamServerHandler: ReplyWriter {
  package var isWritable: Bool { self.context?.channel.isWritable ?? false }

  package var unsentBytes: Int {
    self.unsent.readableBytes + (self.context?.channel.unsentBytes ?? 0)
  }

  package func send(_ reply: PreparedReply) {
    if reply.tag & Self.closes != 0 { self.closesBehind = true }
    if let path = reply.file {
      self.writeUnsent()
      guard let context = self.context, context.writeFile(path, length: reply.fileLength) else { return self.abort() }
      self.drive { machine, events throws(WireError) in machine.answeredByFile(into: &events) }
      return self.finish()
    }
    var bytes = reply.bytes
    self.current?.patch(&bytes)
    self.append(bytes)
    self.finish()
  }

  package var awaitsLeave: Bool { false }
  package func wantBody() {}
  package func interim(_ head: Message) {}
  package func begin(_ head: Message) { if head.closesConnection { self.closesBehind = true } }
  package func body(_ bytes: ByteBuffer) { self.append(bytes) }
  package func end(_ trailers: Fields) { self.finish() }
  package func flush() { self.flushSoon() }
  package func settle() { self.writeUnsent() }

  package func push(_ bytes: ByteBuffer) { self.append(bytes, isReply: false) }
  package func endConversation() { self.close() }

  package func abort() {
    self.isClosing = true
    self.writeUnsent()
    self.context?.flush()
    self.context?.close(promise: nil)
  }

  package func setReading(_ reading: Bool) {
    self.isReading = reading
    if reading, self.waiting.isEmpty { self.resumeReading() }
  }

  private func finish() {
    self.current = nil
    if self.closesBehind { self.close() }
    self.advance()
  }
}

extension StreamServerHandler: TurnFlushing {
  package func turnEnded() {
    self.writeUnsent()
    self.context?.flush()
  }
}
