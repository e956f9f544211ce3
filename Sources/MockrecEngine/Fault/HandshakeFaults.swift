import MockrecCore
import MockrecWire
import Synchronization

/// The faults of one service that come before any request: TLS handshakes that fail. Connections count in the order in
/// which they are accepted.
package final class HandshakeFaults: Sendable {
  private let service: String
  private let rules: [FaultRule]
  private let seed: UInt64
  private let journal: any JournalSink
  private let connections = Atomic<Int>(0)
  private let occurrences = OccurrenceTable()
  private let started = ContinuousClock.now

  /// - Parameter rules: Those that are switched on for the seed, in the order in which they are asked.
  package init(service: String, rules: [FaultRule], seed: UInt64, journal: any JournalSink) {
    self.service = service
    self.rules = rules
    self.seed = seed
    self.journal = journal
  }

  /// Whether the handshake of the connection that was accepted fails. Called once for each.
  package func breakNext() -> Bool {
    let connection = self.connections.wrappingAdd(1, ordering: .relaxed).newValue
    var found: FaultRule?
    for (number, rule) in self.rules.enumerated() {
      if !rule.connections.isEmpty, !rule.connections.contains(connection) { continue }
      // All connections are alike: they have one key.
      let slot = OccurrenceTable.Slot(rule: number, key: 0)
      let occurrence = self.occurrences.next(slot)
      if !rule.occurrences.isEmpty, !rule.occurrences.contains(occurrence) { continue }
      rule.count.match()
      let elapsed = ContinuousClock.now - self.started
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
