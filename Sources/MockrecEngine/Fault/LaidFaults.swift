import MockrecCore
import MockrecWire
import Synchronization

/// The overlays of one service in one session: what they do may change while the service is served, and holds for the next
/// request of every connection.
package final class LaidFaults: Sendable {
  package let service: Service
  /// What silent faults answer from.
  package let memory = AnswerMemory()
  package let occurrences = OccurrenceTable()
  /// Whether what there is in the beginning stays.
  package let isFixed: Bool
  private let held = Mutex<ServiceFaults?>(nil)
  /// Counts changes: who knows the last one need not ask. On the hot path.
  private let version = Atomic<Int>(0)
  private let changing = Atomic<Bool>(false)

  package init(service: Service, isFixed: Bool) {
    self.service = service
    self.isFixed = isFixed
  }

  /// nil where they do nothing.
  package var current: ServiceFaults? { self.held.withLock { $0 } }

  package func put(_ faults: ServiceFaults?) {
    self.held.withLock { held in
      if let lookback = faults?.lookback { self.memory.look(back: lookback) } else { self.memory.reset() }
      held = faults
      self.changing.store(faults?.changesRequests ?? false, ordering: .relaxed)
      self.version.wrappingAdd(1, ordering: .releasing)
    }
  }

  /// Makes `faults` what there is now; `known` is of which change it is.
  ///
  /// - Returns: Whether there was one.
  @inline(__always)
  func refresh(_ faults: inout ServiceFaults?, _ known: inout Int) -> Bool {
    let version = self.version.load(ordering: .acquiring)
    guard version != known else { return false }
    known = version
    faults = self.current
    return true
  }

  /// Whether the real service is told something else than what the client says.
  var changesRequests: Bool { self.changing.load(ordering: .relaxed) }
  /// Whether it ever may be.
  var mayChangeRequests: Bool { !self.isFixed || self.changesRequests }

  /// Forgets what was counted, and what was answered.
  package func reset() {
    self.occurrences.reset()
    self.memory.reset()
  }
}
