import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// What all connections share that are answered by the real service.
package final class OriginRun: Sendable {
  package let service: Service
  package let origin: OriginAddress
  /// Keeps what is exchanged; nil where nothing is to be kept.
  package let recorder: Recorder?
  package let tally: Tally
  package let journal: any JournalSink
  private let ended = Atomic<Bool>(false)

  var hasEnded: Bool { self.ended.load(ordering: .acquiring) }

  /// The event loops are about to end.
  package func end() { self.ended.store(true, ordering: .releasing) }

  package init(
    service: Service, origin: OriginAddress, recorder: Recorder?, tally: Tally, journal: any JournalSink
  ) {
    self.service = service
    self.origin = origin
    self.recorder = recorder
    self.tally = tally
    self.journal = journal
  }
}

/// Answers one connection by asking the real service, and lets a recorder listen.
///
/// Bodies stream both ways; a side that is slower than the other stops it, so that memory stays flat.
package final class OriginConversation: Conversation {
  private enum Phase {
    case idle
    /// The request has begun, a connection is on its way; what of the body comes is held.
    case connecting
    case asking
    case answering
    /// The reply has ended before the request: the rest of the request still goes its way.
    case answered(Fields)
    /// Both have ended, and the reply's end waits until the recorder has the exchange on disk.
    case keeping(Fields)

    var isAnswered: Bool { if case .answered = self { true } else { false } }
  }

  private let run: OriginRun
  private let writer: any ReplyWriter
  private let connector: any OriginConnector
  private let connection: Int
  /// Whether it has its connection to the real service for itself, as protocols want it that remember what was said on
  /// it, and passes on what that says unasked.
  private let isAlone: Bool
  @exclusivity(unchecked) private var phase = Phase.idle
  @exclusivity(unchecked) private var link: (any OriginLink)?
  @exclusivity(unchecked) private var isReused = false
  /// The request is for what the service says unasked.
  @exclusivity(unchecked) private var isAside = false
  /// Both sides say messages, and either may end it.
  @exclusivity(unchecked) private var isDialogue = false
  /// What the service has to be spoken to in, where not everything will do.
  @exclusivity(unchecked) private var applicationProtocol: String?
  @exclusivity(unchecked) private var request: Message?
  @exclusivity(unchecked) private var held = CircularBuffer<ByteBuffer>()
  @exclusivity(unchecked) private var trailers: Fields?
  @exclusivity(unchecked) private var sentBody = false
  /// What was sent of the body, as long as all of it may be sent again; nil where it is too long for that.
  @exclusivity(unchecked) private var repeatable: ByteBuffer?
  private static let longestRepeatable = 64 << 10
  @exclusivity(unchecked) private var tape: Tape?
  /// When the real service should have begun its reply.
  @exclusivity(unchecked) private var deadline: NIODeadline?
  private var watching: Scheduled<Void>?
  /// Told when the disk takes too long.
  private var patience: Scheduled<Void>?
  /// A reply that is one head, which goes out with its end.
  @exclusivity(unchecked) private var wholeHead: Message?
  @exclusivity(unchecked) private var generation = 0
  /// How often the service has refused to look at the request.
  @exclusivity(unchecked) private var attempts = 0
  private static let mostAttempts = 16

  package init(
    run: OriginRun, writer: any ReplyWriter, connector: any OriginConnector, connection: Int, isAlone: Bool = false
  ) {
    self.isAlone = isAlone
    self.run = run
    self.writer = writer
    self.connector = connector
    self.connection = connection
  }

  package func requestBegan(_ request: any WireRequest) {
    let message = request.message
    self.request = message
    self.trailers = nil
    self.wholeHead = nil
    self.attempts = 0
    self.sentBody = false
    self.repeatable = ByteBuffer()
    self.tape = self.run.recorder.map { Tape(message, recorder: $0) }
    self.isDialogue = request.isDialogue || self.run.service.wire.cutter(for: message) != nil
    self.applicationProtocol = request.isDialogue ? self.run.service.wire.applicationProtocol(for: message) : nil
    if self.isAlone { return self.beginAlone(request) }
    if let link = self.connector.idle(speaking: self.applicationProtocol) {
      self.connected(link, isReused: true)
    } else {
      self.connect()
    }
  }

  /// What a fault concerns is not recorded.
  package func fault(_ silent: SilentFault?) {
    self.tape?.abandon()
    self.tape = nil
  }

  private func beginAlone(_ request: any WireRequest) {
    if case .silence = request.unrecorded { self.isAside = true } else { self.isAside = false }
    if let link = self.link, link.isOpen { self.connected(link, isReused: false) } else { self.connect() }
  }

  private func connect() {
    self.phase = .connecting
    self.generation += 1
    let generation = self.generation
    self.connector.connect(speaking: self.applicationProtocol) { result in
      guard self.generation == generation, case .connecting = self.phase else {
        if case .success(let link) = result { link.close() }
        return
      }
      switch result {
      case .success(let link): self.connected(link, isReused: false)
      case .failure(let failure): self.fail(failure)
      }
    }
    // A new connection takes a while: the client's body waits in the client's buffers.
    if case .connecting = self.phase { self.writer.setReading(false) }
  }

  private func connected(_ link: any OriginLink, isReused: Bool) {
    guard let request = self.request else { return link.close() }
    self.link = link
    self.isReused = isReused
    self.phase = .asking
    link.receiver = self
    if self.isAlone { link.passUnasked() }
    if self.isAside {
      // What the service says unasked is passed on when it comes: nobody has to ask for it.
      self.request = nil
      self.phase = .idle
      self.writer.setReading(true)
      self.writer.begin(Message(start: []))
      return self.writer.end(Fields())
    }
    // The exchange before may have ended while this connection was told to wait.
    link.setReading(true)
    link.begin(self.run.service.wire.outgoing(request, to: self.run.origin))
    while let bytes = self.held.popFirst() { self.send(bytes) }
    if let trailers = self.trailers { self.endRequest(trailers) }
    self.writer.setReading(true)
  }

  package func requestBody(_ bytes: ByteBuffer) {
    self.tape?.requestBody(bytes)
    self.dropLongTape()
    switch self.phase {
    case .connecting: self.held.append(bytes)
    case .asking, .answering, .answered: self.send(bytes)
    case .idle, .keeping: return
    }
    if self.run.recorder?.isCongested == true { self.pauseForRecorder() }
  }

  private func dropLongTape() {
    guard let tape = self.tape, tape.isTooLong else { return }
    tape.abandon()
    self.tape = nil
  }

  private func send(_ bytes: ByteBuffer) {
    guard let link = self.link else { return }
    self.sentBody = true
    self.keepRepeatable(bytes, link)
    link.body(bytes)
    if !link.isWritable { self.writer.setReading(false) }
  }

  /// Only a connection of many requests says of one that it was not heard.
  private func keepRepeatable(_ bytes: ByteBuffer, _ link: any OriginLink) {
    guard case .asking = self.phase, let before = self.repeatable?.readableBytes else { return }
    guard link.connection != nil, before + bytes.readableBytes <= Self.longestRepeatable else {
      self.repeatable = nil
      return
    }
    if before == 0 { self.repeatable = bytes } else { self.repeatable?.writeImmutableBuffer(bytes) }
  }

  package func requestEnded(_ trailers: Fields) {
    self.tape?.requestEnded(trailers)
    self.trailers = trailers
    switch self.phase {
    case .idle, .connecting, .keeping: return
    case .asking, .answering: self.endRequest(trailers)
    case .answered(let replyTrailers):
      self.link?.end(trailers)
      self.detach()?.close()
      self.complete(replyTrailers)
    }
  }

  private func endRequest(_ trailers: Fields) {
    self.link?.end(trailers)
    // A command, and a call, may wait for as long as its client does.
    guard case .asking = self.phase, !self.isAlone, !self.isDialogue else { return }
    self.deadline = .now() + TimeAmount(self.run.service.timeout)
    if self.watching == nil { self.watch() }
  }

  /// Looks whether the reply is late, when it would be: one timer a connection, however many requests.
  private func watch() {
    guard let deadline = self.deadline else { return }
    let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
    self.watching = self.writer.eventLoop.scheduleTask(deadline: deadline) {
      let conversation = bound.value
      conversation.watching = nil
      guard let deadline = conversation.deadline else { return }
      guard deadline <= .now() else { return conversation.watch() }
      conversation.fail(OriginFailure(.timedOut, "no reply within \(conversation.run.service.timeout)"))
    }
  }

  /// Gives up on the real service for this request.
  private func fail(_ failure: OriginFailure) {
    let link = self.detach()
    link?.close()
    guard let request = self.request else { return }
    self.request = nil
    if let reply = self.tape?.givenUp {
      // The service gave up when its client did.
      self.tape?.leave(connection: self.connection)
      self.tape = nil
      self.phase = .idle
      return self.answer(reply)
    }
    self.tape?.abandon()
    self.tape = nil
    let wasAnswering = if case .answering = self.phase { true } else { false }
    self.phase = .idle
    self.held.removeAll()
    let clean = self.run.service.wire.redact(
      Exchange(request: request), with: self.run.service.rules.redactor
    ).request
    let summary = self.run.service.wire.request(from: clean).summary
    self.run.tally.fail("\(summary): \(failure.message)")
    self.run.journal.write(
      JournalEvent(
        service: self.run.service.name, outcome: .failed, summary: summary, status: failure.kind.rawValue,
        connection: self.connection, note: failure.message))
    guard !wasAnswering else { return self.writer.abort() }
    self.answer(self.run.service.wire.failureReply(failure, origin: self.run.origin))
  }

  private func answer(_ reply: Message) {
    self.writer.setReading(true)
    self.writer.begin(reply)
    self.writer.body(ByteBuffer(bytes: reply.body.bytes ?? []))
    self.writer.end(Fields())
  }

  private func detach() -> (any OriginLink)? {
    self.deadline = nil
    let link = self.link
    link?.receiver = nil
    self.link = nil
    return link
  }

  package func refused(_ error: WireError) {
    self.run.tally.refuse("\(error)")
    self.run.journal.write(
      JournalEvent(
        service: self.run.service.name, outcome: .refused, summary: "", connection: self.connection, note: "\(error)"))
    // What a client broke is not what it had heard enough of.
    self.tape?.abandon()
    self.tape = nil
    self.closed()
  }

  package func inputEnded() {
    self.tape?.inputEnded()
    // Who says nothing more and listens to a stream has gone: HTTP has no other way to leave one.
    guard self.trailers != nil, self.tape?.isStream == true || self.isUnderWay else { return }
    self.closed()
    self.writer.abort()
  }

  /// Whether a dialogue waits for what the service says.
  private var isUnderWay: Bool {
    switch self.phase {
    case .connecting, .asking, .answering: self.isDialogue
    case .idle, .answered, .keeping: false
    }
  }

  package func writabilityChanged(_ writable: Bool) { self.link?.setReading(writable) }

  package func closed() {
    self.generation += 1
    // A dialogue may end so.
    if self.isDialogue, self.tape == nil, case .answering = self.phase { self.run.tally.forward() }
    self.phase = .idle
    self.request = nil
    self.detach()?.close()
    self.watching?.cancel()
    self.watching = nil
    guard let tape = self.tape else { return }
    self.tape = nil
    if tape.isDialogue { return tape.leave(connection: self.connection) }
    // Of a stream, what the client has heard is what it wanted.
    guard self.trailers != nil, tape.isStream else { return tape.abandon() }
    _ = tape.finish(Fields(), ending: .left, connection: self.connection) {}
  }

  /// The disk is slower than both sides: they wait.
  private func pauseForRecorder() {
    self.writer.setReading(false)
    self.link?.setReading(false)
    let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
    self.writer.eventLoop.scheduleTask(in: .milliseconds(1)) {
      let conversation = bound.value
      if conversation.run.recorder?.isCongested == true { return conversation.pauseForRecorder() }
      if conversation.link?.isWritable ?? true { conversation.writer.setReading(true) }
      if conversation.writer.isWritable { conversation.link?.setReading(true) }
    }
  }
}

