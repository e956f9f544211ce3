import MockrecCore
import NIOCore
import Testing

@testable import MockrecEngine
@testable import MockrecKit

@Suite("A log that is cleared, and one that ends")
struct RequestClearTests {
  private static let requests = "/sessions/default/requests"

  @Test("waiting begins anew when the log is cleared, and ends when the session or the run does")
  func cleared() async throws {
    let steered = try Steered()
    func wait(_ session: String) -> EventLoopFuture<ControlAnswer> {
      steered.api.answer(
        ControlRequest(
          method: "POST", target: "/sessions/\(session)/requests/wait", fields: Fields(),
          body: Array(#"{"count": 3, "timeout": 60000}"#.utf8), loop: steered.loops.group.next()))
    }
    for _ in 0..<2 { steered.came("/a") }
    let three = wait("default")
    #expect(try await steered.ask("DELETE", Self.requests).status == 204)
    for _ in 0..<3 { steered.came("/b") }
    let answer = try await three.get()
    #expect(answer.status == 200 && answer.json?["count"]?.description == "3", "\(answer)")
    #expect(answer.json?["requests"]?.array?.count == 3)
    let scope = try #require(steered.table.common.scope("users"))
    scope.tally.miss("GET /x", text: "no entry")
    #expect(try await steered.ask("GET", "/sessions/default/misses").json?.array?.count == 1)
    for forget in [("DELETE", Self.requests), ("POST", "/sessions/default/reset")] {
      scope.tally.miss("GET /x", text: "no entry")
      #expect(try await steered.ask(forget.0, forget.1).status == 204)
      #expect(try await steered.ask("GET", "/sessions/default/misses").json?.array?.isEmpty == true)
    }
    #expect(scope.tally.counts.missed == 3, "the run's summary has them")
    #expect(try await steered.ask("POST", "/sessions", #"{"name": "a"}"#).status == 201)
    let closed = wait("a")
    #expect(try await steered.ask("DELETE", "/sessions/a").status == 204)
    await #expect { try await closed.get() } throws: { ($0 as? ControlProblem)?.status == 410 }
    let ending = wait("default")
    steered.table.endWaits()
    await #expect { try await ending.get() } throws: { ($0 as? ControlProblem)?.status == 503 }
    await steered.end()
  }
}
