import MockrecCore
import MockrecWire
import NIOCore

/// Answers one connection from a cassette.
///
/// A recorded request is answered where it is read: one look-up, one write of bytes that were ready before. Only a miss
/// leaves the event loop, to be diagnosed.
package final class ReplayConversation: Conversation {
  // Only touched on the connection's event loop, and no access spans a call (see HTTPServerHandler).
  let replayer: Replayer
  let index: CassetteIndex
  private let calls: AtomicCounters
  let rules: MatchRules
  /// What reads requests where their bytes lie; nil for a wire that has to put its requests together.
  private let wire: (any StreamWire)?
  /// Whether requests are sequences of messages.
  let holdsMessages: Bool
  let writer: any ReplyWriter
  private let served: ServedBuffer
  let connection: Int32
  /// Answers what the cassette does not hold, where the user wants that.
  let origin: (any Conversation)?
  @exclusivity(unchecked) var request: (any WireRequest)?
  @exclusivity(unchecked) var builder: (any KeyBuilder)?
  @exclusivity(unchecked) var started: Int64 = 0
  @exclusivity(unchecked) var bodyBytes = 0
  @exclusivity(unchecked) var handedOver = false
  /// What silent faults answer from; nil where there are none.
  private let memory: AnswerMemory?
  /// Where it is noted who answers a request; nil where nobody asks.
  let requestNote: RequestNote?
  /// What the overlay said of the request: that it is to be remembered, that a fault concerns it, and which.
  @exclusivity(unchecked) var isRemembered = false
  @exclusivity(unchecked) var isFaulted = false
  @exclusivity(unchecked) var silent: SilentFault?
  @exclusivity(unchecked) private var turn = ServedTurn()
  /// Sends the reply under way, where that goes piece by piece.
  @exclusivity(unchecked) private var player: StreamPlayer?
  /// Whether it was looked up that such a request was recorded.
  @exclusivity(unchecked) var isHeadKnown = false
  /// The request under way, where such a one may be answered before its end.
  @exclusivity(unchecked) var dialogue: Dialogue?
  /// Holds the reply back, where its entry says so.
  @exclusivity(unchecked) private var timer = LoopTimer()
  /// Answers the request under way, where the cassette has none such.
  @exclusivity(unchecked) var standIn: (any StandIn)?

  package init(
    replayer: Replayer, writer: any ReplyWriter, served: ServedBuffer, connection: Int, origin: (any Conversation)?,
    memory: AnswerMemory? = nil, note: RequestNote? = nil
  ) {
    self.replayer = replayer
    self.index = replayer.index
    self.calls = replayer.state.calls
    self.rules = replayer.service.rules
    self.wire = replayer.service.wire as? any StreamWire
    self.holdsMessages = replayer.service.wire.holdsMessages
    self.writer = writer
    self.served = served
    self.connection = Int32(truncatingIfNeeded: connection)
    self.origin = origin
    self.memory = memory
    self.requestNote = note
  }

  package func answer(_ frame: UnsafeRawBufferPointer, into reply: inout ByteBuffer) -> Bool {
    guard let wire = self.wire, self.replayer.sequence == .repeat else { return false }
    let found = withUnsafeTemporaryAllocation(byteCount: frame.count, alignment: 1) { head -> Int? in
      guard let length = wire.plainHead(of: frame, self.rules, into: head) else { return nil }
      return self.index.table.find(UnsafeRawBufferPointer(rebasing: head[..<length]))
    }
    guard let found, self.index.groups[found].isBytes else { return false }
    let step = self.index.step(of: self.index.groups[found], call: self.calls.next(found))
    reply.writeImmutableBuffer(step.reply.bytes)
    self.turn.add(step.entry)
    return true
  }

  package func answered() { self.turn.end(into: self.served, connection: self.connection) }

  package func requestBegan(_ request: any WireRequest) {
    self.request = request
    self.builder = nil
    self.bodyBytes = 0
    self.handedOver = false
    self.standIn = nil
    self.player = nil
    self.isHeadKnown = false
    self.isRemembered = false
    self.isFaulted = false
    self.silent = nil
    self.started = ServedTurn.now
    self.dialogue = nil
    if self.origin == nil, let standIn = request.standIn, !self.index.heads.contains(request.key(self.rules).head) {
      self.standIn = standIn
      self.writer.begin(standIn.head)
      return
    }
    guard self.writer.awaitsLeave else { return self.beginDialogue(request) }
    // Where the service answered before it had the body, the client gets that answer and sends none.
    if self.index.table.find(request.key(self.rules)) != nil { return self.requestEnded(Fields()) }
    self.writer.wantBody()
  }

  func handOver(_ request: any WireRequest) {
    self.request = nil
    self.requestNote?.answered(by: .forwarded)
    self.handedOver = true
    self.origin?.requestBegan(request)
  }

  package func speaksFirst(_ request: any WireRequest) -> Bool? {
    let head = request.key(self.rules).head
    // What is not recorded may be asked of a service of which nothing is known.
    return self.index.heads.contains(head) || self.origin == nil ? self.index.speaksFirst(head) : nil
  }

  /// Answers a request that goes on with its reply, where no such is recorded: nobody waits for its end.
  func answerAtOnce(_ request: any WireRequest) {
    guard self.origin != nil, self.index.table.find(request.key(self.rules)) == nil else {
      return self.requestEnded(Fields())
    }
    self.handOver(request)
  }

  package func remember() {
    if self.handedOver { self.origin?.remember() } else { self.isRemembered = true }
  }

  package func fault(_ silent: SilentFault?) {
    if self.handedOver { return self.origin?.fault(silent) ?? () }
    self.isFaulted = true
    self.silent = silent
  }

  package func requestBody(_ bytes: ByteBuffer) {
    if let standIn = self.standIn {
      self.answer(standIn.hear(bytes))
      return standIn.isOver ? self.end(standIn) : ()
    }
    if self.handedOver { return self.origin?.requestBody(bytes) ?? () }
    // What is still said of a request that has its answer.
    guard self.request != nil || self.dialogue != nil else { return }
    self.bodyBytes += bytes.readableBytes
    if self.builder == nil {
      self.builder = self.request?.keyBuilder(self.rules, limits: self.replayer.bodyLimits)
    }
    bytes.withUnsafeReadableBytes { self.builder?.feed($0) }
    guard self.dialogue != nil else { return self.missEarly() }
    if let answers = self.builder?.takeAnswers() { self.answer(answers) }
    self.followDialogue()
  }

  package func requestEnded(_ trailers: Fields) {
    if let standIn = self.standIn { return self.end(standIn) }
    if self.handedOver { return self.origin?.requestEnded(trailers) ?? () }
    guard let request = self.request else { return }
    if self.dialogue?.isOver == true {
      self.request = nil
      return self.note()
    }
    let key = self.builder?.finish() ?? request.key(self.rules)
    let index = self.index
    if self.replayer.hasAdded, let (id, reply) = self.replayer.added(request, key, body: self.body) {
      self.requestNote?.answered(by: .added(id))
      return self.send(reply)
    }
    if index.mocks != nil, self.answer(.beforeRecorded, request, key) { return }
    guard let found = index.find(key) else {
      if index.mocks != nil, self.answer(.behindRecorded, request, key) { return }
      if let dialogue = self.dialogue, dialogue.endsEarly { return self.end(dialogue) }
      if let reply = self.replayer.published(to: request) { return self.publish(reply, request) }
      return self.missed(request, key, trailers, .unknown)
    }
    if let dialogue = self.dialogue, dialogue.end(found) {
      // A client that has ended what goes on is told that it has.
      if dialogue.isOpenEnded, self.replayer.service.wire.farewell.readableBytes > 0 { return self.end(dialogue) }
      self.request = nil
      return self.note()
    }
    let group = index.groups[found]
    if self.calls[found] >= group.calls, !request.repeats {
      return self.missed(request, key, trailers, .unknown)
    }
    // Asked twice, the client hears the second answer.
    if self.silent == .applyTwice { _ = self.calls.next(found) }
    let call = self.calls.next(found)
    if self.replayer.sequence == .once, call >= group.calls {
      let last = index.entries[Int(index.steps[group.steps.upperBound - 1].entry)]
      return self.missed(request, key, trailers, .exhausted(entry: last))
    }
    let step = index.step(of: group, call: call)
    self.requestNote?.answered(by: .entry(step.entry))
    self.request = nil
    self.builder = nil
    let wait = self.replayer.wait(before: step.reply, to: key, occurrence: call)
    if wait > .zero { self.later(wait) { $0.answer(step, request, key) } } else { self.answer(step, request, key) }
    self.note(step.entry, wait)
  }

  private func answer(_ step: CassetteIndex.Step, _ request: any WireRequest, _ key: MatchKey) {
    if self.isRemembered || self.silent != nil {
      self.send(step.reply, for: request, key)
    } else if let stream = step.reply.stream {
      self.player = StreamPlayer(stream, self.writer, pace: self.replayer.streamPace)
      self.player?.begin()
      self.player?.resume()
    } else {
      self.writer.send(step.reply)
    }
  }

  private func later(_ wait: Duration, _ body: @escaping (ReplayConversation) -> Void) {
    self.timer.start(in: wait, on: self.writer.eventLoop) { body(self) }
  }

  private func publish(_ reply: Message, _ request: any WireRequest) {
    self.request = nil
    self.builder = nil
    self.requestNote?.settle()
    self.answer(reply)
    let replayer = self.replayer
    replayer.tally.publish()
    replayer.journal.write(
      JournalEvent(
        service: replayer.service.name, outcome: .served, summary: replayer.redactedSummary(request.message),
        status: replayer.service.wire.status(of: reply), connection: Int(self.connection), started: self.started,
        duration: .nanoseconds(ServedTurn.now - self.started), replyBytes: reply.body.bytes?.count ?? 0))
  }

  /// The request's body; nil where it was too long to be kept.
  private var body: [UInt8]? { self.builder.map(\.kept) ?? [] }

  /// - Returns: Whether a mock of the cassette answers the request.
  private func answer(_ place: MockBook.Place, _ request: any WireRequest, _ key: MatchKey) -> Bool {
    guard let (entry, reply) = self.replayer.mock(place, request, key, body: self.body) else { return false }
    self.requestNote?.answered(by: .entry(entry))
    self.send(reply)
    self.note(entry, reply.wait)
    return true
  }

  private func send(_ reply: MockReply) {
    self.request = nil
    self.builder = nil
    if self.silent != nil { self.writer.faultWasIdle() }
    if reply.wait > .zero { self.later(reply.wait) { $0.answer(reply.content) } } else { self.answer(reply.content) }
  }

  private func answer(_ content: MockReply.Content) {
    switch content {
    case .prepared(let reply): self.writer.send(reply)
    case .rendered(let reply): self.answer(reply)
    }
  }

  /// Answers as a silent fault wants it; `reply` is what was recorded.
  private func send(_ reply: PreparedReply, for request: any WireRequest, _ key: MatchKey) {
    let wire = self.replayer.service.wire
    if self.silent == .evict { return self.answer(wire.absence(of: request)) }
    let subject = wire.subject(of: request)
    guard let memory = self.memory, let changes = subject.changes else { return self.writer.send(reply) }
    if changes {
      let isKept = memory.wrote(subject, isDropped: self.silent == .dropWrite)
      if !isKept { self.writer.faultWasIdle() }
      return self.writer.send(reply)
    }
    switch memory.read(key, subject, .prepared(reply), fault: self.silent) {
    case .asIs, .earlier(.message):
      // A request that is applied twice has been.
      if self.silent != nil, self.silent != .applyTwice { self.writer.faultWasIdle() }
      self.writer.send(reply)
    case .earlier(.prepared(let earlier)): self.writer.send(earlier)
    case .absence: self.answer(wire.absence(of: request))
    }
  }

  /// An entry has answered the request under way, or does so when this time has passed.
  func note(_ entry: Int32, _ wait: Duration = .zero) {
    var nanoseconds = ServedTurn.now - self.started
    if wait > .zero { nanoseconds += TimeAmount(wait).nanoseconds }
    self.served.append(
      ServedEvent(entry: entry, connection: self.connection, started: self.started, nanoseconds: nanoseconds))
  }

  /// What stands in for a service says something.
  func answer(_ bytes: ByteBuffer) {
    guard bytes.readableBytes > 0 else { return }
    self.writer.body(bytes)
    self.writer.settle()
    self.writer.flush()
  }

  func end(_ standIn: any StandIn) {
    self.request = nil
    self.builder = nil
    guard let (rest, trailers) = standIn.end() else { return }
    self.standIn = nil
    self.answer(rest)
    self.writer.end(trailers)
  }

  func answer(_ reply: Message) {
    self.writer.begin(reply)
    self.writer.body(ByteBuffer(bytes: reply.body.bytes ?? []))
    self.writer.end(Fields())
  }

  package func refused(_ error: WireError) {
    if self.handedOver, let origin = self.origin { return origin.refused(error) }
    self.replayer.tally.refuse("\(error)")
    self.replayer.journal.write(
      JournalEvent(
        service: self.replayer.service.name, outcome: .refused, summary: "", connection: Int(self.connection),
        note: "\(error)"))
  }

  package func writabilityChanged(_ writable: Bool) {
    if writable {
      self.player?.resume()
      self.dialogue?.resume()
    }
    self.origin?.writabilityChanged(writable)
  }

  package func inputEnded() {
    // A stream without end would keep its connection for ever.
    guard self.player != nil || self.dialogue?.isOpenEnded == true || self.standIn != nil else { return }
    self.player?.stop()
    self.dialogue?.stop()
    self.writer.abort()
  }

  package func closed() {
    self.timer.cancel()
    // The client has left before it had said all.
    if self.request != nil {
      self.dialogue?.leave()
      self.note()
    }
    self.request = nil
    self.dialogue?.stop()
    self.dialogue = nil
    self.standIn = nil
    self.player?.stop()
    self.player = nil
    // What is still to be said of a request is said to nobody.
    self.started = 0
    self.origin?.closed()
  }
}
