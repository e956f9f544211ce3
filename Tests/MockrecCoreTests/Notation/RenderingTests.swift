import MockrecCore
import Testing

@Suite("placeholders")
struct RenderingTests {
  private func target(_ text: String) throws -> (Template, SourceText) {
    let source = SourceText(name: "a.hurl", text: "GET \(text)\n")
    let file = try NotationParser.parse(source)
    return (try #require(file.entries.first).request.target, source)
  }

  private func rendered(_ text: String, _ variables: Variables) throws -> String {
    let (template, source) = try self.target(text)
    return try ContractCase.scope(variables).text(template, in: source)
  }

  @Test("variables are put in for their placeholders")
  func values() throws {
    #expect(
      try self.rendered("{{host}}/a\\u{2f}{{ id }}?x={{id}}", ["host": .text("http://h"), "id": .init(written: "42")])
        == "http://h/a/42?x=42")
  }

  @Test("a variable without a value is named at its place, with the nearest that has one")
  func missing() throws {
    let error = try #require(throws: Diagnostic.self) {
      try self.rendered("{{host}}/{{user-id}}", ["host": .text(""), "user_id": .text("")])
    }
    #expect(
      "\(error)" == """
        error: {{user-id}} is neither a service nor a variable
          --> a.hurl:1:14
        1 | GET {{host}}/{{user-id}}
          |              ^
          nearest: {{user_id}}
          fix:     name a service of mockrec.yaml, give --variable user-id=VALUE, or take the value in [Captures] of an earlier entry
        """)
  }

  @Test(
    "functions and filters are worked out in placeholders",
    arguments: [
      ("{{newDate}}", "2026-11-20T10:00:00.000000Z"), ("{{newDate dateFormat \"%d.%m.%y\"}}", "20.11.26"),
      ("{{getEnv \"HOME\"}}", "/home/alice"), ("{{name urlEncode}}", "a%20b"), ("{{list nth -1}}", "2"),
      ("{{name replace \" \" \"_\"}}", "a_b"),
    ])
  func expressions(text: String, expected: String) throws {
    let variables: Variables = [
      "name": .text("a b"), "list": .json([1, 2]), "newDate": .text("not this"),
    ]
    #expect(try self.rendered("/\(text)", variables) == "/\(expected)")
  }

  @Test("what is random differs from place to place and is the same for the same seed")
  func random() throws {
    let text = "{{newUuid}} {{newUuid}} {{randomInt 3 5}} {{randomString 8}} {{randomBool}}"
    let parts = try self.rendered(text, [:]).split(separator: " ").map(String.init)
    #expect(parts.count == 5 && parts[0] != parts[1])
    #expect(parts[0].wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    #expect(["3", "4", "5"].contains(parts[2]) && parts[3].count == 8 && Bool(parts[4]) != nil)
    #expect(try self.rendered(text, [:]).split(separator: " ").map(String.init) == parts)
    let (template, source) = try self.target("{{newUuid}}")
    #expect(try ContractScope(seed: 1).text(template, in: source) != ContractScope(seed: 2).text(template, in: source))
  }

  @Test(
    "what cannot be put into a text is said",
    arguments: [
      ("{{bytes}}", "bytes, which cannot be put into a text"), ("{{getEnv \"NO\"}}", "no environment variable NO"),
      ("{{name toInt}}", "no whole number"), ("{{list nth 7}}", "gives nothing"),
      ("{{randomInt 2 1}}", "smaller number"),
    ])
  func impossible(text: String, words: String) throws {
    let variables: Variables = ["bytes": .bytes([1]), "name": .text("a"), "list": .json([])]
    let error = try #require(throws: Diagnostic.self) { try self.rendered("/\(text)", variables) }
    #expect(error.message.contains(words) && error.place?.position.column == 6, "\(error)")
  }

  @Test("a value between quotes of a JSON body is escaped, and nowhere else")
  func json() throws {
    let source = SourceText(
      name: "a.hurl", text: "POST /\n{\"a\": \"{{text}}\", \"b\": {{list}}, \"c\": \"\\\"{{text}}\"}\n")
    let entry = try #require(try NotationParser.parse(source).entries.first)
    guard case .json(let template)? = entry.request.body else { throw CancellationError() }
    let scope = ContractScope(["text": .text("x\"\n"), "list": .json([1, "y"])])
    #expect(try scope.json(template, in: source) == #"{"a": "x\"\n", "b": [1,"y"], "c": "\"x\"\n"}"#)
  }

  @Test(
    "a variable from the command line has the type that it reads as",
    arguments: [
      ("1", ContractValue.json(1)), ("true", .json(true)), ("null", .json(.null)),
      ("\"1\"", .text("1")), ("abc", .text("abc")), ("[1]", .text("[1]")), ("{}", .text("{}")), ("", .text("")),
      ("01", .text("01")),
    ])
  func typed(text: String, value: ContractValue) { #expect(ContractValue(written: text) == value) }
}
