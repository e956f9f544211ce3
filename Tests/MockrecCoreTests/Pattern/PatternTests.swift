import Testing

@testable import MockrecCore

@Suite struct PatternTests {
  @Test(
    "patterns find what they should, and capture what a backtracking engine would",
    arguments: [
      ("abc", "xxabcxx", ["abc"]),
      ("a*?b", "aaab", ["aaab"]),
      ("<.+?>", "<a><b>", ["<a>"]),
      ("<.+>", "<a><b>", ["<a><b>"]),
      ("(a+)(b+)?", "caab", ["aab", "aa", "b"]),
      ("(a)|(b)", "b", ["b", nil, "b"]),
      ("(?:a|ab)(c|bcd)", "abcd", ["abcd", "bcd"]),
      ("a|ab", "ab", ["a"]),
      ("(a|ab)(c|bcd)?$", "abcd", ["abcd", "a", "bcd"]),
      ("^\\d{4}-\\d{2}$", "2026-11", ["2026-11"]),
      ("^\\d{4}-\\d{2}$", "2026-111", nil),
      ("(\\w+)@(\\w+)\\.com", "to: joe@example.com", ["joe@example.com", "joe", "example"]),
      ("(?i)straße", "STRASSE STRAßE", ["STRAßE"]),
      ("(?i:A)b", "ab", ["ab"]), ("(?i:A)b", "aB", nil),
      ("a(?i)b", "aB", ["aB"]), ("a(?i)b", "AB", nil),
      ("(?i)[^a]", "A", nil), ("(?i)É", "é", ["é"]),
      ("\\bfoo\\b", "a foo!", ["foo"]), ("\\bfoo\\b", "afoo", nil), ("\\Boo\\b", "foo", ["oo"]),
      ("(?m)^b$", "a\nb\nc", ["b"]), ("^b$", "a\nb\nc", nil),
      ("a.b", "a\nb", nil), ("(?s)a.b", "a\nb", ["a\nb"]), ("a.b", "a😀b", ["a😀b"]),
      ("\\x41\\x{42}\\u{43}\\u0044", "ABCD", ["ABCD"]),
      ("[\\d\\-x]+", "a1-x", ["1-x"]), ("[]a]+", "x]a", ["]a"]), ("[^]a]", "]ab", ["b"]), ("[a-]+", "b-a", ["-a"]),
      ("[^\\W_]+", "_é1_", ["é1"]), ("[[:alpha:]]+", "1ab2", ["ab"]), ("\\S+\\s\\D", " a b", ["a b"]),
      ("\\p{Lu}\\pL\\P{L}\\p{^L}", "aÀb12", ["Àb12"]),
      ("(a*)*", "aa", ["aa", "aa"]), ("(a*)+b", "aab", ["aab", "aa"]),
      ("x{0}y", "xy", ["y"]), ("x{2,}", "xxx", ["xxx"]), ("x{1,2}?", "xxx", ["x"]), ("a{,2}", "a{,2}", ["a{,2}"]),
      ("{\"a\"}", "{\"a\"}", ["{\"a\"}"]), ("(?P<y>\\d+)-(?<m>\\d+)", "2026-11", ["2026-11", "2026", "11"]),
      ("", "abc", [""]), ("$", "abc", [""]), ("\\Aa\\z", "a", ["a"]),
    ] as [(String, String, [String?]?)])
  func general(pattern: String, text: String, expected: [String?]?) throws {
    let compiled = try Pattern(pattern)
    #expect(try compiled.firstMatch(in: text)?.map { $0.map(String.init) } == expected)
    #expect(try compiled.contains(text) == (expected != nil))
    #expect(try Pattern("^(?:\(pattern))$").contains(text) == compiled.matchesWhole(text))
  }

  @Test(
    "I-Regexp is read exactly as RFC 9485 says",
    arguments: [
      ("a.c", "abc", true), ("a.c", "a\rc", false), ("[a-z]+", "abc", true), ("[^a-z]", "A", true),
      ("a|b|", "", true), ("(ab)*", "abab", true), ("a{2,3}", "aaaa", false), ("\\p{Lu}\\P{Lu}", "Ab", true),
      ("[\\p{L}\\-]+", "é-b", true), ("[-a]", "-", true), ("[a-]", "-", true), ("a-b", "a-b", true),
      ("\\n\\r\\t\\.\\\\", "\n\r\t.\\", true),
    ])
  func iRegexp(pattern: String, text: String, isMatch: Bool) throws {
    #expect(try Pattern(pattern, syntax: .iRegexp).matchesWhole(text) == isMatch)
  }