extension OriginConversation: ReplyReceiver {
  package func interim(_ head: Message) { self.writer.interim(head) }

  package func replyBegan(_ head: Message) { self.begin(head) { self.writer.begin($0) } }

  package func replyIsWhole(_ head: Message, _ trailers: Fields, reusable: Bool) {
    guard case .asking = self.phase else { return }
    self.begin(head) { _ in
      var whole = head
      whole.trailers = trailers
      self.wholeHead = self.run.service.wire.ready(whole)
    }
    self.replyEnded(trailers, reusable: reusable)
  }

  private func begin(_ head: Message, _ write: (Message) -> Void) {
    guard case .asking = self.phase else { return }
    self.deadline = nil
    self.repeatable = nil
    self.phase = .answering
    let reply = self.run.service.wire.incoming(head, from: self.run.origin)
    // The service may not want to.
    if self.run.service.wire.chunking(of: reply) != .dialogue { self.isDialogue = false }
    self.tape?.replyBegan(reply)
    write(reply)
  }

  private func end(_ trailers: Fields) {
    guard let head = self.wholeHead else { return self.writer.end(trailers) }
    self.wholeHead = nil
    self.writer.begin(head)
    self.writer.end(Fields())
  }

  package func replyBody(_ bytes: ByteBuffer) {
    self.tape?.replyBody(bytes)
    self.dropLongTape()
    self.writer.body(bytes)
    if !self.writer.isWritable { self.link?.setReading(false) }
    if self.run.recorder?.isCongested == true { self.pauseForRecorder() }
  }

