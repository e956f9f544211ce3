import MockrecCore
import MockrecWire
import NIOCore

/// Requests that no entry answers.
extension ReplayConversation {
  /// Who asks for what was never recorded may wait for the service to speak first.
  func missSilent(_ request: any WireRequest) {
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

  /// Who speaks of what was never recorded need not end it to hear so: it may wait for an answer before.
  func missEarly() {
    guard !self.isHeadKnown, let builder = self.builder, let progress = builder.progress, progress.messages > 0,
      let request = self.request
    else { return }
    self.isHeadKnown = true
    let key = builder.finish()
    if !self.index.heads.contains(key.head) { self.missed(request, key, nil, .unknown) }
  }

  /// - Parameter trailers: nil where the client may still speak.
  func missed(_ request: any WireRequest, _ key: MatchKey, _ trailers: Fields?, _ reason: Miss.Reason) {
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
    if !hasBegun, self.handToHandler(request, key, trailers, reason) { return }
    self.unanswered(request, key, trailers, reason, body: self.builder.map { $0.kept } ?? [], hasBegun: hasBegun)
  }

  /// Nothing of mockrec's own answers: the real service does, or it is a miss.
  ///
  /// - Parameters:
  ///   - body: nil where it was too long to be kept.
  ///   - hasBegun: Whether its reply has.
  func unanswered(
    _ request: any WireRequest, _ key: MatchKey, _ trailers: Fields?, _ reason: Miss.Reason, body: [UInt8]?,
    hasBegun: Bool = false
  ) {
    self.request = nil
    self.builder = nil
    if let origin = self.origin, let body, !hasBegun {
      self.requestNote?.answered(by: .forwarded)
      self.handedOver = true
      origin.requestBegan(request)
      if self.isRemembered { origin.remember() }
      if self.isFaulted { origin.fault(self.silent) }
      if !body.isEmpty { origin.requestBody(ByteBuffer(bytes: body)) }
      if let trailers { origin.requestEnded(trailers) }
      return
    }
    self.requestNote?.answered(by: .miss)
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
}