  @Test(
    "what is no I-Regexp is refused",
    arguments: [
      "\\d", "(?:a)", "a*?", "a**", "[]", "[]a]", "[a-b-c]", "a{", "a{,2}", "}", "]", "\\p{Greek}", "\\pL", "(a", "a)",
      "*", "\\", "[a", "[z-a]", "a{3,2}", "a{1001}", "\\x41", "[[a]", "\\$",
    ])
  func notIRegexp(pattern: String) {
    #expect(throws: PatternError.self) { try Pattern(pattern, syntax: .iRegexp) }
  }

  @Test(
    "errors say where and what",
    arguments: [
      ("a(b", 1, "this ( is not closed"),
      ("ab)", 2, "this ) closes nothing; write \\) for the character"),
      ("é+*", 2, "a quantifier follows a quantifier; put what is to be repeated in (?:…)"),
      ("*a", 0, "there is nothing to repeat before *; write \\* for the character"),
      ("(a)\\1", 3, "back-references are not supported"),
      ("a(?=b)", 1, "look-ahead is not supported"),
      ("(?<!b)", 0, "look-behind is not supported"),
      ("[z-a]", 1, "the ends of this range stand in the wrong order"),
      ("\\y", 0, "there is no escape \\y"),
      ("x{2000}", 1, "a count is at most 1000"),
      ("\\u{110000}", 0, "there is no such Unicode character"),
    ])
  func errors(pattern: String, offset: Int, message: String) {
    let error = #expect(throws: PatternError.self) { try Pattern(pattern) }
    #expect(error?.offset == offset)
    #expect(error?.message == message)
  }

  @Test(
    "no pattern hangs",
    arguments: ["(a*)*b", "(a|aa)+b", "(a|a)*b", "(.*)(.*)(.*)(.*)b", "(?:a?){50}a{50}b", "(a+)+$b"])
  func pathological(pattern: String) throws {
    let compiled = try Pattern(pattern)
    let text = String(repeating: "a", count: pattern.contains("{") ? 2_000 : 100_000)
    let clock = ContinuousClock()
    let elapsed = try clock.measure {
      let found = [try compiled.contains(text), try compiled.matchesWhole(text)]
      #expect(found == [false, false])
    }
    #expect(elapsed < .seconds(20))
    #expect(try compiled.firstMatch(in: String(text.prefix(1_000))) == nil)
  }

  @Test("a text that is too long for its pattern is refused, not followed to its end", arguments: [true, false])
  func bounded(isWhole: Bool) throws {
    let compiled = try Pattern("(?:a?){50}a*b")
    let text = String(repeating: "a", count: 1_000)
    #expect(throws: PatternLimitError.self) {
      var machine = PatternMachine(compiled.program, budget: 5_000)
      _ = try machine.run(text, isWhole: isWhole)
    }
    #expect(throws: PatternLimitError.self) {
      var machine = PatternCaptureMachine(compiled.program, budget: 5_000)
      _ = try machine.run(text)
    }
  }

  @Test(
    "every match is replaced",
    arguments: [
      ("b", "abcb", "x", "axcx"), ("\\d+", "a12b3", "<$0>", "a<12>b<3>"), ("(\\w)(\\w)", "abcd", "$2${1}", "badc"),
      ("x*", "axxb", "-", "-a-b-"), ("^a", "aa", "b", "ba"), ("\\bé", "é éé", "$$", "$ $é"), ("a", "b", "c", "b"),
      ("(a)|b", "ab", "[$1$9]", "[a][]"), ("a", "a", "${x} $", "${x} $"), ("$", "é", "!", "é!"),
    ])
  func replacing(pattern: String, text: String, new: String, expected: String) throws {
    #expect(try Pattern(pattern).replacing(in: text, with: new) == expected)
  }

  @Test(
    "no pattern grows without bound",
    arguments: [
      "(?:(?:a{1000}){1000}){1000}", "(?:(?:(?:){1000}){1000}){1000}", String(repeating: "(", count: 10_000),
      String(repeating: "(?:a", count: 10_000), String(repeating: "()", count: 100),
    ])
  func size(pattern: String) {
    #expect(throws: PatternError.self) { try Pattern(pattern) }
  }
}
