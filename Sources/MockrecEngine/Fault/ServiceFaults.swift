import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// What overlays do to one service: what all its connections share. `LaidFaults` holds it, and may hold another later.
package final class ServiceFaults: Sendable {
  package let service: Service
  package let rules: [FaultRule]
  let journal: any JournalSink
  private let seed: UInt64
  private let matcher: any RequestMatcher
  /// Finds requests about what silent faults concern; nil where there are none.
  private let subjects: (any RequestMatcher)?
  private let looksBack: Bool
  /// How many answers back a silent fault looks; nil where none looks back.
  package let lookback: Int?
  private let occurrences: OccurrenceTable
  /// How long the service took for a request of this key when it was recorded; nil where that is not known.
  let recordedTime: (@Sendable (MatchKey) -> Duration?)?
  /// Turns a model's time.
  let turnClock: (@Sendable (ClockChange) -> Void)?

  /// - Parameters:
  ///   - rules: Those that are switched on for the seed, in the order in which they are asked.
  ///   - occurrences: What they have seen so far.
  package init(
    service: Service, rules: [FaultRule], seed: UInt64, journal: any JournalSink,
    occurrences: OccurrenceTable = OccurrenceTable(), recordedTime: (@Sendable (MatchKey) -> Duration?)? = nil,
    turnClock: (@Sendable (ClockChange) -> Void)? = nil
  ) {
    self.service = service
    self.rules = rules
    self.seed = seed
    self.journal = journal
    self.matcher = service.wire.requestMatcher(rules.map(\.pattern))
    let silent = rules.compactMap { rule in rule.fault.lookback.map { (rule.pattern.ofSubject, $0) } }
    self.lookback = silent.map(\.1).max()
    self.subjects = silent.isEmpty ? nil : service.wire.requestMatcher(silent.map(\.0))
    self.looksBack = !silent.isEmpty
    self.occurrences = occurrences
    self.recordedTime = recordedTime
    self.turnClock = turnClock
  }

  /// Whether the real service is told something else than what the client says: a rule answers rightly what is not so,
  /// or in the place of a service that remembers what was said on a connection.
  var changesRequests: Bool {
    self.rules.contains { rule in
      switch rule.fault.effect {
      case .silent: true
      case .reply, .recorded: self.service.wire is any StreamWire
      default: false
      }
    }
  }

  func find(_ request: any WireRequest, into numbers: inout [Int]) { self.matcher.find(request, into: &numbers) }

  func mayFind(_ frame: UnsafeRawBufferPointer) -> Bool {
    self.matcher.mayFind(frame) || self.looksBack && self.subjects?.mayFind(frame) ?? false
  }

  /// Whether a silent fault may need to know what the request reads or changes.
  func isSubject(_ request: any WireRequest) -> Bool {
    guard let subjects = self.subjects else { return false }
    var found: [Int] = []
    subjects.find(request, into: &found)
    return !found.isEmpty
  }

  /// The first of the rules that fires, and what is to be drawn for it.
  ///
  /// - Parameters:
  ///   - candidates: Rules whose head the request fulfils.
  ///   - body: The request's body; nil where it is too long to be looked at.
  func decide(
    _ request: any WireRequest, key: MatchKey, candidates: [Int], body: [UInt8]?, connection: Int
  ) -> (rule: FaultRule, draw: FaultDraw)? {
    let hash = key.bytes.withUnsafeBytes { bytes in
      var hash = FNV1a()
      hash.append(bytes)
      return hash.value
    }
    var found: (rule: FaultRule, draw: FaultDraw)?
    for number in candidates {
      let rule = self.rules[number]
      if let entry = rule.entry, entry != key { continue }
      if let changes = rule.changes, self.service.wire.subject(of: request).changes != changes { continue }
      if rule.pattern.readsBody {
        guard let body, rule.pattern.matches(body: body, of: request) else { continue }
      }
      if !rule.connections.isEmpty, !rule.connections.contains(connection) { continue }
      let slot = OccurrenceTable.Slot(rule: rule.slot, key: hash)
      let occurrence = self.occurrences.next(slot)
      if !rule.occurrences.isEmpty, !rule.occurrences.contains(occurrence) { continue }
      rule.count.match()
      // A request has one fault; the rules behind it still count the request.
      guard found == nil else { continue }
      let elapsed = ContinuousClock.now - rule.since
      guard let draw = self.occurrences.fire(rule, slot, occurrence, seed: self.seed, elapsed: elapsed) else {
        continue
      }
      found = (rule, draw)
    }
    return found
  }
}
