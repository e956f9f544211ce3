import Testing

@testable import MockrecCore

@Suite("expected messages")
struct MessagesExpectationTests {
  private static func evaluate(
    _ response: String, _ answer: Answer, _ variables: Variables = [:]
  ) throws -> [ExpectationFailure] {
    let source = SourceText(name: "t.hurl", text: "GRPC {{api}} a.B/C\n\n\(response)\n")
    let entry = try #require(try NotationParser.parse(source, dialect: notationDialect).entries.first)
    return try ContractExpectation(try #require(entry.response), in: source)
      .evaluate(answer, in: ContractCase.scope(variables)).failures
  }

  private static let two = """
    GRPC
    {"text": "{{a}}", "n": 1}
    # between
    {"text": "b"}
    """

  @Test(
    "they are held against the elements of the answer, and each difference is told at its message",
    arguments: [
      (#"[{"text": "x", "n": 1.0}, {"text": "b"}]"#, []),
      (#"[{"text": "x", "n": 1}, {"text": "c"}]"#, ["$[1].text 6:1"]),
      (#"[{"text": "y", "n": 1}, {"text": "b", "m": 0}]"#, ["$[0].text 4:1", "$[1].m 6:1"]),
      (#"[{"text": "x", "n": 1}, {"text": "b"}, {"text": "c"}]"#, ["$[2] 6:1"]),
      // One message is the answer itself.
      (#"{"text": "x", "n": 1}"#, ["$[1] 6:1"]), (#"{"text": "b"}"#, ["$[0] 4:1"]),
      ("", ["$[0] 4:1", "$[1] 6:1"]), ("oops", ["body 4:1"]),
    ])
  func literal(body: String, failures: [String]) throws {
    let answer = body == "oops" ? Answer.text(body) : Answer.json(body)
    let found = try Self.evaluate(Self.two, answer, ["a": .text("x")])
    #expect(found.allSatisfy { $0.isLiteral })
    #expect(
      found.map { "\($0.path ?? "") \($0.place.position.line):\($0.place.position.column)" } == failures, "\(found)")
  }

  @Test("an assert on a value of a message frees it there alone")
  func asserted() throws {
    let response = Self.two.replacing("GRPC\n", with: "GRPC\n[Asserts]\njsonpath \"$[0].text\" isString\n")
    let found = try Self.evaluate(
      response, .json(#"[{"text": "y", "n": 1}, {"text": "y"}]"#), ["a": .text("x")])
    #expect(found.map(\.path) == ["$[1].text"])
  }

  @Test("what is no JSON stands for the base64 of its bytes")
  func bytes() throws {
    let response = """
      GRPC
      hex,000102;
      base64,AAEC;
      file,two.bin;
      `ab`
      ```base64
      AAEC
      ```
      ```json
      {"a": [1]}
      ```
      """
    let wanted = #"["AAEC", "AAEC", "AQI=", "YWI=", "AAEC", {"a": [1]}]"#
    #expect(try Self.evaluate(response, .json(wanted)).isEmpty)
    let found = try Self.evaluate(response, .json(wanted.replacing("YWI=", with: "YWM=")))
    #expect(found.map(\.path) == ["$[3]"])
    #expect(found.map(\.place.position.line) == [7])
  }

  @Test("a message that its variables make no JSON is told at its place")
  func broken() throws {
    let error = #expect(throws: Diagnostic.self) {
      try Self.evaluate("GRPC\n{}\n{\"a\": {{a}}}", .json("{}"), ["a": .text("x y")])
    }
    #expect(error?.place?.position.line == 5)
  }
}
