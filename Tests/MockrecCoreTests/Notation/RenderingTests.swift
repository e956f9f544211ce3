import MockrecCore
import Testing

@Suite("placeholders")
struct RenderingTests {
  private func target(_ text: String) throws -> (Template, SourceText) {
    let source = SourceText(name: "a.hurl", text: "GET \(text)\n")
    let file = try NotationParser.parse(source)
    return (try #require(file.entries.first).request.target, source)
  }

  @Test("variables are put in for their placeholders")
  func values() throws {
    let (template, _) = try self.target("{{host}}/a\\u{2f}{{ id }}?x={{id}}")
    #expect(try template.render(["host": "http://h", "id": "42"]) == "http://h/a/42?x=42")
  }

  @Test("a variable without a value is named at its place, with the nearest that has one")
  func missing() throws {
    let (template, source) = try self.target("{{host}}/{{user-id}}")
    do {
      _ = try template.render(["host": "", "user_id": ""])
      Issue.record("rendered")
    } catch {
      #expect(
        "\(error.diagnostic(in: source))" == """
          error: the variable `user-id` has no value
            --> a.hurl:1:14
          1 | GET {{host}}/{{user-id}}
            |              ^
            nearest: user_id
          """)
    }
  }

  @Test("an expression is left to who can work it out")
  func expressions() throws {
    let (template, _) = try self.target("/{{newUuid}}/{{id toInt}}")
    #expect(throws: RenderingError.self) { try template.render(["id": "1"]) }
    #expect(try template.render(names: []) { "<\($0)>" } == "/<newUuid>/<id toInt>")
  }
}
