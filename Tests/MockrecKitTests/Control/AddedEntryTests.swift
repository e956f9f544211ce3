import MockrecCore
import Testing

@testable import MockrecEngine
@testable import MockrecKit

@Suite("Entries that are added over the control API")
struct AddedEntryTests {
  private static let entries = "/sessions/default/entries"

  private func body(_ texts: [String]) -> String {
    JSON.members([("entries", .array(texts.map { .string($0) }))]).description
  }

  @Test("they belong to the service that their request lines name, where none is named beside them")
  func service() async throws {
    let steered = try Steered(["users", "shop"])
    func add(_ texts: String...) async throws -> JSON? {
      try await steered.ask("POST", Self.entries, self.body(texts)).json
    }
    let shop = "# @state order=paid\n\nGET {{shop}}/b\nHTTP 200\n"
    #expect(try await add(shop, shop)?["service"] == "shop")
    #expect(try await add("GET {{users}}/b\nHTTP 200\n")?["service"] == "users")
    #expect(try await add("GET {{shp}}/b\nHTTP 200\n")?["detail"]?.string?.contains("nearest: shop") == true)
    for texts in [["GET /b\nHTTP 200\n"], [shop, "GET {{users}}/b\nHTTP 200\n"], [""], ["# {{shop}}\n"], []] {
      let problem = try await steered.ask("POST", Self.entries, self.body(texts)).json
      #expect(problem?["detail"]?.string == "there are 2 services: say which", "\(texts)")
    }
    await steered.end()
  }

  @Test("they go with their session, though a connection still has its part of it")
  func closed() async throws {
    let steered = try Steered()
    #expect(try await steered.ask("POST", "/sessions", #"{"name": "a"}"#).status == 201)
    #expect(
      try await steered.ask("POST", "/sessions/a/entries", self.body(["GET {{users}}/b\nHTTP 200\n"])).status == 201)
    let scope = try #require(steered.table["a"]?.scope("users"))
    #expect(scope.layer?.all.count == 1 && scope.layer?.served != nil)
    #expect(try await steered.ask("DELETE", "/sessions/a").status == 204)
    #expect(scope.layer?.all.isEmpty == true && scope.layer?.served == nil)
    #expect(scope.session.log.find(RequestLog.Filter()).requests.isEmpty)
    await steered.end()
  }
}
