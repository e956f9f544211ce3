import MockrecCore
import Testing

@testable import MockrecEngine
@testable import MockrecKit

@Suite("Verdicts about requests of which not all is known")
struct RequestVerdictTests {
  private static let requests = "/sessions/default/requests"

  @Test("a verdict tells what is not kept, and does not hold where that could change it")
  func unknown() async throws {
    let steered = try Steered()
    func verify(_ words: String) async throws -> JSON {
      try #require(try await steered.ask("POST", Self.requests + "/verify", words).json)
    }
    steered.came("/first", method: "GET")
    for _ in 0..<10_000 { steered.came("/more", method: "GET") }
    let never = try await verify(#"{"match": {"path": "/first"}, "never": true}"#)
    #expect(never["holds"]?.bool == false && never["dropped"]?.description == "1")
    #expect(never["reason"]?.string?.contains("it may have come more often; 1 request that came before") == true)
    #expect(try await verify(#"{"match": {"path": "/first"}, "never": true, "after": 1}"#)["holds"]?.bool == true)
    #expect(try await verify(#"{"match": {"path": "/more"}, "atLeast": 10000}"#)["holds"]?.bool == true)
    #expect(try await verify(#"{"match": {"path": "/more"}, "exactly": 10000}"#)["holds"]?.bool == false)
    let order = try await verify(#"{"order": [{"match": {"path": "/first"}}, {"match": {"path": "/more"}}]}"#)
    #expect(order["reason"]?.string?.contains("1 request that came before") == true)
    #expect(try await steered.ask("DELETE", Self.requests).status == 204)
    #expect(try await verify(#"{"never": true}"#)["holds"]?.bool == true, "what was forgotten is not dropped")
    let big = Array(#"{"kind": "card"}"#.utf8)
    steered.came("/charges", big, count: 300_000)
    let charges = #""match": {"path": "/charges", "json": {"$.kind": "cash"}}"#
    let cut = try await verify("{\(charges), \"never\": true}")
    #expect(cut["holds"]?.bool == false && cut["cut"]?.description == "1")
    #expect(try await verify(#"{"match": {"path": "/charges"}, "exactly": 1}"#)["holds"]?.bool == true)
    await steered.end()
  }
}
