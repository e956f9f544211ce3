import MockrecCore
import MockrecEngine
import MockrecWire

/// What a session has of a service, as far as faults can be laid over it.
struct FaultSite: Sendable {
  var binding: ServiceBinding
  var journal: any JournalSink
  /// Its cassette, for faults that take their answer from it; nil where there is none. Asked where a rule wants it.
  var recorded: @Sendable () throws -> CassetteIndex? = { nil }
  /// Which of its answers is the next; nil where it does not answer.
  var state: ReplayState?
  /// Whether the real service answers.
  var isForwarded = false
  /// Turns its model's time; nil where it has none.
  var turnClock: (@Sendable (ClockChange) -> Void)?
  /// Has its model forget what it answered earlier; nil where it has none.
  var forget: (@Sendable () -> Void)?
  /// Has its model remember so many answers.
  var lookBack: (@Sendable (_ answers: Int) -> Void)?

  var name: String { self.binding.settings.name }
}
