import MockrecCore
import MockrecWire
import NIOCore

/// Stands between a wire and what answers it, and lets faults happen.
///
/// Requests that no rule can concern pass with one look at their head. Of all others the body is held, as far as it is
/// short, until it is decided what becomes of them: at their end or, where they are sequences of messages, behind the
/// first one. Where the service speaks before that, the request's head decides.
package final class FaultConversation: Conversation {
  private enum Phase {
    case idle
    /// No rule concerns the request, or none fired: what comes goes on.
    case passing
    /// Not decided yet.
    case holding
    /// It is passed on later.
    case delayed
    /// The fault answers it.
    case answered
    /// Nothing will be answered.
    case hanging
  }

  // Only touched on the connection's event loop, and no access spans a call.
  private let laid: LaidFaults
  private let service: Service
  /// What there was when the request began.
  @exclusivity(unchecked) private var faults: ServiceFaults?
  @exclusivity(unchecked) private var version = -1
  private let writer: FaultWriter
  private let connection: Int
  /// The connection's number in its session, which rules know.
  private let ordinal: Int
  private let inner: any Conversation
  private let requestNote: RequestNote?
  @exclusivity(unchecked) private var phase = Phase.idle
  /// Whether no fault was there when the last request began, and none is under way.
  @exclusivity(unchecked) private var isBare = false
  @exclusivity(unchecked) private var candidates: [Int] = []
  @exclusivity(unchecked) private var request: (any WireRequest)?
  @exclusivity(unchecked) private var builder: (any KeyBuilder)?
  /// The request's first message, where it is a sequence of them.
  @exclusivity(unchecked) private var opening: PieceCounter?
  @exclusivity(unchecked) private var held: [ByteBuffer] = []
  @exclusivity(unchecked) private var heldBytes = 0
  @exclusivity(unchecked) private var trailers: Fields?
  /// Whether a silent fault may need to know what the request reads or changes.
  @exclusivity(unchecked) private var isRemembered = false
  /// Decides or acts later.
  @exclusivity(unchecked) private var timer = LoopTimer()

  /// A client that has said nothing of a message for so long is taken to wait for the service, where it is not known
  /// which of them speaks first.
  private static let patience = Duration.milliseconds(250)

  /// - Parameters:
  ///   - channel: The connection; nil where there is none to be shaped.
  ///   - inner: Makes what answers, given the writer that it answers through.
  private init(
    _ laid: LaidFaults, writer: any ReplyWriter, channel: (any Channel)?, connection: Int, ordinal: Int,
    note: RequestNote?, inner: (any ReplyWriter) -> any Conversation
  ) {
    self.laid = laid
    self.service = laid.service
    self.connection = connection
    self.requestNote = note
    self.ordinal = ordinal
    self.writer = FaultWriter(writer, wire: laid.service.wire, channel: channel)
    self.inner = inner(self.writer)
  }

  /// Hears of the writer, from the first fault on: what is referred to weakly costs more wherever it is used.
  private func listen() {
    guard self.writer.hasRoom == nil else { return }
    // A session may be closed, and this with it, before its connection is.
    self.writer.hasRoom = { [weak self] in
      guard let self else { return }
      self.inner.writabilityChanged(self.writer.isWritable)
    }
    self.writer.overtaken = { [weak self] in
      self?.phase = .answered
      self?.inner.closed()
    }
  }

  /// What `make` gives, under the overlays of its service where there are any, or may be some later.
  ///
  /// - Parameter ordinal: The connection's number in its session; the same as `connection` where there is but one session.
  package static func over(
    _ laid: LaidFaults?, _ writer: any ReplyWriter, _ channel: any Channel, connection: Int, ordinal: Int? = nil,
    note: RequestNote? = nil, _ make: (any ReplyWriter) -> any Conversation
  ) -> any Conversation {
    guard let laid else { return make(writer) }
    return FaultConversation(
      laid, writer: writer, channel: laid.service.wire is any DatagramWire ? nil : channel, connection: connection,
      ordinal: ordinal ?? connection, note: note, inner: make)
  }

  package func answer(_ frame: UnsafeRawBufferPointer, into reply: inout ByteBuffer) -> Bool {
    if self.laid.refresh(&self.faults, &self.version) { self.isBare = false }
    return !self.isYielding && self.faults?.mayFind(frame) != true && self.inner.answer(frame, into: &reply)
  }

  package func answered() { self.inner.answered() }

  private var isYielding: Bool { self.writer.isShaping && self.writer.shaper?.isYielding == true }

  /// Behind a reply that changes places, the end of the next one has to be known.
  private func bound() { if self.isYielding { self.writer.shape(ReplyShape()) } }

  package func requestBegan(_ request: any WireRequest) {
    if self.laid.refresh(&self.faults, &self.version) { self.isBare = false }
    // Where there is nothing to happen, this is all that it costs.
    if self.isBare { return self.inner.requestBegan(request) }
    self.timer.cancel()
    self.candidates.removeAll(keepingCapacity: true)
    if let faults = self.faults {
      self.listen()
      faults.find(request, into: &self.candidates)
    }
    let wire = self.service.wire
    let cutter = self.candidates.isEmpty || !wire.holdsMessages ? nil : wire.cutter(for: request.message)
    self.writer.requestBegan(request, cutter: cutter)
    self.opening = cutter.map { PieceCounter(1, $0) }
    self.isRemembered = self.faults?.isSubject(request) ?? false
    guard !self.candidates.isEmpty else {
      self.phase = .passing
      self.isBare = self.faults == nil && request.isAnswered && !self.writer.isShaping
      self.bound()
      self.inner.requestBegan(request)
      if self.isRemembered { self.inner.remember() }
      return
    }
    self.phase = .holding
    self.request = request
    self.builder = nil
    self.held.removeAll()
    self.heldBytes = 0
    self.trailers = nil
    if self.writer.awaitsLeave { self.writer.wantBody() }
    if request.isDialogue { return self.decide(isWhole: false) }
    guard cutter != nil else { return }
    switch self.inner.speaksFirst(request) {
    case true?: self.decide(isWhole: false)
    case false?: return
    case nil:
      self.later(Self.patience) { conversation in
        if case .holding = conversation.phase, conversation.heldBytes == 0 { conversation.decide(isWhole: false) }
      }
    }
  }

  package func requestBody(_ bytes: ByteBuffer) {
    switch self.phase {
    case .passing: self.inner.requestBody(bytes)
    case .idle, .answered, .hanging: return
    case .delayed: self.hold(bytes)
    case .holding:
      if self.builder == nil {
        self.builder = self.request?.keyBuilder(self.service.rules, limits: self.service.limits)
      }
      let count = self.opening?.pass(bytes) ?? bytes.readableBytes
      bytes.withUnsafeReadableBytes { self.builder?.feed(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      self.hold(bytes)
      let isKept = self.builder?.kept != nil
      if self.opening?.left == 0 {
        self.decide(isWhole: isKept)
      } else if self.heldBytes > self.service.limits.memoryBytes {
        self.decide(isWhole: false)
      }
    }
  }

  private func hold(_ bytes: ByteBuffer) {
    self.held.append(bytes)
    self.heldBytes += bytes.readableBytes
    // What comes while it is put off waits in the client's buffers, where it is long.
    if self.heldBytes > self.service.limits.memoryBytes { self.writer.setReading(false) }
  }

  package func requestEnded(_ trailers: Fields) {
    switch self.phase {
    case .passing: self.inner.requestEnded(trailers)
    case .idle, .answered, .hanging: return
    case .delayed: self.trailers = trailers
    case .holding:
      self.trailers = trailers
      self.decide(isWhole: true)
    }
  }

  /// - Parameter isWhole: Whether the body, or its first message, is here. Where that is too long to be looked at, or the
  ///   client waits before it says anything, the head alone tells.
  private func decide(isWhole: Bool) {
    guard let request = self.request, let faults = self.faults else { return }
    let rules = self.service.rules
    let key = isWhole ? self.builder?.finish() ?? request.key(rules) : request.key(rules)
    let body = isWhole ? self.builder?.kept ?? [] : nil
    self.builder = nil
    guard
      let (rule, draw) = faults.decide(
        request, key: key, candidates: self.candidates, body: body, connection: self.ordinal)
    else {
      self.bound()
      return self.pass()
    }
    var fault = DecidedFault(rule: rule, draw: draw)
    self.note(rule, request)
    let delay = self.delay(&fault, key)
    guard delay > .zero else { return self.act(fault) }
    self.phase = .delayed
    self.later(delay) { $0.act(fault) }
  }

  /// How much later the request is passed on.
  private func delay(_ fault: inout DecidedFault, _ key: MatchKey) -> Duration {
    let pace = fault.rule.fault.pace
    var delay = Duration.zero
    if let latency = pace.latency { delay += latency.sample(&fault.draw) }
    if let factor = pace.recorded, let recorded = self.faults?.recordedTime?(key) { delay += recorded * factor }
    return delay
  }

  private func later(_ delay: Duration, _ body: @escaping (FaultConversation) -> Void) {
    self.timer.start(in: delay, on: self.writer.eventLoop) { body(self) }
  }

  /// Asks what answers.
  ///
  /// - Parameter isFaulted: Whether a fault concerns it; `silent`, one that it has itself.
  private func pass(isFaulted: Bool = false, _ silent: SilentFault? = nil) {
    guard let request = self.request else { return }
    self.request = nil
    self.phase = .passing
    let held = self.held
    self.held.removeAll()
    self.writer.setReading(true)
    self.inner.requestBegan(request)
    if self.isRemembered { self.inner.remember() }
    if isFaulted { self.inner.fault(silent) }
    // What answers may have been overtaken by a fault meanwhile.
    for bytes in held { if case .passing = self.phase { self.inner.requestBody(bytes) } }
    if let trailers = self.trailers, case .passing = self.phase { self.inner.requestEnded(trailers) }
  }

  private func act(_ fault: DecidedFault) {
    var fault = fault
    var shape = fault.shape()
    self.writer.count = fault.count
    // Behind a reply that changes places, the end of the next one has to be known.
    if self.isYielding { shape = shape ?? ReplyShape() }
    switch fault.rule.fault.effect {
    case .reply(let message): return self.reply(message, shape)
    case .recorded:
      guard let recorded = fault.rule.recorded, let request = self.request else { break }
      return self.reply(self.service.wire.fitting(recorded, to: request), shape)
    case .refuse, .reset(.before): return self.end(with: ByteBuffer(), reset: true)
    case .empty: return self.end(with: ByteBuffer())
    case .garbage(let count):
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: fault.draw.next()) }
      return self.end(with: ByteBuffer(bytes: bytes))
    case .malformedChunk: return self.end(with: self.service.wire.malformedReply)
    case .hang: return self.hang()
    // Of connections, not of requests: `HandshakeFaults`.
    case .tlsHandshake: break
    // What is said in turn is no body that could be cut when it is whole.
    case .truncate where self.isDialogue, .corrupt where self.isDialogue: self.writer.faultWasIdle()
    case .truncate(let count): self.writer.change = .truncate(count)
    case .corrupt(let count): self.writer.change = .corrupt(count, fault.draw)
    case .clock(let change): self.faults?.turnClock?(change)
    case .breakStream(let change): self.writer.breakStream(change)
    case .answerTwice where self.isConnectionless: self.writer.change = .twice
    case nil, .silent, .closeEarly, .answerTwice, .reorder, .reset: break
    }
    self.writer.shape(shape)
    if case .silent(let silent) = fault.rule.fault.effect { return self.pass(isFaulted: true, silent) }
    self.pass(isFaulted: true)
  }

  private var isDialogue: Bool { self.request?.isDialogue == true }

  private func hang() {
    self.take(.hanging)
    // A datagram that is never answered holds up none behind it.
    if self.isConnectionless { self.writer.send(PreparedReply(bytes: ByteBuffer(), headLength: 0)) }
  }

  /// The fault answers in the place of the service.
  private func overrule() {
    if let request = self.request { self.inner.overruled(request) }
    self.take(.answered)
  }

  /// Nobody else is asked.
  private func take(_ phase: Phase) {
    self.phase = phase
    self.request = nil
    self.held.removeAll()
    self.writer.setReading(true)
  }

  private func reply(_ reply: PreparedReply, _ shape: ReplyShape?) {
    self.overrule()
    self.writer.shape(shape)
    self.writer.send(reply)
  }

  private func reply(_ message: Message, _ shape: ReplyShape?) {
    self.overrule()
    self.writer.shape(shape)
    self.writer.begin(message)
    self.writer.body(ByteBuffer(bytes: message.body.bytes ?? []))
    self.writer.end(Fields())
  }

  /// Ends the connection in the place of a reply.
  private func end(with bytes: ByteBuffer, reset: Bool = false) {
    self.take(.answered)
    if self.isConnectionless {
      return self.writer.send(PreparedReply(bytes: Datagrams.pack(bytes), headLength: 0))
    }
    self.writer.breakOff(with: bytes, reset: reset)
  }

  /// Whether replies are datagrams.
  private var isConnectionless: Bool { self.service.wire is any DatagramWire }

  private func note(_ rule: FaultRule, _ request: any WireRequest) {
    let service = self.service
    let words = "\(rule.overlay), rule \(rule.number)"
    self.requestNote?.faulted(by: words)
    self.faults?.journal.write(
      JournalEvent(
        service: service.name, outcome: .faulted,
        summary: service.wire.summary(of: request.message, with: service.rules.redactor), status: rule.fault.name,
        connection: self.connection, note: words))
  }

  package func refused(_ error: WireError) { self.inner.refused(error) }

  package func writabilityChanged(_ writable: Bool) {
    self.inner.writabilityChanged(writable && self.writer.shaper?.isFull != true)
  }

  package func inputEnded() {
    // Who has hung up is not kept waiting.
    if case .hanging = self.phase { self.writer.abort() } else { self.inner.inputEnded() }
  }

  package func closed() {
    self.timer.cancel()
    self.phase = .idle
    self.request = nil
    self.held.removeAll()
    self.inner.closed()
  }
}
