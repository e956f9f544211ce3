import Testing

@testable import MockrecCore

@Suite("Postman collections")
struct PostmanCollectionTests {
  private func collection(_ items: String, more: String = "") throws -> PostmanCollection {
    try PostmanCollection(
      SourceText(
        name: "c.json",
        text: #"""
          {"info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
           "item": \#(items)\#(more)}
          """#))
  }

  /// The contract of one request, without its first line.
  private func contract(_ request: String, responses: String = "[]") throws -> String {
    let made = try collection(#"[{"name": "R", "request": \#(request), "response": \#(responses)}]"#)
    let text = try #require(made.contracts.first).text
    return String(text.drop { $0 != "\n" }.dropFirst())
  }

  @Test(
    "requests become entries",
    arguments: [
      (#""{{base}}/x""#, "GET {{base}}/x\n\nHTTP *\n"),
      (
        #"""
        {"method": "DELETE", "url": {"raw": "{{base url}}/users/:id/:other?a=1&b=2",
          "variable": [{"key": "id", "value": "42"}],
          "query": [{"key": "a", "value": "x y"}, {"key": "b", "value": "2", "disabled": true}]}}
        """#, "DELETE {{base_url}}/users/42/{{other}}?a=x%20y\n\nHTTP *\n"
      ),
      (
        #"{"url": "example.com/{{$guid}}", "header": [{"key": "A", "value": "b#c"}, {"key": "X", "value": "", "disabled": true}]}"#,
        "GET http://example.com/{{newUuid}}\nA: b\\#c\n\nHTTP *\n"
      ),
      (
        #"""
        {"method": "POST", "url": "http://h/", "body": {"mode": "raw", "raw": "{\r\n \"id\": {{id}}}",
          "options": {"raw": {"language": "json"}}}}
        """#, "POST http://h/\n```json\n{\n \"id\": {{id}}}```\n\nHTTP *\n"
      ),
      (
        #"{"method": "POST", "url": "http://h/", "body": {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "{{b}} c"}]}}"#,
        "POST http://h/\n[Form]\na: {{b}} c\n\nHTTP *\n"
      ),
      (
        #"{"method": "POST", "url": "http://h/", "body": {"mode": "formdata", "formdata": [{"key": "a", "value": "b", "type": "text"}, {"key": "f", "type": "file", "src": "/x"}]}}"#,
        "POST http://h/\n[Multipart]\na: b\n\nHTTP *\n"
      ),
      (
        #"{"method": "POST", "url": "http://h/", "body": {"mode": "graphql", "graphql": {"query": "{ a }", "variables": "{\"x\": 1}"}}}"#,
        "POST http://h/\n```json\n{\"query\": \"{ a }\", \"variables\": {\"x\": 1}}```\n\nHTTP *\n"
      ),
      (
        #"{"url": "http://h/", "auth": {"type": "basic", "basic": [{"key": "username", "value": "bob"}, {"key": "password", "value": "hunter2"}]}}"#,
        "GET http://h/\n[BasicAuth]\nbob: {{password}}\n\nHTTP *\n"
      ),
      (
        #"{"url": "http://h/", "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{my token}}"}]}}"#,
        "GET http://h/\nAuthorization: Bearer {{my_token}}\n\nHTTP *\n"
      ),
      (
        #"{"url": "http://h/?api_key=s3cr3t", "header": [{"key": "Authorization", "value": "Bearer abcdef"}, {"key": "X-Api-Key", "value": "{{key}}"}]}"#,
        "GET http://h/?api_key={{api_key}}\nAuthorization: Bearer {{authorization}}\nX-Api-Key: {{key}}\n\nHTTP *\n"
      ),
    ])
  func requests(request: String, text: String) throws {
    #expect(try contract(request) == text)
  }

  @Test("the saved response that succeeded says the status")
  func status() throws {
    #expect(
      try contract(#""http://h/""#, responses: #"[{"code": 404}, {"code": 201}]"#) == "GET http://h/\n\nHTTP 201\n")
  }

  @Test("no secret of a collection is in what is made of it")
  func secrets() throws {
    let made = try collection(
      #"""
      [{"name": "login", "request": {"method": "POST", "url": "http://h/", "body": {"mode": "raw",
        "raw": "{\"password\": \"hunter2\", \"token\": \"{{t}}\"}", "options": {"raw": {"language": "json"}}}}}]
      """#,
      more:
        #", "variable": [{"key": "token", "value": "hunter2"}, {"key": "pin", "value": "hunter2", "type": "secret"}, {"key": "base", "value": "http://h"}]"#
    )
    #expect(!made.contracts.contains { $0.text.contains("hunter2") })
    #expect(made.contracts.first?.text.contains(#""token": "{{t}}""#) == true)
    #expect(made.variables.map(\.name) == ["base"])
    #expect(made.notes.list.contains { $0.text.contains("pseudonyms") })
  }

  @Test("folders are folders, and equal names are told apart")
  func folders() throws {
    let made = try collection(
      #"""
      [{"name": "Über / users", "item": [{"name": "Get!", "request": "http://h/"}, {"name": "get", "request": "http://h/"}]},
       {"name": "../../etc", "request": "http://h/"}]
      """#)
    #expect(made.contracts.map(\.path) == ["ber-users/get.hurl", "ber-users/get-2.hurl", "etc.hurl"])
  }

  @Test("scripts are named, empty ones are not")
  func scripts() throws {
    let made = try collection(
      #"""
      [{"name": "a", "request": "http://h/", "event": [
        {"listen": "test", "script": {"exec": ["pm.test()"]}}, {"listen": "prerequest", "script": {"exec": [""]}}]}]
      """#)
    #expect(made.notes.list.filter { $0.text.contains("JavaScript") }.map(\.count) == [1])
  }

  @Test(
    "what is no collection of version 2.1 is refused at its place",
    arguments: [
      ("{", 1, 2, "not a Postman collection"),
      ("{\"item\": []}", 1, 1, "no `info.schema`"),
      ("{\"info\": {\"schema\":\n \"https://x/v1.0.0/\"}}", 2, 2, "another version"),
      ("{\"info\": {\"schema\": \"v2.1.0\"},\n \"item\": [{\"request\": 5}]}", 2, 23, "`item[0].request`"),
    ])
  func refused(text: String, line: Int, column: Int, message: String) throws {
    let error = try #require(throws: Diagnostic.self) { try PostmanCollection(SourceText(name: "c.json", text: text)) }
    #expect(error.message.contains(message))
    #expect(error.place?.position == SourceText.Position(line: line, column: column))
  }
}