  package func replyEnded(_ trailers: Fields, reusable: Bool) {
    // What a client still says of a call that has its status is not heard.
    guard self.trailers != nil || self.isDialogue else {
      self.phase = .answered(trailers)
      return self.end(trailers)
    }
    if self.isAlone, reusable {
      self.complete(trailers) { $0.kept() }
      return
    }
    if let link = self.detach() {
      if reusable { self.connector.release(link) } else { link.close() }
    }
    self.complete(trailers) { $0.kept() }
  }

  /// Request and reply have both ended.
  ///
  /// - Parameter whenKept: Is called on the event loop when the exchange is on disk: a client that has its whole answer
  ///   can rely on the recording, whatever happens to this process next. A disk that hangs delays it by a second at most.
  private func complete(_ trailers: Fields, whenKept: ((OriginConversation) -> Void)? = nil) {
    self.phase = whenKept == nil ? .idle : .keeping(trailers)
    self.request = nil
    self.generation += 1
    guard let tape = self.tape else {
      self.run.tally.forward()
      whenKept?(self)
      return
    }
    self.tape = nil
    let loop = self.writer.eventLoop
    let bound = NIOLoopBound((conversation: self, act: whenKept), eventLoop: loop)
    let generation = self.generation
    let run = self.run
    let act: @Sendable () -> Void = {
      guard bound.value.conversation.generation == generation else { return }
      bound.value.act?(bound.value.conversation)
    }
    let wasKept = tape.finish(trailers, connection: self.connection) {
      // The event loops of a run that has ended take no more work.
      if !run.hasEnded { loop.execute(act) }
    }
    if wasKept { whenKept?(self) } else if whenKept != nil { self.patience = loop.scheduleTask(in: .seconds(1), act) }
  }

