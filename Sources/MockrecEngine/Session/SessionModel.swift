import MockrecWire
import Synchronization

/// The model that one session has of a service, made when it is first asked, and how often it was asked for what.
package final class SessionModel: Sendable {
  private struct Held {
    var model: (any ServiceModel)?
    var counts: AtomicCounters?
    var lookback: Int?
  }

  private let held: Mutex<Held>
  private let make: @Sendable () -> any ServiceModel

  /// - Parameter make: Makes it in its first state.
  package init(_ make: @escaping @Sendable () -> any ServiceModel) {
    self.make = make
    self.held = Mutex(Held())
  }

  /// From any thread.
  package var model: any ServiceModel { self.made.model }

  /// The same with its counts, by the model's kinds.
  package var made: (model: any ServiceModel, counts: AtomicCounters) {
    self.held.withLock { held in
      if let model = held.model, let counts = held.counts { return (model, counts) }
      let model = self.make()
      let counts = AtomicCounters(count: model.kinds.count)
      if let lookback = held.lookback { model.lookBack(lookback) }
      (held.model, held.counts) = (model, counts)
      return (model, counts)
    }
  }

  /// nil where nobody has asked it so far.
  package var ifMade: (any ServiceModel)? { self.held.withLock { $0.model } }

  /// How many requests of known kinds it has answered.
  package var served: Int {
    guard let counts = self.held.withLock({ $0.counts }) else { return 0 }
    return (0..<counts.count).reduce(0) { $0 + counts[$1] }
  }

  /// Is in its first state again, by the time that it is now.
  package func reset() { self.ifMade?.reset() }

  /// See `ServiceModel.lookBack`.
  package func lookBack(_ answers: Int) {
    self.held.withLock { held in
      held.lookback = answers
      held.model?.lookBack(answers)
    }
  }
}
