import MockrecCore
import MockrecWire
import Testing

@testable import HTTPWire

@Suite("Keys")
struct HTTPKeyTests {
  private let wire = HTTPWire()

  private func key(
    _ method: String, _ target: String, _ fields: [(String, String)] = [], _ body: String = "",
    rules: MatchRules = MatchRules(redactor: Redactor()), pieces: Int = 1, limit: Int = 1 << 20
  ) -> MatchKey {
    let request = self.wire.request(from: Message(start: [method, target, "HTTP/1.1"], fields: Fields(fields)))
    guard !body.isEmpty else { return request.key(rules) }
    var limits = WireLimits()
    limits.memoryBytes = limit
    let builder = request.keyBuilder(rules, limits: limits)
    let bytes = Array(body.utf8)
    for start in stride(from: 0, to: bytes.count, by: max(1, bytes.count / pieces)) {
      bytes[start..<min(bytes.count, start + max(1, bytes.count / pieces))].withUnsafeBytes { builder.feed($0) }
    }
    return builder.finish()
  }

  private let json = [("Content-Type", "application/json")]
  private let form = [("Content-Type", "application/x-www-form-urlencoded")]

  @Test("what does not count leaves the key as it is")
  func equal() {
    #expect(key("GET", "/a?x=1&y=2") == key("GET", "/a?y=2&x=1"))
    #expect(key("GET", "/a", [("Accept", "x")]) == key("GET", "/a"))
    #expect(key("POST", "/a", json, #"{"a":1,"b":[1.0]}"#) == key("POST", "/a", json, "{ \"b\": [1], \"a\": 1e0 }"))
    #expect(key("POST", "/a", form, "a=1&b=2") == key("POST", "/a", form, "b=2&a=1"))
    #expect(key("GET", "http://real:8080/a?x=1") == key("GET", "/a?x=1"))
  }

  @Test("what counts makes another key")
  func different() {
    let keys = [
      key("GET", "/a"), key("HEAD", "/a"), key("GET", "/b"), key("GET", "/a?x=1"), key("GET", "/a?x=2"),
      key("POST", "/a", json, #"{"a":1}"#), key("POST", "/a", json, #"{"a":2}"#),
      key("POST", "/a", json, #"{"a":"1"}"#),
      key("POST", "/a", json, "[1,2]"), key("POST", "/a", json, "[2,1]"), key("POST", "/a", [], "x"),
      key("POST", "/a", json, #"{"a":12345678901234567890123}"#),
      key("POST", "/a", json, #"{"a":12345678901234567890124}"#),
    ]
    #expect(Set(keys).count == keys.count)
  }

  @Test("a multipart body counts without its boundary, which clients draw anew")
  func multipart() {
    func body(_ boundary: String, _ text: String) -> MatchKey {
      key(
        "POST", "/a", [("Content-Type", "multipart/form-data; boundary=\(boundary)")],
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\(text)\r\n--\(boundary)--\r\n")
    }
    #expect(body("b1", "hello") == body("other", "hello"))
    #expect(body("b1", "hello") != body("b1", "goodbye"))
  }

  @Test("rules decide on headers, ignored query names and ignored JSONPaths")
  func rules() throws {
    var rules = MatchRules(redactor: Redactor())
    rules.headers = ["X-Tenant"]
    rules.ignoredQuery = ["ts"]
    rules.ignoredJSON = [try JSONPath("$.nonce"), try JSONPath("$.items[*].at")]
    #expect(
      key("GET", "/a?ts=1", [("x-tenant", "acme")], rules: rules)
        == key("GET", "/a", [("X-Tenant", "acme")], rules: rules))
    #expect(key("GET", "/a", [("X-Tenant", "acme")], rules: rules) != key("GET", "/a", rules: rules))
    #expect(
      key("POST", "/a", json, #"{"nonce":1,"items":[{"at":1,"id":7}]}"#, rules: rules)
        == key("POST", "/a", json, #"{"items":[{"id":7,"at":2}]}"#, rules: rules))
  }

  @Test("a secret and its pseudonym are the same request, another secret is another one")
  func secrets() {
    let hidden = Pseudonym.text(of: "hunter2")
    #expect(key("GET", "/a?password=hunter2") == key("GET", "/a?password=\(hidden)"))
    #expect(key("GET", "/a?password=hunter2") != key("GET", "/a?password=hunter3"))
    #expect(
      key("POST", "/a", json, #"{"password":"hunter2"}"#) == key("POST", "/a", json, #"{"password":"\#(hidden)"}"#))
  }

  @Test("a body has the same key in however many pieces it comes, kept or not", arguments: [1, 2, 3, 7, 50])
  func pieces(count: Int) {
    let body = #"{"password":"hunter2","list":[1,2,3],"text":"aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#
    #expect(key("POST", "/a", json, body, pieces: count) == key("POST", "/a", json, body))
    #expect(key("POST", "/a", json, body, pieces: count, limit: 10) == key("POST", "/a", json, body, limit: 10))
  }

  @Test("mismatches name each part that differs")
  func mismatches() {
    func message(_ method: String, _ target: String, _ body: String) -> Message {
      Message(
        start: [method, target, "HTTP/1.1"], fields: Fields([("Content-Type", "application/json")]),
        body: Body(Array(body.utf8)))
    }
    let rules = MatchRules(redactor: Redactor())
    let found = self.wire.mismatches(
      asked: message("POST", "/b?x=2&new=1", #"{"a":1,"b":{"c":2}}"#),
      recorded: message("PUT", "/a?x=1", #"{"a":1,"b":{"c":3}}"#), rules: rules)
    #expect(
      found == [
        Mismatch("method", recorded: "PUT", asked: "POST"), Mismatch("path", recorded: "/a", asked: "/b"),
        Mismatch("query new", recorded: nil, asked: "1"), Mismatch("query x", recorded: "1", asked: "2"),
        Mismatch("body $.b.c", recorded: "3", asked: "2"),
      ])
    #expect(
      self.wire.mismatches(
        asked: message("PUT", "/a?x=1", #"{"b":{"c":3},"a":1}"#),
        recorded: message("PUT", "/a?x=1", #"{"a":1,"b":{"c":3}}"#),
        rules: rules
      ).isEmpty)
  }
}
