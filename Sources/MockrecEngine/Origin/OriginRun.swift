import MockrecCore
import MockrecWire
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
