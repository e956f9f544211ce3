import Testing

@testable import HTTPWire

@Suite("Targets")
struct HTTPTargetTests {
  @Test(
    "a target is taken apart as RFC 9112 has it",
    arguments: [
      ("/users/42", "/users/42", nil),
      ("/users?a=1&b", "/users", "a=1&b"),
      ("/?", "/", ""),
      ("http://example.com/x?y", "/x", "y"),
      ("http://example.com?y", "", "y"),
      ("/a?b?c", "/a", "b?c"),
      ("/a#f?x", "/a", nil),
      ("/next=http://other/", "/next=http://other/", nil),
      ("*", "*", nil),
    ] as [(String, String, String?)])
  func parts(target: String, path: String, query: String?) {
    let parts = HTTPTarget(target)
    #expect(parts.path == path)
    #expect(parts.query.map(String.init) == query)
  }

  @Test("the order of a query's pairs does not count, their repetition does")
  func normalized() {
    #expect(HTTPTarget("/a?b=2&a=1&b=1").normalizedQuery(ignoring: []) == "?a=1&b=1&b=2")
    #expect(HTTPTarget("/a?b=2&ts=99&a=1").normalizedQuery(ignoring: ["ts"]) == "?a=1&b=2")
    #expect(HTTPTarget("/a?t%73=99").normalizedQuery(ignoring: ["ts"]) == "")
    #expect(HTTPTarget("/a?").normalizedQuery(ignoring: []) == "")
  }

  @Test("percent escapes are undone where they are whole")
  func decoded() {
    #expect(HTTPTarget.decoded("a%20b+c") == "a b c")
    #expect(HTTPTarget.decoded("100%") == "100%")
    #expect(HTTPTarget.decoded("%zz%C3%A9") == "%zzé")
  }
}
