import Testing

@testable import MockrecCore

/// Two bodies and what is found between them.
struct BodyCase: CustomTestStringConvertible, Sendable {
  var fake: String
  var real: String
  var found: [String]
  var testDescription: String { "\(self.fake) / \(self.real)" }

  init(_ fake: String, _ real: String, _ found: [String]) {
    self.fake = fake
    self.real = real
    self.found = found
  }
}

@Suite struct ComparisonTests {
  private func lines(_ differences: [Difference]) -> [String] {
    differences.map { "\($0.path): \($0.kind.rawValue), \($0.severity.rawValue)" }
  }

  @Test(
    "JSON bodies, by path",
    arguments: [
      BodyCase(#"{"a": 1, "b": [1]}"#, #"{"b": [1.0], "a": 1e0}"#, []),
      BodyCase(#"{"a": 1}"#, #"{"a": 2}"#, ["$.a: value, compatible"]),
      BodyCase(#"{"a": 1}"#, #"{"a": "1"}"#, ["$.a: type, breaking"]),
      BodyCase(#"{"a": 1}"#, #"{"a": null}"#, ["$.a: nullability, breaking"]),
      BodyCase(#"{"a": 1}"#, #"{}"#, ["$.a: field removed, breaking"]),
      BodyCase(#"{}"#, #"{"a b": 1}"#, ["$['a b']: field added, compatible"]),
      BodyCase(#"[1, 2, 3]"#, #"[3, 1, 2]"#, ["$: order, compatible"]),
      BodyCase(#"[1, 2, 3]"#, #"[1, 9, 3]"#, ["$[1]: value, compatible"]),
      BodyCase(#"[1, 2, 3]"#, #"[1, 3]"#, ["$[1]: length, compatible"]),
      BodyCase(#"[1, 2, 3]"#, #"[0, 1, 2, 3]"#, ["$[0]: length, compatible"]),
      BodyCase(#"[]"#, #"[1, 2]"#, ["$[0]: length, compatible", "$[1]: length, compatible"]),
      BodyCase(
        #"{"x": [{"k": {"v": true}}]}"#, #"{"x": [{"k": {"v": false, "w": 1}}]}"#,
        ["$.x[0].k.v: value, compatible", "$.x[0].k.w: field added, compatible"]),
      BodyCase(#"{"a": 1}"#, #"[1]"#, ["$: type, breaking"]),
    ])
  func json(_ test: BodyCase) {
    #expect(self.lines(Comparison.differences(fake: .json(test.fake), real: .json(test.real))) == test.found)
    // The other way round there are as many findings, at as many places.
    let back = Comparison.differences(fake: .json(test.real), real: .json(test.fake))
    #expect(back.count == test.found.count)
  }

  @Test("status, text, bytes and kinds of body")
  func others() {
    #expect(
      self.lines(Comparison.differences(fake: .text("a"), real: .text("a", status: 404)))
        == ["status: status, breaking"])
    #expect(
      self.lines(Comparison.differences(fake: .text("a"), real: .text("a", status: 201)))
        == ["status: status, compatible"])
    let text = Comparison.differences(fake: .text("a\nb\nc"), real: .text("a\nB\nx\nc"))
    #expect(self.lines(text) == ["body line 2: value, compatible"])
    #expect(text.first?.fake == "b" && text.first?.real == "B\nx")
    let bytes = Comparison.differences(fake: .bytes([0, 1, 2, 255]), real: .bytes([0, 1, 3, 255, 4]))
    #expect(bytes.first?.real == "5 bytes, from byte 2: hex,03ff04;")
    #expect(self.lines(bytes) == ["body: length, compatible"])
    #expect(
      self.lines(Comparison.differences(fake: .json("{}"), real: .text("no", type: "application/json")))
        == ["body: type, breaking"])
  }

  @Test(
    "headers",
    arguments: [
      ([("A", "1")], [("A", "1")], []),
      ([("A", "1")], [("A", "2")], ["header A: header, compatible"]),
      ([("A", "1")], [], ["header A: header, compatible"]),
      ([], [("A", "1")], ["header A: header, compatible"]),
      ([("Location", "/a")], [], ["header Location: header, breaking"]),
      ([("A", "1"), ("A", "2")], [("A", "2"), ("A", "1")], ["header A: header, cosmetic"]),
      ([("A", "1"), ("B", "2")], [("b", "2"), ("a", "1")], ["header names: header, cosmetic"]),
      ([("a", "1")], [("A", "1")], ["header names: header, cosmetic"]),
      ([("Date", "1"), ("Connection", "close")], [("Content-Length", "0x")], []),
      ([("X-Ignored", "1")], [], []),
      ([("Content-Type", "text/plain")], [("Content-Type", "text/html")], ["header Content-Type: header, breaking"]),
      (
        [("Content-Type", "text/plain")], [("Content-Type", "text/plain; charset=utf-8")],
        ["header Content-Type: header, compatible"]
      ),
    ] as [([(String, String)], [(String, String)], [String])])
  func headers(fake: [(String, String)], real: [(String, String)], found: [String]) {
    let answer = { (fields: [(String, String)]) in
      Answer(version: "HTTP/1.1", status: 200, fields: Fields(fields), body: [65])
    }
    let differences = Comparison.differences(
      fake: answer(fake), real: answer(real), ignoredHeaders: ["X-Ignored"])
    #expect(self.lines(differences) == found)
  }

  @Test("what asserts speak of is theirs to judge")
  func asserted() throws {
    var asserted = Asserted()
    asserted.paths = [try JSONPath("$.kvs[*].id"), try JSONPath("$.gone")]
    asserted.headers = ["etag"]
    let found = Comparison.differences(
      fake: .json(#"{"kvs": [{"id": 1, "k": "a"}], "gone": 1}"#, headers: [("ETag", "1")]),
      real: .json(#"{"kvs": [{"id": {"x": 1}, "k": "b"}]}"#, headers: [("ETag", "2")]), asserted: asserted)
    #expect(self.lines(found) == ["$.kvs[0].k: value, compatible"])
  }

  @Test("a miss of the fake is one finding, not a list of all that its reply lacks")
  func miss() {
    let fake = Answer(
      version: "HTTP/1.1", status: 501, fields: Fields([("X-Mockrec", "miss")]), body: Array("{}".utf8))
    #expect(
      self.lines(Comparison.differences(fake: fake, real: .json("[1]"))) == ["status: error mode, breaking"])
  }

  @Test("a difference at the bottom of deep arrays is found in bounded time")
  func deep() {
    let body = { (value: String) in
      String(repeating: "[[1], ", count: 500) + value + String(repeating: "]", count: 500)
    }
    let noise = Noise.learn(from: [.json(body("[3]")), .json(body("[4]"))])
    #expect(noise.places.count == 1)
    #expect(Comparison.differences(fake: .json(body("[5]")), real: .json(body("[6]")), ignoring: noise).isEmpty)
    let found = Comparison.differences(fake: .json(body("[5]")), real: .json(body("[6, 7]")), ignoring: noise)
    #expect(self.lines(found).map { $0.hasSuffix("[1]: length, compatible") } == [true])
  }

  @Test("findings are bounded, whatever the bodies")
  func bounded() {
    let list = { (word: String) in "[" + (0..<20_000).map { "{\"\(word)\": \($0)}" }.joined(separator: ",") + "]" }
    let found = Comparison.differences(fake: .json(list("a")), real: .json(list("b")))
    #expect(found.count == JSONDiff.maximumChanges)
  }
}
