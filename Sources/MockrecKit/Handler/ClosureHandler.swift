import MockrecEngine
import MockrecWire
import Synchronization

/// A closure of the program that mockrec runs in.
final class ClosureHandler: RequestHandler {
  private let closure: Handler.Closure
  private let isOver = Atomic<Bool>(false)

  init(_ closure: @escaping Handler.Closure) { self.closure = closure }

  /// Whoever asked has gone.
  func end() { self.isOver.store(true, ordering: .releasing) }

  func ask(
    _ question: HandlerQuestion, then: @escaping @Sendable (Result<HandlerAnswer, MockFailure>) -> Void
  ) {
    Task {
      let result: Result<HandlerAnswer, MockFailure>
      do {
        result = .success(try await self.closure(HandlerRequest(question))?.answer ?? .declined)
      } catch let failure as MockFailure {
        result = .failure(failure)
      } catch {
        result = .failure(MockFailure("the handler threw: \(error)"))
      }
      if !self.isOver.load(ordering: .acquiring) { then(result) }
    }
  }
}
