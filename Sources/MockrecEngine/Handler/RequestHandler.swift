import MockrecCore
import MockrecWire
import Synchronization

/// Answers what no entry of a service does: one for a service and run, for all its connections and sessions.
package protocol RequestHandler: Sendable {
  /// - Parameter then: Called once, on any thread.
  func ask(
    _ question: HandlerQuestion, then: @escaping @Sendable (Result<HandlerAnswer, MockFailure>) -> Void)
}

/// A service's handler, and how often it answered.
package final class ServiceHandler: Sendable {
  private let handler: any RequestHandler
  private let answers = Atomic<Int>(0)

  package init(_ handler: any RequestHandler) { self.handler = handler }

  package var answered: Int { self.answers.load(ordering: .relaxed) }

  func count() { self.answers.wrappingAdd(1, ordering: .relaxed) }

  func ask(
    _ question: HandlerQuestion, then: @escaping @Sendable (Result<HandlerAnswer, MockFailure>) -> Void
  ) {
    self.handler.ask(question, then: then)
  }

  /// Bytes of a request's body that a handler is given, at most.
  package static let longestBody = 1 << 20
  /// What answers stand under in the journal, behind the cassette's entries.
  package static let entry = "handler"
}