  private func kept() {
    guard case .keeping(let trailers) = self.phase else { return }
    self.patience?.cancel()
    self.patience = nil
    self.phase = .idle
    self.end(trailers)
  }

  package func originPaused() {
    // The end of a reply that is being kept is not told before.
    if case .keeping = self.phase { return }
    self.writer.flush()
  }

  package func originSaid(_ bytes: ByteBuffer) { self.writer.push(bytes) }

  package func originFailed(_ failure: OriginFailure) {
    // The run is over, and with it all its connections.
    if self.run.hasEnded { return self.closed() }
    let link = self.detach()
    if self.isAlone {
      // What the service remembered of the connection is gone, and the client has to know.
      self.fail(failure)
      return self.writer.endConversation()
    }
    // The reply is whole: that the service hears no more of the request changes nothing.
    if self.phase.isAnswered { return }
    if failure.isUnheard, case .asking = self.phase, let body = self.repeatable, self.attempts < Self.mostAttempts {
      self.attempts += 1
      if body.readableBytes > 0 { self.held.append(body) }
      self.repeatable = ByteBuffer()
      if let link = self.connector.idle(speaking: self.applicationProtocol) {
        self.connected(link, isReused: true)
      } else {
        self.connect()
      }
      return
    }
    // The service closed an idle connection in the moment it was used again: nothing of the request was heard.
    if case .asking = self.phase, self.isReused, link?.hasReplied != true, !self.sentBody,
      let request = self.request, self.run.service.wire.isRepeatable(request)
    {
      return self.connect()
    }
    self.fail(failure)
  }

  package func originWritabilityChanged(_ writable: Bool) {
    if self.link != nil { self.writer.setReading(writable) }
  }
}
