import MockrecCore
import MockrecWire
import NIOCore

/// Requests that no entry answers, and the service's handler may.
extension ReplayConversation {
  /// A request while the handler has it.
  struct Handed: Sendable {
    var request: any WireRequest
    var key: MatchKey
    var trailers: Fields
    var reason: Miss.Reason
    var body: [UInt8]
    /// When it began: what is said later than the next request's beginning is said to nobody.
    var started: Int64
  }

  /// - Returns: Whether there is a handler to answer it.
  func handToHandler(
    _ request: any WireRequest, _ key: MatchKey, _ trailers: Fields?, _ reason: Miss.Reason
  ) -> Bool {
    guard let handler = self.replayer.handler, let trailers, self.dialogue == nil, !request.isDialogue else {
      return false
    }
    let body = self.builder.map { $0.kept } ?? []
    self.request = nil
    self.builder = nil
    guard let body, body.count <= ServiceHandler.longestBody else {
      self.fail(
        MockFailure("the request's body is longer than \(ServiceHandler.longestBody) bytes, all a handler gets"))
      return true
    }
    let handed = Handed(
      request: request, key: key, trailers: trailers, reason: reason, body: body, started: self.started)
    let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
    handler.ask(self.replayer.question(request, key, body)) { result in
      if bound.eventLoop.inEventLoop {
        bound.value.take(result, handed)
      } else {
        bound.eventLoop.execute { bound.value.take(result, handed) }
      }
    }
    return true
  }

  private func take(_ result: Result<HandlerAnswer, MockFailure>, _ handed: Handed) {
    guard self.started == handed.started else { return }
    switch result {
    case .success(.declined):
      self.unanswered(handed.request, handed.key, handed.trailers, handed.reason, body: handed.body)
    case .success(.reply(let reply, let delay)) where delay > .zero:
      let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
      self.writer.eventLoop.scheduleTask(in: TimeAmount(delay)) {
        if bound.value.started == handed.started { bound.value.give(reply) }
      }
    case .success(.reply(let reply, _)): self.give(reply)
    case .failure(let failure): self.fail(failure)
    }
  }

  private func give(_ reply: Message) {
    self.replayer.handler?.count()
    self.requestNote?.answered(by: .handler)
    if self.silent != nil { self.writer.faultWasIdle() }
    self.answer(reply)
    self.note(Int32(self.index.entries.count))
  }

  private func fail(_ failure: MockFailure) {
    var failure = failure
    // It may quote the request, and what the handler says of it.
    failure.reason = self.replayer.service.rules.redactor.said(failure.reason)
    self.replayer.failed(failure, at: ServiceHandler.entry)
    if self.silent != nil { self.writer.faultWasIdle() }
    self.answer(self.replayer.service.wire.mockFailureReply(failure))
  }
}
