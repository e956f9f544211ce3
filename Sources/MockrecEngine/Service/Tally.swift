import MockrecWire
import Synchronization

/// What a run counted for one service. Shared by all its connections.
package final class Tally: Sendable {
  private struct Notes {
    var misses: [String: (count: Int, text: String, nearest: [Miss.Near])] = [:]
    var missOrder: [String] = []
    var troubles: [String] = []
  }

  private let published = Atomic<Int>(0)
  private let missed = Atomic<Int>(0)
  private let forwarded = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let notes = Mutex(Notes())
  /// Distinct misses and troubles that are kept word for word; more are only counted.
  private static let kept = 100

  /// Of all that this is a part of.
  private let whole: Tally?

  package init(partOf whole: Tally? = nil) { self.whole = whole }

  package var counts: (missed: Int, forwarded: Int, failed: Int, refused: Int) {
    (
      self.missed.load(ordering: .relaxed), self.forwarded.load(ordering: .relaxed),
      self.failed.load(ordering: .relaxed), self.refused.load(ordering: .relaxed)
    )
  }

  /// Counts a miss. `text`, the whole diagnosis, and what came near are kept once for equal requests.
  /// - Returns: Whether this request was missed for the first time.
  @discardableResult
  package func miss(_ summary: String, text: String, nearest: [Miss.Near] = []) -> Bool {
    self.missed.wrappingAdd(1, ordering: .relaxed)
    let isNew = self.notes.withLock { notes in
      if notes.misses[summary] != nil {
        notes.misses[summary]?.count += 1
        return false
      }
      guard notes.missOrder.count < Self.kept else { return false }
      notes.misses[summary] = (1, text, nearest)
      notes.missOrder.append(summary)
      return true
    }
    return self.whole?.miss(summary, text: text, nearest: nearest) ?? isNew
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

  package var troubles: [String] { self.notes.withLock { $0.troubles } }
}
