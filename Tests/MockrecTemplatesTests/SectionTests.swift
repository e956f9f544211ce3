import MockrecCore
import Testing

@testable import MockrecTemplates

@Suite("sections in replies")
struct SectionTests {
  @Test(
    "conditions and loops",
    arguments: [
      ("{{#request.body.items}}{{id}}={{n}};{{/request.body.items}}", "1=x;2=y;"),
      ("{{#request.body.items}}{{n}}{{^last()}}, {{/last()}}{{/request.body.items}}", "x, y"),
      (
        "{{#request.body.items}}{{index()}}{{#first()}}!{{/first()}}{{#tags}}<{{.}}{{id}}>{{/tags}}{{^tags}}none{{/tags}} {{/request.body.items}}",
        "0!<p1><q1> 1none "
      ),
      (
        "{{#request.body.items}}{{.n urlEncode}}{{.user}}{{user.name}}{{request.body.user.id}}{{/request.body.items}}",
        "x7y7"
      ),
      ("{{#request.body.user}}{{name}} {{.name}} {{.}}{{/request.body.user}}", "bob bob {\"name\":\"bob\",\"id\":7}"),
      (
        "{{#request.body.user}}{{#request.body.items}}{{name}}{{.name}}{{n}}{{/request.body.items}}{{/request.body.user}}",
        "bobxboby"
      ),
      ("{{#request.body.empty}}a{{/request.body.empty}}{{^request.body.empty}}b{{/request.body.empty}}", "b"),
      ("{{#request.body.paid}}a{{/request.body.paid}}{{^request.body.paid}}b{{/request.body.paid}}", "b"),
      ("{{#request.query.none}}a{{/request.query.none}}{{^request.query.none}}b{{/request.query.none}}", "b"),
      ("{{#request.query.empty}}a{{/request.query.empty}}{{^request.query.empty}}b{{/request.query.empty}}", "b"),
      (
        "{{#request.query.user}}a{{.}}{{/request.query.user}}{{^request.query.user}}b{{/request.query.user}}",
        "aal ice b"
      ),
      ("{{#request.queries.tag}}<{{.}}>{{/request.queries.tag}}", "<a><b\">"),
      (
        "{{#jsonpath \"$.items[?@.id>1]\"}}{{n}}{{/jsonpath}}{{#jsonpath \"$.no\"}}a{{/jsonpath}}{{^jsonpath \"$.no\"}}b{{/jsonpath}}",
        "yb"
      ),
      (
        "{{#request.query.user regex /(zz)/}}a{{/request.query.user}}{{^request.query.user regex /(zz)/}}b{{/request.query.user}}",
        "b"
      ),
      (
        "{{#request.queries.tag first}}{{.}}{{/request.queries.tag}}{{! nothing }}{{#request.body.amount}}1{{/request.body.amount}}",
        "a1"
      ),
      ("{{#request.body.items}}{{counter}}{{{n}}}{{/request.body.items}}", "1x2y"),
      (
        "{{#request.body.items}}{{#request.body.items}}{{index()}}{{/request.body.items}}{{index()}};{{/request.body.items}}",
        "010;011;"
      ),
    ])
  func sections(text: String, rendered: String) throws {
    #expect(try ReplyCase.render("```\n\(text)\n```") == rendered + "\n")
    #expect(try ReplyCase.render("`\(text)`") == rendered)
  }

  @Test("a line on which only a tag stands is left out")
  func lines() throws {
    let text = """
      ```
      items:
        {{#request.body.items}}
        - {{n}}
        {{/request.body.items}}
      {{! the end }}
      end \\u{7b}{{request.path.id}} { { }} {{request.path.id}}}
      ```
      """
    #expect(try ReplyCase.render(text) == "items:\n  - x\n  - y\nend \\u{7b}42 { { }} 42}\n")
  }

