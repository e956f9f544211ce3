import MockrecWire
import Synchronization

/// What a run counted for one service. Shared by all its connections.
package final class Tally: Sendable {
  private struct Notes {
    var misses: [String: (count: Int, text: String, nearest: [Miss.Near])] = [:]
    var missOrder: [String] = []
    var missed = 0
    var allowed = 0
    /// How often what was taken out of the list was missed.
    var forgotten: [String: Int] = [:]
    var troubles: [String] = []
  }

  private let published = Atomic<Int>(0)
  private let forwarded = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let notes = Mutex(Notes())
  /// Distinct misses and troubles that are kept word for word; more are only counted.
  private static let kept = 100

  /// Of all that this is a part of.
  private let whole: Tally?

  package init(partOf whole: Tally? = nil) { self.whole = whole }

  package var counts: (missed: Int, allowed: Int, forwarded: Int, failed: Int, refused: Int) {
    let (missed, allowed) = self.notes.withLock { ($0.missed, $0.allowed) }
    return (
      missed, allowed, self.forwarded.load(ordering: .relaxed),
      self.failed.load(ordering: .relaxed), self.refused.load(ordering: .relaxed)
    )
  }

  /// Counts a miss. `text`, the whole diagnosis, and what came near are kept once for equal requests.
  /// - Returns: Whether this request was missed for the first time.
  @discardableResult
  package func miss(_ summary: String, text: String, nearest: [Miss.Near] = []) -> Bool {
    // First there, so that what is allowed here is counted there.
    let isFirst = self.whole?.miss(summary, text: text, nearest: nearest)
    let isNew = self.notes.withLock { notes in
      notes.missed += 1
      if notes.misses[summary] != nil {
        notes.misses[summary]?.count += 1
        return false
      }
      guard notes.missOrder.count < Self.kept else { return false }
      notes.misses[summary] = (1, text, nearest)
      notes.missOrder.append(summary)
      return true
    }
    return isFirst ?? isNew
  }

  /// Counts what was answered for mocks, and by no entry.
  package func publish() {
    self.published.wrappingAdd(1, ordering: .relaxed)
    self.whole?.publish()
  }

  package var publications: Int { self.published.load(ordering: .relaxed) }

  package func forward() {
    self.forwarded.wrappingAdd(1, ordering: .relaxed)
    self.whole?.forward()
  }

  /// - Returns: Whether the failure is the first of its kind.
  @discardableResult
  package func fail(_ text: String) -> Bool {
    self.failed.wrappingAdd(1, ordering: .relaxed)
    self.whole?.fail(text)
    return self.trouble(text)
  }

  /// - Returns: Whether the trouble is the first of its kind.
  @discardableResult
  package func refuse(_ text: String) -> Bool {
    self.refused.wrappingAdd(1, ordering: .relaxed)
    self.whole?.refuse(text)
    return self.trouble(text)
  }

  @discardableResult
  private func trouble(_ text: String) -> Bool {
    self.notes.withLock { notes in
      guard notes.troubles.count < Self.kept, !notes.troubles.contains(text) else { return false }
      notes.troubles.append(text)
      return true
    }
  }

  /// Each missed request with how often it was asked, in the order of first sight.
  package var misses: [(summary: String, count: Int, text: String, nearest: [Miss.Near])] {
    self.notes.withLock { notes in
      notes.missOrder.compactMap { summary in notes.misses[summary].map { (summary, $0.count, $0.text, $0.nearest) } }
    }
  }

  /// Takes the misses out of the list; what this is a part of, and all counts, keep them.
  package func forgetMisses() {
    self.notes.withLock { notes in
      for (summary, miss) in notes.misses where notes.forgotten[summary] != nil || notes.forgotten.count < Self.kept {
        notes.forgotten[summary, default: 0] += miss.count
      }
      (notes.misses, notes.missOrder) = ([:], [])
    }
  }

  /// Takes all misses so far, those that were forgotten too, out of the list and the count, and counts them apart: here,
  /// and in what this is a part of.
  package func allowMisses() {
    let (count, listed) = self.notes.withLock { notes in
      defer {
        notes.allowed += notes.missed
        (notes.missed, notes.misses, notes.missOrder, notes.forgotten) = (0, [:], [], [:])
      }
      return (notes.missed, notes.misses.mapValues(\.count).merging(notes.forgotten, uniquingKeysWith: +))
    }
    if count > 0 { self.whole?.allow(count, listed) }
  }

  /// - Parameter listed: How often each request was missed that was kept word for word.
  private func allow(_ count: Int, _ listed: [String: Int]) {
    self.notes.withLock { notes in
      notes.missed -= count
      notes.allowed += count
      for (summary, count) in listed { notes.misses[summary]?.count -= count }
      notes.missOrder.removeAll { summary in
        guard let miss = notes.misses[summary], miss.count <= 0 else { return false }
        notes.misses[summary] = nil
        return true
      }
    }
    self.whole?.allow(count, listed)
  }

  package var troubles: [String] { self.notes.withLock { $0.troubles } }
}
