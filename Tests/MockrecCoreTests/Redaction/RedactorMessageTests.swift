import Testing

@testable import MockrecCore

@Suite("Redaction: messages of a protocol that is not known")
struct RedactorMessageTests {
  private func clean(_ text: String, challenge: Bool = false, patterns: [String] = []) throws -> String {
    var rules = RedactionRules.standard
    rules.patterns = try patterns.map { try Pattern($0) }
    let redactor = Redactor(rules)
    let once = redactor.clientMessage(Array(text.utf8), answersChallenge: challenge)
    #expect(redactor.clientMessage(once, answersChallenge: challenge) == once, "twice is once")
    // Pseudonyms are told by their first word here.
    return String(decoding: Pseudonym.levelled(once), as: UTF8.self).replacing("redacted-0000", with: "*")
  }

  @Test(
    "the words with which line protocols log in",
    arguments: [
      ("AUTH PLAIN AGEAYg==\r\n", "AUTH PLAIN *\r\n"), ("auth login\r\n", "auth login\r\n"),
      ("AUTH hunter2\r\n", "AUTH *\r\n"), ("AUTH SCRAM-SHA-256 biws\r\n", "AUTH SCRAM-SHA-256 *\r\n"),
      ("AUTH TLS\r\n", "AUTH TLS\r\n"), ("AUTH\r\n", "AUTH\r\n"), ("PASS two words\r\n", "PASS *\r\n"),
      ("PASS\n", "PASS\n"),
      ("a1 LOGIN alice \"two words\"\r\n", "a1 LOGIN *\r\n"),
      ("a1 AUTHENTICATE PLAIN AGEAYg==\n", "a1 AUTHENTICATE PLAIN *\n"),
      ("a1 LIST x y\r\n", "a1 LIST x y\r\n"), ("PASSAGE x\r\n", "PASSAGE x\r\n"),
      ("PASS x\r\nmore\r\n", "PASS *\r\nmore\r\n"),
    ])
  func login(said: String, kept: String) throws { #expect(try self.clean(said) == kept) }

  @Test("an answer to a server that asks who its client is, is a secret all of it")
  func challenge() throws { #expect(try self.clean("aHVudGVyMg==\r\n", challenge: true) == "*\r\n") }

  @Test(
    "patterns: the groups, or without a group the whole match, as often as they match",
    arguments: [
      ("TOKEN abc\r\n", ["^TOKEN (\\S+)"], "TOKEN *\r\n"), ("id=1 id=2 x", ["id=(\\d)"], "id=* id=* x"),
      ("a-1 b-2", ["[a-z]-\\d"], "* *"), ("user:pw@host", ["(\\w+):(\\w+)@"], "*:*@host"), ("äb=ö", ["b=(.)"], "äb=*"),
      ("äbc", ["x*"], "äbc"), ("", ["x*"], ""), ("plain", ["nothing"], "plain"),
    ])
  func patterns(said: String, patterns: [String], kept: String) throws {
    #expect(try self.clean(said, patterns: patterns) == kept)
  }

  @Test("what is no text stays as it is")
  func bytes() throws {
    let redactor = Redactor()
    let bytes = Array("PASS x\r\n".utf8) + [0]
    #expect(redactor.clientMessage(bytes, answersChallenge: false) == bytes)
    #expect(Redactor(.off).clientMessage(Array("PASS x".utf8), answersChallenge: true) == Array("PASS x".utf8))
  }
}
