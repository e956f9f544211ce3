import MockrecCore
import Testing

@testable import MockrecKit

@Suite("Set-ups of the Fake Dependency Service, and the entries that stand for them")
struct FakeDependencySetUpTests {
  private static let place = "/mock-service/users/mock-resources/a"
  private static let entries = "/sessions/default/entries"

  private func setUp(_ steered: Steered, _ number: Int) async throws -> Int {
    try await steered.ask("POST", Self.place, #"{"responseBody": {"number": \#(number)}}"#).status
  }

  /// Identifiers and texts of the entries.
  private func added(_ steered: Steered) async throws -> [(id: String, text: String)] {
    let list = try await steered.ask("GET", Self.entries).json?.array ?? []
    return list.map { ($0["id"]?.string ?? "", $0["entry"]?.string ?? "") }
  }

  @Test("what was set up does not come back when its entries were taken away", arguments: [0, 1, 2, 3])
  func takenAway(how: Int) async throws {
    let steered = try Steered()
    for number in 1...3 { #expect(try await self.setUp(steered, number) == 200) }
    #expect(try await self.added(steered).count == 3)
    let other = #"{"entries": ["GET {{users}}/other\nHTTP 200\n"]}"#
    switch how {
    case 0: #expect(try await steered.ask("DELETE", Self.entries).status == 204)
    case 1: #expect(try await steered.ask("PUT", Self.entries, other).status == 200)
    default:
      let id = try await self.added(steered)[how - 1].id
      #expect(try await steered.ask("DELETE", Self.entries + "/users/" + id).status == 204)
    }
    #expect(try await steered.ask("PATCH", Self.place, "late").status == 404)
    #expect(try await self.setUp(steered, 4) == 200)
    let left = try await self.added(steered).map(\.text).filter { !$0.contains("/other") }
    #expect(left.count == 1 && left[0].contains(#"{"number":4}"#) && !left[0].contains("@state"), "\(left)")
    await steered.end()
  }

  @Test("a chain goes on by what is added, and has an end")
  func long() async throws {
    let steered = try Steered()
    for number in 1...1000 { #expect(try await self.setUp(steered, number) == 200) }
    let before = try await self.added(steered)
    #expect(before.count == 1000, "one text for each, not one of all")
    #expect(before.allSatisfy { $0.text.utf8.count < 200 })
    let full = try await steered.ask("POST", Self.place, "{}")
    #expect(full.status == 409 && full.json?["detail"]?.string?.contains("1000 replies") == true, "\(full)")
    #expect(try await steered.ask("DELETE", Self.entries).status == 204)
    #expect(try await self.setUp(steered, 1) == 200)
    await steered.end()
  }

  @Test(
    "a header is one that a handler could send",
    arguments: [
      ("Bad(Name)", #"["a"]"#, "this is no name of a header"), ("", "[]", "this is no name of a header"),
      ("Upgrade", #"["h2c"]"#, "when a connection ends"), ("keep-alive", #""timeout=5""#, "when a connection ends"),
      ("Content-Length", #"["5"]"#, "how long a body is"), ("A", "[5]", "texts without line breaks"),
      ("A", #"["a\u0000"]"#, "texts without line breaks"), ("#A`", ##"["a", "#b"]"##, nil),
    ])
  func headers(name: String, values: String, detail: String?) async throws {
    let steered = try Steered()
    let answer = try await steered.ask("POST", Self.place, #"{"responseHeaders": {"\#(name)": \#(values)}}"#)
    #expect(answer.status == (detail == nil ? 200 : 400), "\(answer)")
    if let detail { #expect(answer.json?["detail"]?.string?.contains(detail) == true, "\(answer)") }
    await steered.end()
  }
}
