import MockrecCore
import MockrecWire
import NIOCore

/// Answers one connection from a model, and keeps count.
package final class ModelResponder: Conversation {
  // Only touched on the connection's event loop, and no access spans a call.
  private let inner: any ModelConversation
  private let served: ServedBuffer
  private let counts: AtomicCounters
  private let tally: Tally
  private let journal: any JournalSink
  private let service: String
  private let connection: Int32
  @exclusivity(unchecked) private var started: Int64 = 0
  @exclusivity(unchecked) private var turn = ServedTurn()

  package init(
    _ model: any ServiceModel, writer: any ReplyWriter, served: ServedBuffer, counts: AtomicCounters, tally: Tally,
    journal: any JournalSink, service: String, connection: Int
  ) {
    self.inner = model.connect(writer)
    self.served = served
    self.counts = counts
    self.tally = tally
    self.journal = journal
    self.service = service
    self.connection = Int32(truncatingIfNeeded: connection)
  }

  package func answer(_ frame: UnsafeRawBufferPointer, into reply: inout ByteBuffer) -> Bool {
    guard self.inner.answer(frame, into: &reply) else { return false }
    if let kind = self.inner.kind {
      _ = self.counts.next(kind)
      self.turn.add(Int32(truncatingIfNeeded: kind))
    }
    return true
  }

  package func answered() {
    self.inner.answered()
    self.turn.end(into: self.served, connection: self.connection)
  }

  package func requestBegan(_ request: any WireRequest) {
    self.started = ServedTurn.now
    self.inner.requestBegan(request)
  }

  package func remember() { self.inner.remember() }
  package func fault(_ silent: SilentFault?) { self.inner.fault(silent) }
  package func overruled(_ request: any WireRequest) { self.inner.overruled(request) }
  package func requestBody(_ bytes: ByteBuffer) { self.inner.requestBody(bytes) }

  package func requestEnded(_ trailers: Fields) {
    self.inner.requestEnded(trailers)
    guard let kind = self.inner.kind else { return }
    _ = self.counts.next(kind)
    let now = ServedTurn.now
    self.served.append(
      ServedEvent(
        entry: Int32(truncatingIfNeeded: kind), connection: self.connection, started: self.started,
        nanoseconds: now - self.started))
  }

  package func refused(_ error: WireError) {
    self.tally.refuse("\(error)")
    self.journal.write(
      JournalEvent(
        service: self.service, outcome: .refused, summary: "", connection: Int(self.connection), note: "\(error)"))
    self.inner.refused(error)
  }

  package func writabilityChanged(_ writable: Bool) { self.inner.writabilityChanged(writable) }
  package func closed() { self.inner.closed() }
}
