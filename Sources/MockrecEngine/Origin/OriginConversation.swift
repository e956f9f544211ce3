import MockrecCore
import MockrecWire
import NIOCore

/// Answers one connection by asking the real service, and lets a recorder listen.
///
/// Bodies stream both ways; a side that is slower than the other stops it, so that memory stays flat.
package final class OriginConversation: Conversation {
  enum Phase {
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

  let run: OriginRun
  let writer: any ReplyWriter
  let connector: any OriginConnector
  let connection: Int
  /// Whether it has its connection to the real service for itself, as protocols want it that remember what was said on
  /// it, and passes on what that says unasked.
  let isAlone: Bool
  @exclusivity(unchecked) var phase = Phase.idle
  @exclusivity(unchecked) var link: (any OriginLink)?
  @exclusivity(unchecked) var isReused = false
  /// The request is for what the service says unasked.
  @exclusivity(unchecked) private var isAside = false
  /// Both sides say messages, and either may end it.
  @exclusivity(unchecked) var isDialogue = false
  /// What the service has to be spoken to in, where not everything will do.
  @exclusivity(unchecked) var applicationProtocol: String?
  @exclusivity(unchecked) var request: Message?
  @exclusivity(unchecked) var held = CircularBuffer<ByteBuffer>()
  @exclusivity(unchecked) var trailers: Fields?
  @exclusivity(unchecked) var sentBody = false
  /// What was sent of the body, as long as all of it may be sent again; nil where it is too long for that.
  @exclusivity(unchecked) var repeatable: ByteBuffer?
  private static let longestRepeatable = 64 << 10
  @exclusivity(unchecked) var tape: Tape?
  /// When the real service should have begun its reply.
  @exclusivity(unchecked) var deadline: NIODeadline?
  private var watching: Scheduled<Void>?
  /// Told when the disk takes too long.
  var patience: Scheduled<Void>?
  /// A reply that is one head, which goes out with its end.
  @exclusivity(unchecked) var wholeHead: Message?
  @exclusivity(unchecked) var generation = 0
  /// How often the service has refused to look at the request.
  @exclusivity(unchecked) var attempts = 0
  static let mostAttempts = 16

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

  func connect() {
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

  func connected(_ link: any OriginLink, isReused: Bool) {
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

  func dropLongTape() {
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
  func fail(_ failure: OriginFailure) {
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

  func detach() -> (any OriginLink)? {
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
  func pauseForRecorder() {
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
