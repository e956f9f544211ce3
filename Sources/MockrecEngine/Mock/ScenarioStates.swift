import MockrecWire
import Synchronization

/// The states of scenarios, and what mocks count, in one scope.
package final class ScenarioStates: Sendable {
  struct Values: Sendable {
    var states: [String: String] = [:]
    var counters: [String: Int] = [:]
    /// How often a reply was rendered, by a digest of the request's key.
    var turns: [UInt64: Int] = [:]
  }

  private let values = Mutex(Values())
  private static let mostCounters = 10_000

  package init() {}

  /// Goes on by a step, where what it asks for holds.
  func take(_ step: ScenarioStep) -> Bool {
    if step.isEmpty { return true }
    return self.values.withLock { values in
      for wanted in step.required where values.states[wanted.scenario] ?? ScenarioStep.first != wanted.state {
        return false
      }
      for state in step.set { values.states[state.scenario] = state.state }
      return true
    }
  }

  /// The next number of a counter, from 1.
  func count(_ name: String) -> Int {
    self.values.withLock { values in
      let next = (values.counters[name] ?? 0) + 1
      // Names may be made of what clients send.
      if next > 1 || values.counters.count < Self.mostCounters { values.counters[name] = next }
      return next
    }
  }

  /// How often the reply to a request of this digest was rendered before.
  func turn(of digest: UInt64) -> Int {
    self.values.withLock { values in
      // Of very many different requests the last ones are counted together.
      let isKept = values.turns.count < Self.mostCounters || values.turns[digest] != nil
      let slot = isKept ? digest : 0
      defer { values.turns[slot, default: 0] += 1 }
      return values.turns[slot, default: 0]
    }
  }

  /// Every scenario that was set, by name.
  package var states: [String: String] { self.values.withLock { $0.states } }

  package func set(_ scenario: String, _ state: String) { self.values.withLock { $0.states[scenario] = state } }

  /// Sets these, and puts all others back to their first.
  package func replace(with states: [String: String]) { self.values.withLock { $0.states = states } }

  var snapshot: Values { self.values.withLock { $0 } }

  func restore(_ snapshot: Values) { self.values.withLock { $0 = snapshot } }

  package func reset() { self.values.withLock { $0 = Values() } }
}
