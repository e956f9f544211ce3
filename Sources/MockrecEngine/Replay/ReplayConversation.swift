import MockrecCore
import MockrecWire
import NIOCore

/// Answers one connection from a cassette.
///
/// A recorded request is answered where it is read: one look-up, one write of bytes that were ready before. Only a miss
/// leaves the event loop, to be diagnosed.
package final class ReplayConversation: Conversation {
  // Only touched on the connection's event loop, and no access spans a call (see HTTPServerHandler).
  private let replayer: Replayer
  private let index: CassetteIndex
  private let calls: AtomicCounters
  private let rules: MatchRules
  /// What reads requests where their bytes lie; nil for a wire that has to put its requests together.
  private let wire: (any StreamWire)?
  /// Whether requests are sequences of messages.
  private let holdsMessages: Bool
  private let writer: any ReplyWriter
  private let served: ServedBuffer
  private let connection: Int32
  /// Answers what the cassette does not hold, where the user wants that.
  private let origin: (any Conversation)?
  @exclusivity(unchecked) private var request: (any WireRequest)?
  @exclusivity(unchecked) private var builder: (any KeyBuilder)?
  @exclusivity(unchecked) private var started: Int64 = 0
  @exclusivity(unchecked) private var bodyBytes = 0
  @exclusivity(unchecked) private var handedOver = false
  /// What silent faults answer from; nil where there are none.
  private let memory: AnswerMemory?
  /// Where it is noted how a request is answered; nil where nobody asks.
  private let note: AnswerNote?
  /// What the overlay said of the request: that it is to be remembered, that a fault concerns it, and which.
  @exclusivity(unchecked) private var isRemembered = false
  @exclusivity(unchecked) private var isFaulted = false
  @exclusivity(unchecked) private var silent: SilentFault?
  @exclusivity(unchecked) private var turn = ServedTurn()
  /// Sends the reply under way, where that goes piece by piece.
  @exclusivity(unchecked) private var player: StreamPlayer?
  /// Whether it was looked up that such a request was recorded.
  @exclusivity(unchecked) private var isHeadKnown = false
  /// The request under way, where such a one may be answered before its end.
  @exclusivity(unchecked) private var dialogue: Dialogue?
  /// Answers the request under way, where the cassette has none such.
  @exclusivity(unchecked) private var standIn: (any StandIn)?

  package init(
    replayer: Replayer, writer: any ReplyWriter, served: ServedBuffer, connection: Int, origin: (any Conversation)?,
    memory: AnswerMemory? = nil, note: AnswerNote? = nil
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
    self.note = note
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

  private func beginDialogue(_ request: any WireRequest) {
    guard !self.index.dialogues.isEmpty, let openings = self.index.dialogues[request.key(self.rules).head],
      !request.isDialogue || openings.contains(where: self.isGranted)
    else {
      if request.isDialogue { self.answerAtOnce(request) } else { self.missSilent(request) }
      return
    }
    self.builder = request.keyBuilder(self.rules, limits: self.replayer.bodyLimits)
    self.dialogue = Dialogue(
      openings, of: self.replayer, self.writer, beginsAtOnce: request.isDialogue)
    self.followDialogue()
  }

  /// Who asks for what was never recorded may wait for the service to speak first.
  private func missSilent(_ request: any WireRequest) {
    guard self.holdsMessages, !self.index.heads.contains(request.key(self.rules).head) else { return }
    if self.origin != nil { return self.handOver(request) }
    let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
    let started = self.started
    self.writer.eventLoop.scheduleTask(in: Self.silence) {
      let conversation = bound.value
      guard conversation.started == started, conversation.builder == nil, let request = conversation.request else {
        return
      }
      conversation.missed(request, request.key(conversation.rules), nil, .unknown)
    }
  }

  /// How long a client may say nothing that asks for what was never recorded, and is to be told so.
  private static let silence = TimeAmount.milliseconds(100)

  private func handOver(_ request: any WireRequest) {
    self.request = nil
    self.note?.answered(by: .forwarded)
    self.handedOver = true
    self.origin?.requestBegan(request)
  }

  /// Whether what was asked for was begun, and not declined.
  private func isGranted(_ opening: Dialogue.Opening) -> Bool {
    self.index.step(of: self.index.groups[Int(opening.group)], call: 0).reply.stream != nil
  }

  /// Answers what the client has said so far.
  private func followDialogue() {
    guard let dialogue = self.dialogue, let progress = self.builder?.progress, !dialogue.hear(progress),
      let request = self.request, let builder = self.builder
    else { return }
    // Nothing recorded goes on like this: the client need not wait for its own end.
    self.missed(request, builder.finish(), nil, .unknown)
  }

  package func speaksFirst(_ request: any WireRequest) -> Bool? {
    let head = request.key(self.rules).head
    // What is not recorded may be asked of a service of which nothing is known.
    return self.index.heads.contains(head) || self.origin == nil ? self.index.speaksFirst(head) : nil
  }

  /// Answers a request that goes on with its reply, where no such is recorded: nobody waits for its end.
  private func answerAtOnce(_ request: any WireRequest) {
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

  /// Who speaks of what was never recorded need not end it to hear so: it may wait for an answer before.
  private func missEarly() {
    guard !self.isHeadKnown, let builder = self.builder, let progress = builder.progress, progress.messages > 0,
      let request = self.request
    else { return }
    self.isHeadKnown = true
    let key = builder.finish()
    if !self.index.heads.contains(key.head) { self.missed(request, key, nil, .unknown) }
  }

  package func requestEnded(_ trailers: Fields) {
    if let standIn = self.standIn { return self.end(standIn) }
    if self.handedOver { return self.origin?.requestEnded(trailers) ?? () }
    guard let request = self.request else { return }
    if self.dialogue?.isOver == true {
      self.request = nil
      return self.noteDialogue()
    }
    let key = self.builder?.finish() ?? request.key(self.rules)
    let index = self.index
    if let layer = self.replayer.layer, let added = layer.served, self.answer(added, request, key) {
      return layer.count()
    }
    if let mocks = index.mocks, self.answer(mocks, .beforeRecorded, request, key) { return }
    guard let found = index.table.find(key) else {
      if let mocks = index.mocks, self.answer(mocks, .behindRecorded, request, key) { return }
      if let dialogue = self.dialogue, dialogue.endsEarly { return self.end(dialogue) }
      return self.missed(request, key, trailers, .unknown)
    }
    if let dialogue = self.dialogue, dialogue.end(found) {
      // A client that has ended what goes on is told that it has.
      if dialogue.isOpenEnded, self.replayer.service.wire.farewell.readableBytes > 0 { return self.end(dialogue) }
      self.request = nil
      return self.noteDialogue()
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
    self.note?.answered(by: .entry(index.entries[Int(step.entry)]))
    self.request = nil
    self.builder = nil
    if self.isRemembered || self.silent != nil {
      self.send(step.reply, for: request, key)
    } else if let stream = step.reply.stream {
      self.player = StreamPlayer(stream, self.writer, pace: self.replayer.streamPace)
      self.player?.begin()
      self.player?.resume()
    } else {
      self.writer.send(step.reply)
    }
    let now = ServedTurn.now
    self.served.append(
      ServedEvent(
        entry: step.entry, connection: self.connection, started: self.started, nanoseconds: now - self.started))
  }

  /// - Returns: Whether a mock of the cassette answers the request.
  private func answer(
    _ mocks: MockBook, _ place: MockBook.Place, _ request: any WireRequest, _ key: MatchKey
  ) -> Bool {
    guard let page = self.play(mocks, place, self.replayer.state, of: self.index, isAdded: false, request, key) else {
      return false
    }
    self.served.append(
      ServedEvent(
        entry: page.entry, connection: self.connection, started: self.started,
        nanoseconds: ServedTurn.now - self.started))
    return true
  }

  /// - Returns: The mock that answered; nil where none does.
  private func play(
    _ mocks: MockBook, _ place: MockBook.Place, _ state: ReplayState, of index: CassetteIndex, isAdded: Bool,
    _ request: any WireRequest, _ key: MatchKey
  ) -> MockBook.Page? {
    lazy var asked = self.replayer.mockRequest(request, key, self.builder?.kept ?? [])
    guard let number = mocks.find(place, state.scenarios, asked, head: request) else { return nil }
    let page = mocks.pages[number]
    _ = state.mockCalls.next(number)
    self.note?.answered(by: .name(index.entries[Int(page.entry)], isAdded: isAdded))
    self.request = nil
    if self.silent != nil { self.writer.faultWasIdle() }
    if let render = page.mock.render {
      do throws(MockFailure) { self.answer(try render(self.replayer.dealt(asked))) } catch {
        self.replayer.failed(error, at: index.entries[Int(page.entry)])
        self.answer(self.replayer.service.wire.mockFailureReply(error))
      }
    } else {
      self.writer.send(page.reply)
    }
    self.builder = nil
    return page
  }

  /// - Returns: Whether an entry that was added answers the request.
  private func answer(_ added: EntryLayer.Served, _ request: any WireRequest, _ key: MatchKey) -> Bool {
    let (index, state) = (added.index, added.state)
    if let mocks = index.mocks,
      self.play(mocks, .beforeRecorded, state, of: index, isAdded: true, request, key) != nil
    {
      return true
    }
    if let found = index.table.find(key) {
      let step = index.step(of: index.groups[found], call: state.calls.next(found))
      self.note?.answered(by: .name(index.entries[Int(step.entry)], isAdded: true))
      self.request = nil
      self.builder = nil
      if self.silent != nil { self.writer.faultWasIdle() }
      self.writer.send(step.reply)
      return true
    }
    guard let mocks = index.mocks else { return false }
    return self.play(mocks, .behindRecorded, state, of: index, isAdded: true, request, key) != nil
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
      if self.silent != nil { self.writer.faultWasIdle() }
      self.writer.send(reply)
    case .earlier(.prepared(let earlier)): self.writer.send(earlier)
    case .absence: self.answer(wire.absence(of: request))
    }
  }

  /// The dialogue under way is over.
  private func noteDialogue() {
    self.builder = nil
    guard let step = self.dialogue?.step else { return }
    self.note?.answered(by: .entry(self.index.entries[Int(step.entry)]))
    self.served.append(
      ServedEvent(
        entry: step.entry, connection: self.connection, started: self.started,
        nanoseconds: ServedTurn.now - self.started))
  }

  /// The client has heard enough.
  private func end(_ dialogue: Dialogue) {
    self.request = nil
    dialogue.leave()
    self.noteDialogue()
    let farewell = self.replayer.service.wire.farewell
    if farewell.readableBytes > 0 { self.writer.body(farewell) }
    self.writer.end(Fields())
  }

  /// What stands in for a service says something.
  private func answer(_ bytes: ByteBuffer) {
    guard bytes.readableBytes > 0 else { return }
    self.writer.body(bytes)
    self.writer.settle()
    self.writer.flush()
  }

  private func end(_ standIn: any StandIn) {
    self.request = nil
    self.builder = nil
    guard let (rest, trailers) = standIn.end() else { return }
    self.standIn = nil
    self.answer(rest)
    self.writer.end(trailers)
  }

  /// - Parameter trailers: nil where the client may still speak.
  private func missed(_ request: any WireRequest, _ key: MatchKey, _ trailers: Fields?, _ reason: Miss.Reason) {
    let hasBegun = self.dialogue?.hasBegun == true
    self.dialogue?.stop()
    self.dialogue = nil
    if reason == .unknown, self.origin == nil, let standIn = request.standIn {
      self.standIn = standIn
      self.writer.begin(standIn.head)
      self.answer(standIn.hear(ByteBuffer(bytes: self.builder?.kept ?? [])))
      return self.end(standIn)
    }
    if reason == .unknown {
      switch request.unrecorded {
      case .miss: break
      case .reply(let bytes): return self.writer.send(PreparedReply(bytes: bytes, headLength: 0))
      case .silence: return self.writer.send(PreparedReply(bytes: ByteBuffer(), headLength: 0))
      }
    }
    let body = self.builder.map { $0.kept } ?? []
    self.request = nil
    self.builder = nil
    if let origin = self.origin, let body, !hasBegun {
      self.note?.answered(by: .forwarded)
      self.handedOver = true
      origin.requestBegan(request)
      if self.isRemembered { origin.remember() }
      if self.isFaulted { origin.fault(self.silent) }
      if !body.isEmpty { origin.requestBody(ByteBuffer(bytes: body)) }
      if let trailers { origin.requestEnded(trailers) }
      return
    }
    self.note?.answered(by: .miss)
    var message = request.message
    // A request that came whole has its body within.
    if self.bodyBytes > 0 { message.body = Body(body ?? []) }
    let event = JournalEvent(
      service: self.replayer.service.name, outcome: .missed, summary: self.replayer.redactedSummary(message),
      connection: Int(self.connection), started: self.started, requestBytes: self.bodyBytes)
    let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
    self.replayer.diagnose(message, key: key, reason: reason, event: event) { reply in
      bound.eventLoop.execute {
        if hasBegun { bound.value.endReply(reply) } else { bound.value.answer(reply) }
      }
    }
  }

  /// Ends a reply that has begun as this one would.
  private func endReply(_ reply: Message) {
    let (rest, trailers) = self.replayer.service.wire.ending(reply)
    if rest.readableBytes > 0 { self.writer.body(rest) }
    self.writer.end(trailers)
  }

  private func answer(_ reply: Message) {
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
    // The client has left before it had said all.
    if self.request != nil {
      self.dialogue?.leave()
      self.noteDialogue()
    }
    self.request = nil
    self.dialogue?.stop()
    self.dialogue = nil
    self.standIn = nil
    self.player?.stop()
    self.player = nil
    self.origin?.closed()
  }
}
