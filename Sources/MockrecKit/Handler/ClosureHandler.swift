import MockrecEngine
import MockrecWire

/// A closure of the program that mockrec runs in.
struct ClosureHandler: RequestHandler {
  let closure: Handler.Closure

  func ask(
    _ question: HandlerQuestion, then: @escaping @Sendable (Result<HandlerAnswer, MockFailure>) -> Void
  ) {
    Task {
      do {
        then(.success(try await self.closure(HandlerRequest(question))?.answer ?? .declined))
      } catch let failure as MockFailure {
        then(.failure(failure))
      } catch {
        then(.failure(MockFailure("the handler threw: \(error)")))
      }
    }
  }
}