  @Test(
    "sections where values of JSON stand",
    arguments: [
      (
        #"[{{#request.body.items}}{"n": "{{n}}", "i": {{id}}}{{^last()}}, {{/last()}}{{/request.body.items}}]"#,
        #"[{"n": "x", "i": 1}, {"n": "y", "i": 2}]"#
      ),
      (
        #"{"a": {{#request.query.user}}{{.}}{{/request.query.user}}{{^request.query.user}}null{{/request.query.user}}, "b": [1]}"#,
        #"{"a": "al ice b", "b": [1]}"#
      ),
      (
        #"{"a": "x{{#request.query.tag}}{{.}}{{/request.query.tag}}", {{#request.body.paid}}"b": 1, {{/request.body.paid}}"c": 2}"#,
        #"{"a": "xa", "c": 2}"#
      ),
      (
        #"{{#request.query.none}}{"a": 1}{{/request.query.none}}{{^request.query.none}}{"b": [true, {"c": 2}]}{{/request.query.none}}"#,
        #"{"b": [true, {"c": 2}]}"#
      ),
      (
        "{{#request.body}}\n{\"id\": {{user.id}}}\n{{/request.body}}\n{{^request.body}}\n{}\n{{/request.body}}",
        "{\"id\": 7}\n"
      ),
      (
        #"{"tags": {{request.queries.tag}}, "more": [0{{#request.queries.tag}}, {{.}}{{/request.queries.tag}}]}"#,
        #"{"tags": ["a","b\""], "more": [0, "a", "b\""]}"#
      ),
    ])
  func json(text: String, rendered: String) throws {
    var request = ReplyCase.request
    // The section's value is the text of a body.
    if text.hasPrefix("{{#request.body}}") { request.body = Array(#"{"user": {"id": 7}}"#.utf8) }
    let text = text.replacing("{{user.id}}", with: "{{request.body.user.id}}")
    #expect(try ReplyCase.render(text, request) == rendered)
  }

  @Test("what is rendered is bounded, and so is the work, however loops nest")
  func bounds() throws {
    let many = ReplyRequest(
      method: "POST", target: "/", body: Array("[\(Array(repeating: "[1]", count: 3000).joined(separator: ","))]".utf8))
    for text in [
      "{{#request.body.0}}a{{/request.body.0}}{{#jsonpath \"$[*]\"}}0123456789{{.}}{{/jsonpath}}",
      "{{#jsonpath \"$[*]\"}}{{#jsonpath \"$[*]\"}}{{#jsonpath \"$[*]\"}}{{/jsonpath}}{{/jsonpath}}{{/jsonpath}}",
      "{{#jsonpath \"$[*]\"}}{{#jsonpath \"$..*\"}}{{/jsonpath}}{{/jsonpath}}",
      "{{request.body}}{{request.body}}",
      "{{request.body replace \"1\" \"{{request.body}}\"}}",
    ] {
      #expect(throws: ReplyTemplateFailure.self, "\(text)") {
        try ReplyCase.render("```\n\(text)\n```", many, limit: 16_000)
      }
    }
    #expect(
      try ReplyCase.render("```\n{{#jsonpath \"$[*]\"}}a{{/jsonpath}}\n```", many, limit: 16_000).utf8.count == 3001)
  }

  @Test(
    "so are JSONPaths, by what they look at, and what else is asked of the request in a loop",
    arguments: [
      #"{{jsonpath "$..*" count}}"#, #"{{request.body jsonpath "$..*" count}}"#,
      #"{{request.body.a jsonpath "$[?@ == 1]" count}}"#, #"{{#request.body}}{{/request.body}}"#,
      #"{{#request.body regex /(x)/}}{{/request.body}}"#, #"{{random 65536 count}}"#,
    ])
  func visits(text: String) throws {
    let list = Array(repeating: "1", count: 8000).joined(separator: ",")
    let request = ReplyRequest(method: "POST", target: "/", body: Array(#"{"a":[\#(list)]}"#.utf8))
    #expect(throws: ReplyTemplateFailure.self) {
      try ReplyCase.render("```\n{{#request.body.a}}\(text){{/request.body.a}}\n```", request)
    }
    #expect(
      try ReplyCase.render(#"`{{jsonpath "$..*" count}} {{jsonpath "$.a[?@ == 1]" count}}`"#, request) == "8001 8000")
  }

  @Test("whatever is read is rendered or refused, the same twice", arguments: UInt64(0)..<100)
  func anything(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let parts = [
      "{{#request.body.items}}", "{{/request.body.items}}", "{{#request.body.user}}", "{{/request.body.user}}",
      "{{^request.body.empty}}", "{{/request.body.empty}}", "{{#tags}}", "{{/tags}}", "{{! c }}", "{{{n}}}", "{{.}}",
      "{{^last()}}", "{{/last()}}", "{{uuid}}", "\n", " ", "\r\n", "{", "}", "é\u{301}", "a", "\"", "{{id}}",
    ]
    for _ in 0..<100 {
      let text = (0..<Int.random(in: 1...16, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
      let source = SourceText(name: "t", text: text.joined())
      guard let template = try? NotationParser.reply(source),
        let reply = try? ReplyTemplate(template, as: .json, in: source)
      else { continue }
      let rendered = Result { try reply.render(ReplyCase.context(limit: 2000)) }
      let again = Result { try reply.render(ReplyCase.context(limit: 2000)) }
      #expect((try? rendered.get()) == (try? again.get()))
      #expect((try? rendered.get().count) ?? 0 <= 2000)
    }
  }

  @Test("both ways of rendering give the same text", arguments: UInt64(0)..<200)
  func agree(seed: UInt64) throws {
    var random = Dice(seed: seed)
    let parts = [
      "{{request.query.user}}", "{{request.body.user}}", "{{uuid}}", "{{{request.body.note}}}", "{{counter}}", " ",
      "\n",
      "  ", "{", "}", "a", "é\u{301}", "\r\n", "\"", "{{request.query.none}}", "{ {", "\\", "😀", "{{now \"1 d\"}}", "&",
    ]
    let text = (0..<12).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      // Two braces would be a placeholder.
      .replacing("{{{{", with: "{ {{")
    let source = SourceText(name: "t", text: text)
    let with = SourceText(name: "t", text: text + "{{! c }}")
    guard let plain = try? NotationParser.reply(source), let tagged = try? NotationParser.reply(with) else { return }
    for escaping in [Escaping.none, .json, .markup] {
      let one = try ReplyTemplate(plain, as: escaping, in: source).render(ReplyCase.context())
      let two = try ReplyTemplate(tagged, as: escaping, in: with).render(ReplyCase.context())
      // A comment alone on the last line takes that line's blanks with it.
      #expect(
        String(decoding: one, as: UTF8.self).dropTrailingBlanks
          == String(decoding: two, as: UTF8.self).dropTrailingBlanks,
        "seed \(seed): \(text.debugDescription)")
    }
  }
}

extension String {
  fileprivate var dropTrailingBlanks: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
