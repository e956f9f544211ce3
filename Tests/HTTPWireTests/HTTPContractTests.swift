import HTTPWire
import MockrecCore
import MockrecWire
import Testing

/// An entry and the request that it becomes.
struct ContractRequestCase: CustomTestStringConvertible, Sendable {
  var entry: String
  var url: String
  var type: String?
  var body: String
  var options: [String]

  init(_ entry: String, url: String = "http://a/", type: String? = nil, body: String = "", options: [String] = []) {
    self.entry = entry
    self.url = url
    self.type = type
    self.body = body
    self.options = options
  }

  var testDescription: String { self.entry }
}

@Suite("contracts become requests")
struct HTTPContractTests {
  private static let scope = ContractScope(
    ["api": .text("http://a"), "n": .init(written: "7"), "text": .text("x\"y")],
    readFile: { $0 == "note.txt" ? Array("a note".utf8) : nil })

  private func request(_ text: String) throws -> ContractRequest {
    let source = SourceText(name: "c/a.hurl", text: text + "\n")
    let entry = try #require(try NotationParser.parse(source).entries.first)
    return try HTTPWire().contractRequest(for: entry, scope: Self.scope, file: source)
  }

  @Test(
    "sections, bodies and the types that go with them",
    arguments: [
      ContractRequestCase("GET {{api}}/\n[Query]\na\\u{20}b: ü&\nn: {{n}}", url: "http://a/?a%20b=%C3%BC%26&n=7"),
      ContractRequestCase("GET {{api}}/?x=1\n[QueryStringParams]\ny: 2", url: "http://a/?x=1&y=2"),
      ContractRequestCase("GET {{api}}/\n[Query]\n[Form]\n[Multipart]"),
      ContractRequestCase(
        "POST {{api}}/\n[FormParams]\na: b c\nd: é", type: "application/x-www-form-urlencoded", body: "a=b%20c&d=%C3%A9"
      ),
      ContractRequestCase("POST {{api}}/\n[Form]\na: b\n`the body`", body: "the body"),
      ContractRequestCase(
        "POST {{api}}/\n{\"a\": {{n}}, \"b\": \"{{text}}\"}", type: "application/json", body: #"{"a": 7, "b": "x\"y"}"#),
      ContractRequestCase("POST {{api}}/\nContent-Type: text/x\n{\"a\": 1}", type: "text/x", body: "{\"a\": 1}"),
      ContractRequestCase("# @layout compact\nPOST {{api}}/\n{\n  \"a\": 1\n}", body: "{\"a\":1}"),
      ContractRequestCase("POST {{api}}/\n<a>{{n}}</a>", type: "application/xml", body: "<a>{{n}}</a>"),
      ContractRequestCase("POST {{api}}/\n```xml\n<a>{{n}}</a>\n```", type: "application/xml", body: "<a>7</a>\n"),
      ContractRequestCase("POST {{api}}/\n```json\n[{{n}}]\n```", type: "application/json", body: "[7]\n"),
      ContractRequestCase("POST {{api}}/\n```\n{{n}}\n```", body: "7\n"),
      ContractRequestCase("POST {{api}}/\n```raw\n{{n}}\n```", body: "{{n}}\n"),
      ContractRequestCase("POST {{api}}/\n```hex\n61 62\n```", body: "ab"),
      ContractRequestCase(
        "POST {{api}}/\n```graphql\nquery Q { a }\n\nvariables {\n  \"n\": {{n}}\n}\n```", type: "application/json",
        body: #"{"query":"query Q { a }","variables":{"n":7}}"#),
      ContractRequestCase("POST {{api}}/\nbase64,YWI=;", body: "ab"),
      ContractRequestCase(
        "GET {{api}}/\n[Cookies]\na: 1\nb: {{n}}\n[BasicAuth]\nu: p w\n[Options]\ninsecure: true",
        options: ["cookie: a=1; b=7", "user: u:p w", "insecure: true"]),
    ])
  func requests(_ test: ContractRequestCase) throws {
    let request = try self.request(test.entry)
    #expect(request.message.start.last == test.url)
    #expect(request.message.fields[first: "Content-Type"] == test.type)
    #expect(request.message.body.bytes.map { String(decoding: $0, as: UTF8.self) } == test.body)
    #expect(request.options.map { "\($0.name): \($0.value)" } == test.options)
  }

  @Test("a form with files is written as RFC 7578 says, the same each time")
  func multipart() throws {
    let text = "POST {{api}}/\n[MultipartFormData]\nk\\u{22}: v{{n}}\nf: file,note.txt;\ng: file,note.txt; text/csv"
    let request = try self.request(text)
    let type = try #require(request.message.fields[first: "Content-Type"])
    let boundary = try #require(type.split(separator: "boundary=").last)
    #expect(type.hasPrefix("multipart/form-data; boundary=---"))
    let body = [
      "--\(boundary)", "Content-Disposition: form-data; name=\"k%22\"", "", "v7", "--\(boundary)",
      "Content-Disposition: form-data; name=\"f\"; filename=\"note.txt\"", "Content-Type: text/plain", "", "a note",
      "--\(boundary)", "Content-Disposition: form-data; name=\"g\"; filename=\"note.txt\"", "Content-Type: text/csv",
      "",
      "a note", "--\(boundary)--", "",
    ].joined(separator: "\r\n")
    #expect(request.message.body.bytes.map { String(decoding: $0, as: UTF8.self) } == body)
    #expect(try self.request(text) == request)
  }

  @Test("an option adds a header, and a file body stands beside its contract")
  func more() throws {
    let request = try self.request("PUT {{api}}/\nA: 1\n[Options]\nheader: B: two: 2\nheader: C:\nfile,sub/x.bin;")
    #expect(request.message.fields.map { "\($0.name)=\($0.value)" } == ["A=1", "B=two: 2", "C="])
    guard case .file("c/sub/x.bin", _) = request.message.body.content else {
      throw Diagnostic("\(request.message.body)")
    }
  }

  @Test(
    "what cannot be sent is said at its place",
    arguments: [
      ("GET /x", "not a whole URL"), ("POST {{api}}/\n[Multipart]\nf: file,no.txt;", "no.txt cannot be read"),
      ("POST {{api}}/\nfile,../x;", "outside the contract's folder"),
      ("POST {{api}}/\n```graphql\na\nvariables {x}\n```", "no JSON object"), ("GET {{api}}/{{m}}", "{{m}} is neither"),
    ])
  func refused(entry: String, words: String) throws {
    let problem = try #require(throws: Diagnostic.self) { try self.request(entry) }
    #expect(problem.message.contains(words) && problem.place != nil, "\(problem)")
  }
}
