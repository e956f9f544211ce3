import Foundation
import MockrecCore
import Testing

@testable import MockrecTemplates

@Suite("templates in replies")
struct ReplyTemplateTests {
  @Test(
    "parts of the request",
    arguments: [
      ("{{request.method}} {{request.url}}", "POST /users/42/orders?user=al%20ice+b&tag=a&tag=b%22&user.name=x&empty="),
      ("{{request.path}} {{request.path.id}} {{request.path.rest}}", "/users/42/orders 42 a/b"),
      ("{{request.query.user}}|{{request.query.tag}}|{{request.query.user.name}}", "al ice b|a|x"),
      ("{{request.query.none}}|{{request.query.empty}}|{{request.query.\"user.name\"}}", "||x"),
      (
        "{{request.queries.tag}} {{request.queries.tag nth 1}} {{request.queries.none count}}",
        "[\"a\",\"b\\\"\"] b\" 0"
      ),
      ("{{request.header.x-user-bucket}} {{request.headers.X-Many}} {{request.header.no}}", "blue [\"1\",\"2\"] "),
      ("{{request.cookie.session}} {{request.cookie.a}} {{request.cookie.b}}", "s=1 1 "),
      ("{{request.body.amount}} {{request.body.user.name}} {{request.body.items.1.n}}", "12.50 bob y"),
      ("{{request.body.nope.at.all}}|{{request.body.none}}|{{request.body.items.9}}", "||"),
      ("{{request.body.user}} {{request.body.paid}}", "{\"name\":\"bob\",\"id\":7} false"),
      ("{{request.body jsonpath \"$.amount\"}} {{jsonpath \"$.items[*].id\"}}", "12.50 [1,2]"),
    ])
  func parts(text: String, rendered: String) throws {
    #expect(try ReplyCase.render("`\(text)`") == rendered)
    #expect(try ReplyCase.render("```\n\(text)\n```") == rendered + "\n")
  }

  @Test("a form's values, and a body that is text")
  func form() throws {
    let request = ReplyRequest(
      method: "POST", target: "/token", fields: Fields([("Content-Type", "application/x-www-form-urlencoded")]),
      body: Array("grant_type=password&scope=a+b&x".utf8))
    let text =
      "`{{request.form.grant_type}} {{request.form.scope}} {{request.form.x}}{{request.form.y}} {{request.body}}`"
    #expect(try ReplyCase.render(text, request) == "password a b  grant_type=password&scope=a+b&x")
  }

  @Test(
    "functions and filters",
    arguments: [
      ("{{now}} {{newDate}}", "2026-11-20T10:00:00.000000Z 2026-11-20T10:00:00.000000Z"),
      ("{{now toEpoch}} {{now toEpochMillis}}", "1795168800 1795168800000"),
      (
        "{{now \"+3 days\" dateFormat \"%F\"}} {{now \"-1 month 2 hours\" dateFormat \"%F %R\"}}",
        "2026-11-23 2026-10-20 08:00"
      ),
      (
        "{{now \"90s\" dateFormat \"%T\"}} {{now \"{{request.body.user.id}} weeks\" dateFormat \"%F\"}}",
        "10:01:30 2027-01-08"
      ),
      ("{{request.body.at dateFormat \"%d.%m.\"}} {{request.body.at toEpoch}}", "31.01. 1769817600"),
      (
        "{{counter}} {{counter}} {{counter \"a\"}} {{counter \"{{request.body.user.name}}\"}} {{counter \"a\"}}",
        "1 2 1 1 2"
      ),
      ("{{request.query.user urlEncode}} {{request.query.user base64Encode}}", "al%20ice%20b YWwgaWNlIGI="),
      (
        "{{request.query.user replace \"al\" \"{{request.path.id}}\"}} {{request.query.user replace /[aeiou]/ \"_\"}}",
        "42 ice b _l _c_ b"
      ),
      ("{{request.query.user regex /al (\\w+)/}} {{request.query.user split \" \" count}}", "ice 3"),
      ("{{request.query.none toInt}}|{{request.path.id toInt}}|{{request.path.id toFloat}}", "|42|42.0"),
      ("{{request.cookie.session base64Encode base64Decode}} {{random \"x\" \"x\"}} {{random 3 3}}", "s=1 x 3"),
    ])
  func functions(text: String, rendered: String) throws {
    #expect(try ReplyCase.render("`\(text)`") == rendered)
  }

