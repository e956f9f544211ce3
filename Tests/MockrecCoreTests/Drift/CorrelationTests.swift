import Testing

@testable import MockrecCore

@Suite struct CorrelationTests {
  private func exchange(_ request: String..., answer: String? = nil) throws -> Correlation.Exchange {
    Correlation.Exchange(request: request, answer: try answer.map { try JSON.parse($0) })
  }

  @Test("what an answer made up and a later request says again is a link")
  func links() throws {
    let links = Correlation.links(
      [
        try self.exchange("/items", #"{"name": "box-17"}"#, answer: #"{"id": "a1b2c3", "name": "box-17", "n": 3}"#),
        try self.exchange("/items/a1b2c3", answer: #"{"id": "a1b2c3", "parts": [{"id": 90210}]}"#),
        try self.exchange("/parts?of=a1b2c3&id=90210", answer: "{}"),
        try self.exchange("/items/a1b2c3x", answer: #"{"next": "zz99"}"#),
      ], taken: ["api"])
    #expect(links.map(\.value) == ["a1b2c3", "90210"])
    #expect(links.map(\.name) == ["id", "id2"])
    #expect(links.map(\.location.shortDescription) == ["$.id", "$.parts[0].id"])
    #expect(links.map(\.uses) == [[1, 2], [2]])
  }

  @Test("words of people, dates and what the client said first are none")
  func none() throws {
    let links = Correlation.links([
      try self.exchange(
        "/v1/users", answer: #"{"state": "open", "at": "2026-11-21T09:21:00Z", "v": "v1", "u": "users"}"#),
      try self.exchange("/v1/users?state=open&at=2026-11-21T09:21:00Z", answer: nil),
    ])
    #expect(links.isEmpty)
  }

  @Test("a request says a variable, and recalls what it was")
  func saying() throws {
    let text = """
      DELETE {{api}}/items/a1b2c3?x=a1b2c3x
      X-Item: a1b2c3
      {"id": "a1b2c3", "no": "a1b2c3x"}

      HTTP 204

      """
    let entry = try #require(try NotationParser.parse(SourceText(name: "t", text: text)).entries.first)
    let said = try entry.saying("id", for: "a1b2c3")
    let printed = NotationPrinter.print(ConversationFile(entries: [said]))
    #expect(
      printed == """
        # @was id a1b2c3
        DELETE {{api}}/items/{{id}}?x=a1b2c3x
        X-Item: {{id}}
        {"id": "{{id}}", "no": "a1b2c3x"}

        HTTP 204

        """)
    let read = try #require(try NotationParser.parse(SourceText(name: "t", text: printed)).entries.first)
    #expect(read.recalledNames == ["id"])
    let recalled = try read.recalled()
    #expect(
      NotationPrinter.print(ConversationFile(entries: [Entry(request: recalled.request, response: nil)])).hasPrefix(
        "DELETE {{api}}/items/a1b2c3?x=a1b2c3x\nX-Item: a1b2c3\n{\"id\": \"a1b2c3\", \"no\": \"a1b2c3x\"}"))
  }

  @Test("what each side made up is no difference")
  func replacing() {
    let fake = Answer.json(#"{"id": "old123", "n": 1}"#, headers: [("Location", "/items/old123")])
    let real = Answer.json(#"{"id": "new456", "n": 1}"#, headers: [("Location", "/items/new456")])
    #expect(!Comparison.differences(fake: fake, real: real).isEmpty)
    let read = fake.replacing(["id": .text("old123")], by: ["id": .text("new456")])
    #expect(Comparison.differences(fake: read, real: real).isEmpty)
    // A short value may stand anywhere by accident.
    #expect(
      Answer.json(#"{"a": 1}"#).replacing(["id": .json(1)], by: ["id": .json(2)]).body == Array(#"{"a": 1}"#.utf8))
  }
}
