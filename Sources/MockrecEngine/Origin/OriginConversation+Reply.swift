import MockrecCore
import MockrecWire
import NIOCore

/// What the real service answers.
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
  func complete(_ trailers: Fields, whenKept: ((OriginConversation) -> Void)? = nil) {
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
