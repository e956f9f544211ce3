import MockrecCore
import MockrecWire
import NIOCore

/// Stands between an overlay and the real service, and plays the silent faults that it knows nothing of.
///
/// A write that is dropped and a read that misses are not sent on; a stale read is, and another answer is given; a request
/// that is applied twice is sent twice, and the client hears the second answer.
package final class OriginFaultConversation: Conversation {
  // Only touched on the connection's event loop, and no access spans a call.
  private let faults: LaidFaults
  private let service: Service
  private let memory: AnswerMemory
  private let writer: OriginFaultWriter
  private let inner: any Conversation
  /// A request of which the service has not been told: what the overlay says of it comes first.
  @exclusivity(unchecked) private var request: (any WireRequest)?
  @exclusivity(unchecked) private var isRemembered = false
  @exclusivity(unchecked) private var isFaulted = false
  @exclusivity(unchecked) private var silent: SilentFault?
  @exclusivity(unchecked) private var builder: (any KeyBuilder)?
  @exclusivity(unchecked) private var held: [ByteBuffer] = []
  @exclusivity(unchecked) private var heldBytes = 0
  @exclusivity(unchecked) private var isPassing = false
  /// The service is being told of what a fault has answered; the next request waits, and these are its trailers.
  @exclusivity(unchecked) private var isUndoing = false
  @exclusivity(unchecked) private var waiting: Fields?

  private init(
    _ faults: LaidFaults, writer: any ReplyWriter, inner: (any ReplyWriter) -> any Conversation
  ) {
    self.faults = faults
    self.service = faults.service
    self.memory = faults.memory
    self.writer = OriginFaultWriter(writer)
    self.inner = inner(self.writer)
  }

  /// What `make` gives, with faults before it where a service has such.
  package static func over(
    _ faults: LaidFaults?, _ writer: any ReplyWriter, _ make: (any ReplyWriter) -> any Conversation
  ) -> any Conversation {
    guard let faults, faults.mayChangeRequests else { return make(writer) }
    return OriginFaultConversation(faults, writer: writer, inner: make)
  }

  package func requestBegan(_ request: any WireRequest) {
    self.request = request
    self.isRemembered = false
    self.isFaulted = false
    self.silent = nil
    self.builder = nil
    self.held.removeAll()
    self.heldBytes = 0
    self.isPassing = false
    self.writer.remember = nil
    self.writer.replace = nil
    if self.writer.awaitsLeave { self.writer.wantBody() }
    if request.isDialogue || !self.faults.changesRequests { self.pass() }
  }

  package func remember() { self.isRemembered = true }

  package func fault(_ silent: SilentFault?) {
    if self.isPassing { return self.inner.fault(silent) }
    self.isFaulted = true
    self.silent = silent
  }

  /// What the request would have ended is ended with the service.
  package func overruled(_ request: any WireRequest) {
    guard !self.isUndoing, let undoing = self.service.wire.undoing(request) else { return }
    self.isUndoing = true
    self.writer.discard { [unowned self] in
      self.isUndoing = false
      guard let trailers = self.waiting else { return }
      self.waiting = nil
      self.requestEnded(trailers)
    }
    self.inner.requestBegan(undoing)
    self.inner.fault(nil)
    self.inner.requestEnded(Fields())
  }

  package func requestBody(_ bytes: ByteBuffer) {
    guard self.isRemembered || self.silent != nil || self.isUndoing, !self.isPassing else {
      self.pass()
      return self.inner.requestBody(bytes)
    }
    if self.builder == nil {
      self.builder = self.request?.keyBuilder(self.service.rules, limits: self.service.limits)
    }
    bytes.withUnsafeReadableBytes { self.builder?.feed($0) }
    self.held.append(bytes)
    self.heldBytes += bytes.readableBytes
    // A longer body is not kept, and sent once.
    guard self.heldBytes > 2 * self.service.limits.memoryBytes, !self.isUndoing else { return }
    if self.silent != nil { self.writer.faultWasIdle() }
    self.pass()
  }

  package func requestEnded(_ trailers: Fields) {
    guard !self.isUndoing else {
      self.waiting = trailers
      return
    }
    guard let request = self.request, self.isRemembered || self.silent != nil else {
      self.pass()
      return self.inner.requestEnded(trailers)
    }
    let key = self.builder?.finish() ?? request.key(self.service.rules)
    let wire = self.service.wire
    let subject = wire.subject(of: request)
    switch self.silent {
    case .evict: return self.answer(wire.absence(of: request))
    case .dropWrite:
      if let acknowledgement = wire.acknowledgement(of: request) { return self.answer(acknowledgement) }
      // What is to be lost is not sent, whatever there is to answer.
      if let origin = self.service.origin {
        let unknown = OriginFailure(.unreachable, "a write was dropped, and what acknowledges it is not known")
        return self.answer(wire.failureReply(unknown, origin: origin))
      }
    case .staleRead, .staleAnswer:
      // The service is asked all the same: what it says now is what a later fault looks back to.
      let (silent, memory) = (self.silent, self.memory)
      self.writer.replace = { [unowned writer = self.writer] head, body, trailers in
        switch memory.read(key, subject, .message(head, body, trailers), fault: silent) {
        case .asIs, .earlier(.prepared):
          writer.faultWasIdle()
          return (head, body, trailers)
        case .earlier(.message(let head, let body, let trailers)): return (head, body, trailers)
        case .absence:
          let absence = wire.absence(of: request)
          return (absence, ByteBuffer(bytes: absence.body.bytes ?? []), Fields())
        }
      }
    case .applyTwice:
      let held = self.held
      self.writer.discard { [unowned self] in self.send(request, held, trailers, key, subject) }
      self.pass()
      return self.inner.requestEnded(trailers)
    case nil: break
    }
    self.send(request, self.held, trailers, key, subject)
  }

  private func send(
    _ request: any WireRequest, _ body: [ByteBuffer], _ trailers: Fields, _ key: MatchKey, _ subject: RequestSubject
  ) {
    if self.writer.replace == nil, self.isRemembered, let changes = subject.changes {
      let memory = self.memory
      if changes {
        memory.wrote(subject, isDropped: false)
      } else {
        self.writer.remember = { head, body, trailers in
          _ = memory.read(key, subject, .message(head, body, trailers), fault: nil)
        }
      }
    }
    (self.request, self.held, self.isPassing) = (request, body, false)
    self.pass()
    self.inner.requestEnded(trailers)
  }

  /// Tells the service what there is of the request.
  private func pass() {
    guard let request = self.request else { return }
    self.request = nil
    self.isPassing = true
    self.inner.requestBegan(request)
    if self.isFaulted { self.inner.fault(self.silent) }
    for bytes in self.held { self.inner.requestBody(bytes) }
    self.held.removeAll()
  }

  private func answer(_ message: Message) {
    self.request = nil
    self.writer.answer(message, ByteBuffer(bytes: message.body.bytes ?? []), Fields())
  }

  package func inputEnded() { self.inner.inputEnded() }
  package func refused(_ error: WireError) { self.inner.refused(error) }
  package func writabilityChanged(_ writable: Bool) { self.inner.writabilityChanged(writable) }

  package func closed() {
    self.request = nil
    self.waiting = nil
    self.held.removeAll()
    self.inner.closed()
  }
}
