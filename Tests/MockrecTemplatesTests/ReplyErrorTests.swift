import MockrecCore
import Testing

@testable import MockrecTemplates

@Suite("what is wrong with a reply's template")
struct ReplyErrorTests {
  @Test("is said when it is loaded, with its place and the fix", arguments: loadErrors)
  func load(text: String, message: String) throws {
    do {
      _ = try ReplyCase.template(text)
      Issue.record("\(text) is accepted")
    } catch let error as Diagnostic {
      #expect(error.description == message, "\(error.description)")
    }
  }

  @Test(
    "or is the failure of a request, with the reason and the place",
    arguments: [
      ("{{jsonpath \"$.nope\"}}", "m.hurl:3:4: {{jsonpath \"$.nope\"}}: finds nothing"),
      (
        "{{request.body.amount toDate \"%F\"}}",
        "m.hurl:3:4: {{request.body.amount toDate \"%F\"}}: toDate is given number, which is no string"
      ),
      ("{{request.query.user regex /(z)/}}", "m.hurl:3:4: {{request.query.user regex /(z)/}}: regex gives nothing"),
      (
        "{{now \"{{request.query.user}}\"}}",
        "m.hurl:3:4: {{now \"{{request.query.user}}\"}}: an argument of type string cannot be used"
      ),
      (
        "a{{#request.body.items}}{{n toInt}}{{/request.body.items}}",
        "m.hurl:3:28: {{n toInt}}: toInt is given string, which is no whole number"
      ),
      (
        "{{#request.body.items toInt}}{{/request.body.items}}",
        "m.hurl:3:5: {{request.body.items toInt}}: toInt is given list"
      ),
      (
        "{{getEnv \"MOCKREC_NOPE\"}}",
        "m.hurl:3:4: {{getEnv \"MOCKREC_NOPE\"}}: there is no environment variable MOCKREC_NOPE"
      ),
    ])
  func run(text: String, message: String) throws {
    let template = try ReplyCase.template("`\(text)`")
    do {
      let rendered = try template.render(ReplyCase.context())
      Issue.record("\(String(decoding: rendered, as: UTF8.self))")
    } catch {
      #expect(error.description.hasPrefix(message), "\(error)")
    }
  }

  @Test(
    "which quotes nothing of the request: it may be a secret",
    arguments: [
      "request.body.password toInt", "request.query.token toInt", "request.header.Cookie toInt",
      "request.header.Authorization toFloat", "request.body.password utf8Decode",
      "request.body.password toHex base64Decode",
      "request.body.password toDate \"%F\"", "request.body.password first", "request.body.password jsonpath \"$\"",
      "request.query.token urlQueryParam \"x\" toDate \"%F\"", "now \"{{request.body.password}}\"",
      "now {{request.body.password}}", "jsonpath \"{{request.body.password}}\"",
      "request.query.token regex \"({{request.body.password}}\"", "now dateFormat \"%Q{{request.body.password}}\"",
    ])
  func secrets(text: String) throws {
    let request = ReplyRequest(
      method: "POST", target: "/?token=hunter2secret%25",
      fields: Fields([
        ("Content-Type", "application/json"), ("Cookie", "hunter2secret"), ("Authorization", "hunter2secret"),
      ]), body: Array(#"{"password": "hunter2secret"}"#.utf8))
    do {
      let rendered = try ReplyCase.render("`{{\(text)}}`", request)
      Issue.record("\(rendered)")
    } catch let failure as ReplyTemplateFailure {
      #expect(!failure.reason.contains("hunter2"), "\(failure)")
    }
  }

  @Test("a body that is no JSON, no text, or none")
  func bodies() throws {
    var request = ReplyRequest(method: "POST", target: "/", body: Array("{".utf8))
    for text in ["{{request.body.a}}", "{{jsonpath \"$.a\"}}", "{{#request.body.a}}{{/request.body.a}}"] {
      do {
        _ = try ReplyCase.render("`\(text)`", request)
        Issue.record("\(text) is rendered")
      } catch {
        #expect("\(error)".contains("a request whose body is no JSON"), "\(error)")
      }
    }
    request.body = [0xFF]
    #expect(throws: ReplyTemplateFailure.self) { try ReplyCase.render("`{{request.body}}`", request) }
    request.body = []
    #expect(
      try ReplyCase.render("`a{{request.body}}{{request.body.x}}{{#request.body.x}}b{{/request.body.x}}`", request)
        == "a")
    #expect(throws: ReplyTemplateFailure.self) { try ReplyCase.render("`{{jsonpath \"$\"}}`", request) }
  }

  @Test("outside of replies nothing of it is read")
  func elsewhere() throws {
    for text in [
      "POST {{a}}/x\n{\"a\": \"{{request.method}}\"}\nHTTP 200\n", "POST {{a}}/x\n{\"a\": {{#b}}1{{/b}}}\nHTTP 200\n",
      "POST {{a}}/x\n```\n{{#b}}{{/b}}\n```\nHTTP 200\n", "GET {{a}}/x\nX: {{now \"1 d\"}}\nHTTP 200\n",
      "GET {{a}}/x\nHTTP 200\nX: {{#b}}{{/b}}\n", "GET {{a}}/x\nHTTP 200\n[Asserts]\nbody == \"{{request.method}}\"\n",
      "GET {{a}}/x\nHTTP 200\n[Asserts]\nbody == `{{{b}}}`\n",
    ] {
      #expect(throws: Diagnostic.self, "\(text)") { try NotationParser.parse(SourceText(name: "a", text: text)) }
    }
  }

  @Test("a contract that holds any of it is refused before it is run")
  func contracts() throws {
    for (body, message) in [
      ("{\"a\": \"{{#b}}{{/b}}\"}", "stand in the replies of mocks"),
      ("[{{#b}}1{{/b}}]", "stand in the replies of mocks"),
      ("`{{! c }}`", "stand in the replies of mocks"), ("{\"a\": {{{b}}}}", "stand in the replies of mocks"),
      ("{\"a\": {{request.body.b}}}", "{{request.body.b}} stands in the replies of mocks"),
      ("{\"a\": {{now \"1 d\"}}}", "{{now}} stands in the replies of mocks"),
      ("`{{.}}`", "{{.}} stands in the replies of mocks"),
    ] {
      let source = SourceText(name: "c.hurl", text: "GET {{a}}/x\nHTTP 200\n\(body)\n")
      let entry = try #require(try NotationParser.parse(source).entries.first)
      var defined: Set = ["a", "b"]
      let problems = ContractCheck.problems(in: entry, of: source, defined: &defined)
      #expect(problems.contains { $0.message.contains(message) }, "\(body) \(problems)")
    }
  }
}
