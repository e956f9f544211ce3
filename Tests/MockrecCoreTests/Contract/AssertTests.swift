import Testing

@testable import MockrecCore

/// One assert and whether it holds of the answer below.
struct AssertCase: CustomTestStringConvertible, Sendable {
  var text: String
  var holds: Bool
  var testDescription: String { self.text }

  init(_ text: String, _ holds: Bool) {
    self.text = text
    self.holds = holds
  }
}

@Suite struct AssertTests {
  private static let answer = Answer.json(
    #"""
    {"n": 1, "f": 1.5, "big": 12345678901234567890, "s": "hello", "t": true, "nil": null, "e": [], "o": {"k": "v"},
     "a": [1, 2, 3], "date": "2026-11-20T10:00:00.123+01:00", "u": "123e4567-e89b-12d3-a456-426614174000",
     "ip": "127.0.0.1", "ip6": "fe80::1", "num": "17", "json": "{\"x\": [5]}"}
    """#,
    headers: [
      ("X-One", "1"), ("X-Two", "a"), ("X-Two", "b"), ("Set-Cookie", "sid=abc; Path=/; Max-Age=60; HttpOnly"),
    ])

  @Test(
    "asserts on one answer",
    arguments: [
      AssertCase("status == 200", true), AssertCase("status != 200", false), AssertCase("status < 300", true),
      AssertCase("version == \"1.1\"", true), AssertCase("url endsWith \"/\"", true),
      AssertCase("duration < 1000", true), AssertCase("duration >= 12", true),
      AssertCase("header \"x-one\" == \"1\"", true), AssertCase("header \"X-One\" == 1", false),
      AssertCase("header \"X-Two\" count == 2", true), AssertCase("header \"X-Two\" includes \"b\"", true),
      AssertCase("header \"X-Two\" nth -1 == \"b\"", true), AssertCase("header \"X-No\" exists", false),
      AssertCase("header \"X-No\" not exists", true), AssertCase("header \"X-No\" == \"1\"", false),
      AssertCase("header \"X-No\" not == \"1\"", false), AssertCase("header \"X-One\" toInt == 1", true),
      AssertCase("cookie \"sid\" == \"abc\"", true), AssertCase("cookie \"sid[Max-Age]\" == 60", true),
      AssertCase("cookie \"sid[HttpOnly]\" exists", true), AssertCase("cookie \"sid[Secure]\" not exists", true),
      AssertCase("body contains \"hello\"", true), AssertCase("body not contains \"hullo\"", true),
      AssertCase("bytes count > 100", true), AssertCase("bytes startsWith hex,7b;", true),
      AssertCase("jsonpath \"$.n\" == 1", true), AssertCase("jsonpath \"$.n\" == 1.0", true),
      AssertCase("jsonpath \"$.n\" == \"1\"", false), AssertCase("jsonpath \"$.big\" == 12345678901234567890", true),
      AssertCase("jsonpath \"$.big\" > 12345678901234567889", true), AssertCase("jsonpath \"$.f\" <= 1.5", true),
      AssertCase("jsonpath \"$.s\" > \"abc\"", true), AssertCase("jsonpath \"$.s\" > 1", false),
      AssertCase("jsonpath \"$.s\" not > 1", false), AssertCase("jsonpath \"$.t\" == true", true),
      AssertCase("jsonpath \"$.nil\" == null", true), AssertCase("jsonpath \"$.nil\" exists", true),
      AssertCase("jsonpath \"$.no\" exists", false), AssertCase("jsonpath \"$.no\" isEmpty", false),
      AssertCase("jsonpath \"$.a[*]\" count == 3", true), AssertCase("jsonpath \"$.a[*]\" includes 2", true),
      AssertCase("jsonpath \"$.a\" includes 4", false), AssertCase("jsonpath \"$.a\" first == 1", true),
      AssertCase("jsonpath \"$.e\" isEmpty", true), AssertCase("jsonpath \"$.e\" isCollection", true),
      AssertCase("jsonpath \"$.o\" isObject", true), AssertCase("jsonpath \"$.o\" isList", false),
      AssertCase("jsonpath \"$.n\" isInteger", true), AssertCase("jsonpath \"$.f\" isFloat", true),
      AssertCase("jsonpath \"$.f\" isInteger", false), AssertCase("jsonpath \"$.f\" isNumber", true),
      AssertCase("jsonpath \"$.s\" isString", true), AssertCase("jsonpath \"$.t\" isBoolean", true),
      AssertCase("jsonpath \"$.s\" startsWith \"he\"", true), AssertCase("jsonpath \"$.s\" endsWith \"lo\"", true),
      AssertCase("jsonpath \"$.s\" matches \"^h.l+o$\"", true), AssertCase("jsonpath \"$.s\" matches /L/", false),
      AssertCase("jsonpath \"$.date\" isIsoDate", true), AssertCase("jsonpath \"$.s\" isIsoDate", false),
      AssertCase("jsonpath \"$.u\" isUuid", true), AssertCase("jsonpath \"$.ip\" isIpv4", true),
      AssertCase("jsonpath \"$.ip6\" isIpv6", true), AssertCase("jsonpath \"$.ip\" isIpv6", false),
      AssertCase("jsonpath \"$.num\" toInt == 17", true), AssertCase("jsonpath \"$.f\" toInt == 1", true),
      AssertCase("jsonpath \"$.n\" toString == \"1\"", true), AssertCase("jsonpath \"$.num\" toFloat == 17", true),
      AssertCase("jsonpath \"$.s\" toInt == 1", false),
      AssertCase("jsonpath \"$.s\" split \"l\" count == 3", true),
      AssertCase("jsonpath \"$.s\" replace \"l\" \"L\" == \"heLLo\"", true),
      AssertCase("jsonpath \"$.s\" regex \"h(.)l\" == \"e\"", true),
      AssertCase("jsonpath \"$.json\" jsonpath \"$.x[0]\" == 5", true),
      AssertCase("regex \"\\\"s\\\": \\\"(.*?)\\\"\" == \"hello\"", true),
      AssertCase("variable \"v\" == 3", true), AssertCase("variable \"w\" exists", false),
    ])
  func holds(_ test: AssertCase) throws {
    let found = try ContractCase("HTTP *\n[Asserts]\n\(test.text)", Self.answer).evaluate(variables: ["v": .json(3)])
    #expect(found.failures.isEmpty == test.holds, "\(found.failures)")
    #expect(found.expectations == 1)
  }

  @Test("every word of the grammar has a rule, and every rule's word is of the grammar")
  func complete() {
    #expect(Set(Vocabulary.queries.values.map(\.name)) == Set(WordTable.queries.keys))
    #expect(Set(Vocabulary.filters.values.map(\.name)) == Set(WordTable.filters.keys))
    #expect(Set(Vocabulary.predicates.values.map(\.name)) == Set(WordTable.predicates.keys))
    #expect(Set(Vocabulary.functions.values.map(\.name)) == Set(WordTable.functions.keys))
  }

  @Test(
    "what does not parse is an error with its place, and never a pass",
    arguments: ["jsonpath \"$[\" exists", "jsonpath \"$.s\" matches \"(\""])
  func unreadable(_ text: String) throws {
    let (entry, source) = try ContractCase.entry("HTTP *\n[Asserts]\n\(text)")
    var defined: Set<String> = ["api"]
    let problems = ContractCheck.problems(in: entry, of: source, defined: &defined)
    #expect(problems.count == 1)
    #expect(problems.first?.place?.position.line == 5)
    #expect(throws: Diagnostic.self) { try ContractCase("HTTP *\n[Asserts]\n\(text)", Self.answer).evaluate() }
  }

  @Test("names that nothing defines are found before anything is asked; captures define theirs")
  func undefined() throws {
    let (entry, source) = try ContractCase.entry(
      "HTTP 200\nX: {{idd}}\n[Captures]\nid: status\n[Asserts]\nvariable \"id\" == \"{{id}}\"")
    var defined: Set<String> = ["api"]
    let problems = ContractCheck.problems(in: entry, of: source, defined: &defined)
    #expect(problems.map(\.message) == ["{{idd}} is neither a service nor a variable"])
    #expect(problems.first?.notes.first?.text == "{{id}}")
    #expect(defined == ["api", "id"])
  }

  @Test(
    "spellings",
    arguments: [
      ("2024-02-29T23:59:60Z", "date", true), ("2023-02-29T00:00:00Z", "date", false),
      ("2024-01-01 00:00:00Z", "date", false), ("2024-01-01T00:00:00", "date", false),
      ("2024-01-01T00:00:00.Z", "date", false), ("::", "6", true), ("1::2::3", "6", false),
      ("1:2:3:4:5:6:7:8", "6", true), ("1:2:3:4:5:6:7", "6", false), ("::ffff:1.2.3.4", "6", true),
      ("1:2:3:4:5:6:1.2.3.4", "6", true), ("12345::", "6", false), ("256.1.1.1", "4", false),
      ("01.1.1.1", "4", false), ("1.1.1", "4", false),
    ])
  func formats(text: String, kind: String, isValid: Bool) {
    let check = kind == "date" ? TextFormat.isDateTime : kind == "6" ? TextFormat.isIPv6 : TextFormat.isIPv4
    #expect(check(text) == isValid)
  }
}
