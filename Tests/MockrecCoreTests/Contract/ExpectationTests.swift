import Testing

@testable import MockrecCore

@Suite struct ExpectationTests {
  private static let alice = Answer.json(
    #"{"id": 42, "name": "alice", "at": "2026-11-20T10:00:00Z"}"#, headers: [("X-A", "1"), ("x-a", "2")])

  @Test(
    "the literal response is compared part by part",
    arguments: [
      ContractCase("HTTP 200", alice),
      ContractCase("HTTP *", alice),
      ContractCase("HTTP/1.1 200", alice),
      ContractCase("HTTP/2 200", alice, ["version"]),
      ContractCase("HTTP 404", alice, ["status"]),
      ContractCase("HTTP 200\nX-A: 1", alice),
      ContractCase("HTTP 200\nX-a: 2", alice),
      ContractCase("HTTP 200\nX-A: 3", alice, ["header X-A"]),
      ContractCase("HTTP 200\nX-B: 3", alice, ["header X-B"]),
      ContractCase("HTTP 200\n{\"name\": \"alice\", \"at\": \"2026-11-20T10:00:00Z\", \"id\": 42.0}", alice),
      ContractCase(
        "HTTP 200\n{\"name\": \"bob\", \"id\": \"42\", \"old\": 1}", alice, ["$.name", "$.id", "$.old", "$.at"]),
      ContractCase("HTTP 200\n`hello`", .text("hello")),
      ContractCase("HTTP 200\n`hello`", .text("hallo"), ["body line 1"]),
      ContractCase("HTTP 200\n```\na\nb\n```", .text("a\nb\n")),
      ContractCase("HTTP 200\n```\na\nb\n```", .text("a\nc\n"), ["body line 2"]),
      ContractCase("HTTP 200\n```json\n{\"a\": 1}\n```", .json(#"{"a":1}"#)),
      ContractCase("HTTP 200\nhex,0102;", .bytes([1, 2])),
      ContractCase("HTTP 200\nbase64,AQM=;", .bytes([1, 2]), ["body"]),
      ContractCase("HTTP 200\nfile,two.bin;", .bytes([1, 2])),
      ContractCase("HTTP 200\n{\"a\": 1}", .text("oops"), ["body"]),
      ContractCase(
        "HTTP 200\n`é`",
        Answer(
          version: "HTTP/1.1", status: 200, fields: Fields([("Content-Type", "text/plain; charset=ISO-8859-1")]),
          body: [0xE9])),
    ])
  func literal(of test: ContractCase) throws {
    let found = try test.evaluate().failures
    #expect(found.compactMap(\.path) == test.failures)
    #expect(found.allSatisfy { $0.isLiteral })
  }

  @Test(
    "an assert takes the place of the literal comparison at what it selects",
    arguments: [
      ContractCase(
        """
        HTTP 200
        [Asserts]
        jsonpath "$.at" isIsoDate
        {"id": 42, "name": "alice", "at": "2000-01-01T00:00:00Z"}
        """, alice),
      ContractCase(
        """
        HTTP 200
        [Asserts]
        jsonpath "$.at" isUuid
        {"id": 42, "name": "alice", "at": "2000-01-01T00:00:00Z"}
        """, alice, ["$.at"]),
      ContractCase(
        """
        HTTP 200
        [Asserts]
        jsonpath "$.a[*].id" count == 2
        {"a": [{"id": 1, "n": "x"}, {"id": {"deep": [1]}, "n": "y"}]}
        """, .json(#"{"a": [{"id": 7, "n": "x"}, {"id": 8, "n": "z"}]}"#), ["$.a[1].n"]),
      ContractCase(
        """
        HTTP 200
        [Asserts]
        jsonpath "$.gone" not exists
        {"id": 1, "gone": 2}
        """, .json(#"{"id": 1}"#)),
      ContractCase(
        """
        HTTP 200
        X-A: 9
        [Asserts]
        header "X-A" exists
        """, alice),
      ContractCase("HTTP 200\n[Asserts]\nstatus < 300", Answer.json("{}", status: 201)),
      ContractCase("HTTP 200\n[Asserts]\nbody contains \"ell\"\n`hello`", .text("yell")),
    ])
  func placeOfAsserts(_ test: ContractCase) throws {
    #expect(try test.evaluate().failures.compactMap(\.path) == test.failures)
  }

  @Test("variables stand in headers, JSON, text and operands")
  func variables() throws {
    let test = ContractCase(
      """
      HTTP 200
      X-A: {{n}}
      [Asserts]
      jsonpath "$.id" == {{id}}
      jsonpath "$.name" == "{{who}}"
      {"id": 0, "name": "", "q": "say {{quote}}", "n": {{id}}}
      """, .json(#"{"id": 42, "name": "alice", "q": "say \"hi\"", "n": 42}"#, headers: [("X-A", "1")]))
    let found = try test.evaluate(variables: [
      "n": .json(1), "id": .json(42), "who": .text("alice"), "quote": .text("\"hi\""),
    ])
    #expect(found.failures.isEmpty)
    #expect(throws: Diagnostic.self) {
      try test.evaluate(variables: ["n": .json(1), "id": .json(42), "who": .text("alice")])
    }
  }

  @Test("captures become variables of the same answer's asserts, and what finds nothing fails")
  func captures() throws {
    let test = ContractCase(
      """
      HTTP 200
      [Captures]
      id: jsonpath "$.id"
      token: header "X-A" nth 0
      none: jsonpath "$.nothing"
      [Asserts]
      variable "id" == 42
      """, Self.alice)
    let found = try test.evaluate()
    #expect(found.captures == ["id": .json(42), "token": .text("1")])
    #expect(found.failures.map(\.message) == ["capture none"])
    #expect(found.expectations == 5)
  }

  @Test("literal parts may differ where the service differs from itself, in nothing but what was seen")
  func noise() throws {
    let noise = Noise.learn(from: [
      .json(#"{"rev": "1"}"#, headers: [("E", "a")]), .json(#"{"rev": "2"}"#, headers: [("E", "b")]),
    ])
    let text = "HTTP 200\nE: x\n{\"rev\": \"0\"}"
    #expect(
      try ContractCase(text, .json(#"{"rev": "9"}"#, headers: [("E", "c")])).evaluate(noise: noise).failures.isEmpty)
    let wrong = try ContractCase(text, .json(#"{"rev": null}"#)).evaluate(noise: noise).failures
    #expect(wrong.compactMap(\.path) == ["header E", "$.rev"])
  }

  @Test("nothing expected is counted as nothing")
  func vacuous() throws {
    #expect(try ContractCase.expectation("HTTP *").count == 0)
    #expect(try ContractCase.expectation("HTTP 200").count == 1)
  }
}