  @Test(
    "values in JSON",
    arguments: [
      (#"{"note": "{{request.body.note}}"}"#, #"{"note": "say \"hi\" <b>"}"#),
      (#"{"note": {{request.body.note}}, "a": {{request.body.amount}}}"#, #"{"note": "say \"hi\" <b>", "a": 12.50}"#),
      (
        #"{"a": "{{request.body.amount}}", "u": "{{request.body.user}}"}"#,
        #"{"a": "12.50", "u": "{\"name\":\"bob\",\"id\":7}"}"#
      ),
      (#"{"u": {{request.body.user}}, "p": {{request.body.paid}}}"#, #"{"u": {"name":"bob","id":7}, "p": false}"#),
      (
        #"{"n": {{request.query.none}}, "m": "{{request.query.none}}", "o": {{request.body.none}}}"#,
        #"{"n": null, "m": "", "o": null}"#
      ),
      (#"{"t": {{now toEpoch}}, "d": {{now "-1 d" dateFormat "%F"}}}"#, #"{"t": 1795168800, "d": "2026-11-19"}"#),
      (
        #"{"raw": {{{request.path.id}}}, "int": {{request.path.id toInt}}, "text": {{request.path.id}}}"#,
        #"{"raw": 42, "int": 42, "text": "42"}"#
      ),
      (#"{"k{{request.path.id}}\"": "\\{{request.body.note}}"}"#, #"{"k42\"": "\\say \"hi\" <b>"}"#),
      (
        #"{"x": "{{jsonpath "$.items[?@.id == 2].n"}}", "y": "{{request.query.user replace "al" "\"" }}"}"#,
        #"{"x": "y", "y": "\" ice b"}"#
      ),
    ])
  func json(text: String, rendered: String) throws {
    #expect(try ReplyCase.render(text) == rendered)
    #expect(try ReplyCase.render("```json\n\(text)\n```") == rendered + "\n")
    #expect(try ReplyCase.render("```\n\(text)\n```", contentType: "application/hal+json; a=b") == rendered + "\n")
    #expect(throws: Never.self) { try JSON.parse(rendered) }
  }

  @Test("the examples of docs/templates.md give what stands beside them")
  func documented() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/templates.md")
    let document = try String(contentsOf: path, encoding: .utf8)
    let example = document.split(separator: "```\n")[1]
    let body = try #require(example.firstRange(of: "\n{")).lowerBound
    let order = try ReplyCase.render(String(example[body...].dropFirst().dropLast()), seed: 1)
    let read = try JSON.parse(order)
    #expect(read["user"] == 42 && read["due"] == "2026-11-23" && read["items"]?[1]?["n"] == "y", "\(order)")
    let rows = document.split(separator: "\n").filter { $0.hasPrefix("| `{") }
    #expect(rows.count == 7)
    for row in rows {
      let cells = row.split(separator: " | ").map { $0.filter { $0 != "`" } }
      let (text, rendered) = (cells[0].dropFirst(2), cells[1].dropLast(2))
      #expect(try ReplyCase.render(String(text)) == rendered)
    }
  }

  @Test("markup, plain text and fields")
  func otherEscaping() throws {
    let text = "<a b='{{request.body.note}}'>{{{request.body.note}}}</a>"
    let markup = "<a b='say &quot;hi&quot; &lt;b&gt;'>say \"hi\" <b></a>\n"
    #expect(try ReplyCase.render("```xml\n\(text)\n```") == markup)
    #expect(try ReplyCase.render("```\n\(text)\n```", contentType: "text/html; charset=utf-8") == markup)
    #expect(try ReplyCase.render("```\n\(text)\n```", contentType: "application/soap+xml") == markup)
    #expect(try ReplyCase.render("`{{request.body.note}}`") == "say \"hi\" <b>")
    let source = SourceText(
      name: "m.hurl", text: "GET {{a}}/\nHTTP 200\nLocation: /x/{{{request.query.next}}}{{request.query.next}}\n")
    let value = try #require(try NotationParser.parse(source).entries.first?.response?.headers.first?.value)
    let template = try ReplyTemplate(value, as: .field, in: source)
    let request = ReplyRequest(method: "GET", target: "/?next=a%0d%0aSet-Cookie:%20b=c%00")
    #expect(
      String(decoding: try template.render(ReplyCase.context(request)), as: UTF8.self)
        == "/x/a  Set-Cookie: b=c a  Set-Cookie: b=c ")
  }

  @Test("the same seed gives the same text, another one another; two calls in one reply differ")
  func random() throws {
    let text = "`{{uuid}} {{uuid}} {{newUuid}} {{random 20}} {{random 20}} {{random 1 1000000}} {{random 1 1000000}}`"
    let rendered = try ReplyCase.render(text, seed: 0)
    #expect(try ReplyCase.render(text, seed: 0) == rendered)
    let words = rendered.split(separator: " ")
    #expect(words.count == 7 && Set(words).count == 7, "\(rendered)")
    let other = try ReplyCase.render(text, seed: 7).split(separator: " ")
    #expect(Set(words).intersection(other).isEmpty)
    // Halves of numbers do not come again in the next one.
    #expect(Set(words.prefix(3).flatMap { [$0.prefix(8), $0.suffix(8)] }).count == 6)
    let picked = Set(
      try (0..<100).map {
        try ReplyCase.render("`{{random \"a\" \"b\" 3}}{{random {{request.queries.tag}}}}`", seed: $0)
      })
    #expect(picked == ["aa", "ba", "3a", "ab\"", "bb\"", "3b\""])
    let context = ReplyCase.context()
    let template = try ReplyCase.template("`{{uuid}}`")
    #expect(try template.render(context) != template.render(context))
  }

  @Test("a secret does not stand in a mock, nor in the message that says so")
  func secret() throws {
    let functions = [
      "sign": ReplyFunction(options: nil, secrets: ["key"]) { call throws(WordError) in
        .text("\(call.options.map(\.name))")
      }
    ]
    #expect(
      try ReplyCase.render(
        "```\n{{sign b={{request.path.id}} key={{request.path.rest}} a=1}}\n```", functions: functions
      )
      .contains("b"))
    for text in ["{{sign key=\"hush-hush\"}}", "{{sign key=\"{{request.path.id}}hush-hush\"}}"] {
      let problem = try #require(throws: Diagnostic.self) {
        try ReplyCase.template("```\n\(text)\n```", functions: functions)
      }
      #expect(problem.description.contains("m.hurl:4:8") && !problem.description.contains("hush"), "\(problem)")
    }
  }

  @Test("functions of the user's: arguments with templates, names, and their own escaping")
  func ownFunctions() throws {
    let show = ReplyFunction(
      arguments: 1...2, options: ["alg", "ttl"], json: [.index(0)],
      read: { argument, value throws(WordError) in
        if argument == .option("ttl"), Int(value.variableText ?? "") == nil { throw .misuse("ttl takes seconds") }
        return value
      },
      evaluate: { call throws(WordError) in
        let options = call.options.map { "\($0.name)=\($0.value.variableText ?? "?")" }
        return .text((call.arguments.map { $0.variableText ?? "?" } + options).joined(separator: ";"))
      })
    let functions = ["jwt": show]
    #expect(
      try ReplyCase.render(
        #"{"t": "{{jwt "{\"sub\": \"{{request.body.note}}\"}" alg="HS256" ttl="60"}}"}"#, functions: functions)
        == #"{"t": "{\"sub\": \"say \\\"hi\\\" <b>\"};alg=HS256;ttl=60"}"#)
    #expect(
      try ReplyCase.render(
        "```\n{{jwt `{\"n\": {{request.body.user.id}}}` 5 ttl=\"{{request.path.id}}\"}}\n```", functions: functions)
        == "{\"n\": 7};5;ttl=42\n")
    for (text, message) in [
      ("{{jwt}}", "`jwt` takes 1 to 2 arguments, not 0"), ("{{jwt \"a\" algo=\"x\"}}", "`jwt` has no `algo`"),
      ("{{jwt \"a\" ttl=\"x\"}}", "ttl takes seconds"),
      ("{{jwt \"a\" ttl=\"1\" \"b\"}}", "stands before those with one"),
    ] {
      #expect(throws: Diagnostic.self, "\(message)") { try ReplyCase.template("`\(text)`", functions: functions) }
      do { _ = try ReplyCase.template("```\n\(text)\n```", functions: functions) } catch {
        #expect("\(error)".contains(message), "\(error)")
      }
    }
  }
}
