import Testing

@testable import RedisWire

@Suite("Patterns of KEYS and PSUBSCRIBE")
struct GlobTests {
  private func matches(_ pattern: String, _ text: String) -> Bool { globMatches(RedisBytes(pattern), RedisBytes(text)) }

  @Test(
    "stars, classes and escapes",
    arguments: [
      ("*", "", true), ("a*", "abc", true), ("*c", "abc", true), ("*b*", "abc", true), ("a*b*c", "aXbYc", true),
      ("a*b*c", "aXcYb", false), ("*ab", "aab", true), ("*a?c", "aabac", false), ("*a?c", "aabc", true),
      ("[a-c]*[^d]", "bxd", false),
      ("\\*", "*", true), ("\\*", "a", false), ("a**b", "ab", true), ("?", "", false), ("a*", "b", false),
    ])
  func examples(pattern: String, text: String, isMatch: Bool) { #expect(matches(pattern, text) == isMatch) }

  @Test("neither the stack nor the time grows with the number of stars")
  func stars() {
    let stars = String(repeating: "*a", count: 100_000)
    #expect(matches(stars, String(repeating: "a", count: 100_000)))
    #expect(!matches(String(stars.prefix(60)) + "b", String(repeating: "a", count: 2000)))
  }
}
