import MockrecCore
import Synchronization

/// Where the results of a verification's units lie until they are rendered: a run may have a hundred thousand.
package protocol ResultStore: Sendable {
  /// Keeps the result of a unit. Called once for each, in any order.
  ///
  /// - Throws: Where there is no room for it: the run ends.
  func add(_ unit: VerifyReport.Unit, at index: Int) throws

  /// What was added, by index. Values of a store that is still in use.
  func units() -> VerifyReport.Units
}

/// Results in memory.
package final class MemoryResults: ResultStore {
  private let kept = Mutex<[Int: VerifyReport.Unit]>([:])

  package init() {}

  package func add(_ unit: VerifyReport.Unit, at index: Int) { self.kept.withLock { $0[index] = unit } }

  package func units() -> VerifyReport.Units {
    VerifyReport.Units(self.kept.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value))
  }
}
