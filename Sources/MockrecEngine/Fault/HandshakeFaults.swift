import MockrecCore
import MockrecWire
import Synchronization

/// The faults of a service's port that come before any request: TLS handshakes that fail. Connections count in the order
/// in which they are accepted. The rules may change while it is open.
package final class HandshakeFaults: Sendable {
  private let service: String
  private let rules = Mutex<[FaultRule]>([])
  private let seed: UInt64
  private let journal: any JournalSink
  private let connections = Atomic<Int>(0)
  package let occurrences = OccurrenceTable()

  package init(service: String, seed: UInt64, journal: any JournalSink) {
    self.service = service
    self.seed = seed
    self.journal = journal
  }

  /// - Parameter rules: Those that are switched on for the seed, in the order in which they are asked.
  package func put(_ rules: [FaultRule]) { self.rules.withLock { $0 = rules } }

  /// Whether the handshake of the connection that was accepted fails. Called once for each.
  package func breakNext() -> Bool {
    let connection = self.connections.wrappingAdd(1, ordering: .relaxed).newValue
    var found: FaultRule?
    for rule in self.rules.withLock({ $0 }) {
      if !rule.connections.isEmpty, !rule.connections.contains(connection) { continue }
      // All connections are alike: they have one key.
      let slot = OccurrenceTable.Slot(rule: rule.slot, key: 0)
      let occurrence = self.occurrences.next(slot)
      if !rule.occurrences.isEmpty, !rule.occurrences.contains(occurrence) { continue }
      rule.count.match()
      let elapsed = ContinuousClock.now - rule.since
      guard found == nil,
        self.occurrences.fire(rule, slot, occurrence, seed: self.seed, elapsed: elapsed) != nil
      else { continue }
      found = rule
    }
    guard let rule = found else { return false }
    self.journal.write([
      JournalEvent(
        service: self.service, outcome: .faulted, summary: "TLS handshake", status: rule.fault.name,
        connection: connection, note: "\(rule.overlay), rule \(rule.number)")
    ])
    return true
  }

  /// Counts from the beginning.
  package func reset() {
    self.connections.store(0, ordering: .relaxed)
    self.occurrences.reset()
  }
}
