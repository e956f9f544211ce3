import MockrecCore
import Synchronization

/// How often a rule saw requests of a key. Locks are held for a look-up; neighbours seldom share one.
package final class OccurrenceTable: Sendable {
  struct Slot: Hashable {
    /// `FaultRule.slot`.
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

  package init() { self.shards = (0..<16).map { _ in Mutexed() } }

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

  /// Rules that there are no more have seen nothing.
  package func forget(_ isGone: (_ slot: Int) -> Bool) {
    for shard in self.shards {
      shard.value.withLock { shard in
        shard.counts = shard.counts.filter { !isGone($0.key.rule) }
        shard.fired = shard.fired.filter { !isGone($0.key.rule) }
      }
    }
  }
}
