import MockrecCore
import MockrecWire
import Synchronization

/// A rule of an overlay as one service understands it.
package struct FaultRule: Sendable {
  package var overlay: String
  /// From 1, in its overlay.
  package var number: Int
  package var pattern: any RequestPattern
  /// Which requests of a key, from 1; all where empty.
  package var occurrences: [Int]
  /// Which connections, from 1; all where empty.
  package var connections: [Int]
  package var when: FaultWhen
  package var fault: Fault
  /// Whether only requests are meant that change something, or only those that do not.
  package var changes: Bool?
  /// The answer of a fault that takes it from the recording.
  package var recorded: PreparedReply?
  /// Only requests that are equal to this recorded one.
  package var entry: MatchKey?
  /// Shared by all services that the rule holds for.
  package var count: FaultCount
  /// What tells it from all other rules that a service has in a session.
  package var slot: Int
  /// When the time of its `between` begins.
  package var since: ContinuousClock.Instant

  package init(
    overlay: String, number: Int, pattern: any RequestPattern, occurrences: [Int], connections: [Int],
    when: FaultWhen, fault: Fault, recorded: PreparedReply?, changes: Bool?, entry: MatchKey? = nil, count: FaultCount,
    slot: Int = 0, since: ContinuousClock.Instant = .now
  ) {
    self.overlay = overlay
    self.number = number
    self.pattern = pattern
    self.occurrences = occurrences
    self.connections = connections
    self.when = when
    self.fault = fault
    self.recorded = recorded
    self.changes = changes
    self.entry = entry
    self.count = count
    self.slot = slot
    self.since = since
  }
}

/// How often a rule matched, and how often it fired: in a session, or in a whole run.
package final class FaultCount: Sendable {
  private let matches = Atomic<Int>(0)
  private let fires = Atomic<Int>(0)
  private let idles = Atomic<Int>(0)

  /// Of all that this is a part of.
  private let whole: FaultCount?

  package init(partOf whole: FaultCount? = nil) { self.whole = whole }

  package var matched: Int { self.matches.load(ordering: .relaxed) }
  /// How often its fault had an effect.
  package var fired: Int { self.fires.load(ordering: .relaxed) - self.idle }
  /// How often its fault was decided on and had nothing to act on: no body to cut, no earlier answer to give.
  package var idle: Int { self.idles.load(ordering: .relaxed) }

  func match() {
    self.matches.wrappingAdd(1, ordering: .relaxed)
    self.whole?.match()
  }

  func fire() {
    self.fires.wrappingAdd(1, ordering: .relaxed)
    self.whole?.fire()
  }

  /// What fired last on a connection had nothing to act on.
  func idled() {
    self.idles.wrappingAdd(1, ordering: .relaxed)
    self.whole?.idled()
  }

  /// Counts from the beginning; what this is a part of goes on.
  package func reset() {
    self.matches.store(0, ordering: .relaxed)
    self.fires.store(0, ordering: .relaxed)
    self.idles.store(0, ordering: .relaxed)
  }
}
