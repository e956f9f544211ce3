import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// The overlays of one service: what all its connections share.
package final class ServiceFaults: Sendable {
  package let service: Service
  package let rules: [FaultRule]
  package let journal: any JournalSink
  private let seed: UInt64
  private let matcher: any RequestMatcher
  /// Finds requests about what silent faults concern; nil where there are none.
  private let subjects: (any RequestMatcher)?
  private let looksBack: Bool
  /// How many answers back a silent fault looks; nil where none looks back.
  package let lookback: Int?
  /// What silent faults answer from; nil where none looks back.
  package let memory: AnswerMemory?
  private let occurrences = OccurrenceTable()
  private let started = ContinuousClock.now
  /// How long the service took for a request of this key when it was recorded; nil where that is not known.
  let recordedTime: (@Sendable (MatchKey) -> Duration?)?
  /// Turns a model's time.
  let turnClock: (@Sendable (ClockChange) -> Void)?
  /// Has a model forget what it answered earlier.
  private let forget: (@Sendable () -> Void)?

  /// - Parameter rules: Those that are switched on for the seed, in the order in which they are asked.
  package init(
    service: Service, rules: [FaultRule], seed: UInt64, journal: any JournalSink,
    recordedTime: (@Sendable (MatchKey) -> Duration?)? = nil, turnClock: (@Sendable (ClockChange) -> Void)? = nil,
    forget: (@Sendable () -> Void)? = nil
  ) {
    self.service = service
    self.rules = rules
    self.seed = seed
    self.journal = journal
    self.matcher = service.wire.requestMatcher(rules.map(\.pattern))
    let silent = rules.compactMap { rule in rule.fault.lookback.map { (rule.pattern.ofSubject, $0) } }
    self.lookback = silent.map(\.1).max()
    self.memory = self.lookback.map { AnswerMemory(lookback: $0) }
    self.subjects = silent.isEmpty ? nil : service.wire.requestMatcher(silent.map(\.0))
    self.looksBack = !silent.isEmpty
    self.recordedTime = recordedTime
    self.turnClock = turnClock
    self.forget = forget
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
      let slot = OccurrenceTable.Slot(rule: number, key: hash)
      let occurrence = self.occurrences.next(slot)
      if !rule.occurrences.isEmpty, !rule.occurrences.contains(occurrence) { continue }
      rule.count.match()
      // A request has one fault; the rules behind it still count the request.
      guard found == nil else { continue }
      let elapsed = ContinuousClock.now - self.started
      guard let draw = self.occurrences.fire(rule, slot, occurrence, seed: self.seed, elapsed: elapsed) else {
        continue
      }
      found = (rule, draw)
    }
    return found
  }

  /// Forgets what was counted, and what was answered.
  package func reset() {
    self.occurrences.reset()
    self.memory?.reset()
    self.forget?()
  }
}

/// How often a rule saw requests of a key. Locks are held for a look-up; neighbours seldom share one.
final class OccurrenceTable: Sendable {
  struct Slot: Hashable {
    var rule: Int
    var key: UInt64
  }

  private struct Shard {
    var counts: [Slot: Int] = [:]
    var fired: [Slot: (looked: Int, first: Int?)] = [:]
  }

  private let shards: [Mutexed]
  /// Keys that are told apart in one shard; more are each taken for their first.
  private static let longest = 1 << 16

  private final class Mutexed: Sendable {
    let value = Mutex(Shard())
  }

  init() { self.shards = (0..<16).map { _ in Mutexed() } }

  private func shard(_ slot: Slot) -> Mutexed {
    self.shards[Int(truncatingIfNeeded: (slot.key ^ UInt64(slot.rule)) & 15)]
  }

  func next(_ slot: Slot) -> Int {
    self.shard(slot).value.withLock { shard in
      if let count = shard.counts[slot] {
        shard.counts[slot] = count + 1
        return count + 1
      }
      if shard.counts.count < Self.longest { shard.counts[slot] = 1 }
      return 1
    }
  }

  /// Whether one of the first so many requests of a key fires; each is looked at once.
  func hasFired(_ slot: Slot, upTo occurrence: Int, _ fires: (Int) -> Bool) -> Bool {
    self.shard(slot).value.withLock { shard in
      var known = shard.fired[slot] ?? (0, nil)
      while known.first == nil, known.looked < occurrence {
        known.looked += 1
        if fires(known.looked) { known.first = known.looked }
      }
      if shard.fired[slot] != nil || shard.fired.count < Self.longest { shard.fired[slot] = known }
      return known.first.map { $0 <= occurrence } ?? false
    }
  }

  /// Whether a rule fires for a request or connection that it matches, and what is to be drawn for it; it is counted.
  func fire(_ rule: FaultRule, _ slot: Slot, _ occurrence: Int, seed: UInt64, elapsed: Duration) -> FaultDraw? {
    func fires(_ occurrence: Int) -> FaultDraw? {
      var draw = FaultDraw(
        seed: seed, overlay: rule.overlay, rule: rule.number, key: slot.key, occurrence: occurrence)
      return rule.when.fires(occurrence: occurrence, elapsed: elapsed, &draw) ? draw : nil
    }
    var found = fires(occurrence)
    // Whichever connection is first to look: whether an earlier one of the key fires is known without it.
    if rule.when.untilReset, self.hasFired(slot, upTo: occurrence, { fires($0) != nil }) {
      found =
        found
        ?? FaultDraw(
          seed: seed, overlay: rule.overlay, rule: rule.number, key: slot.key, occurrence: occurrence)
    }
    if found != nil { rule.count.fire() }
    return found
  }

  func reset() { for shard in self.shards { shard.value.withLock { $0 = Shard() } } }
}
