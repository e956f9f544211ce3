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
      BodyCase(#"{"a": 1, "b": [1]}"#, #"{"a": 1e0, "b": [1.0]}"#, []),
      BodyCase(#"{"a": 1, "b": [1]}"#, #"{"b": [1.0], "a": 1e0}"#, ["$: order, cosmetic"]),
      BodyCase(
        #"{"a": {"x": 1, "y": 2}}"#, #"{"a": {"y": 2, "x": 1}, "b": 1}"#,
        ["$.a: order, cosmetic", "$.b: field added, compatible"]),
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
      // By identity: who has another place, and who is new.
      BodyCase(
        #"[{"id": 1, "n": "a"}, {"id": 2, "n": "b"}]"#,
        #"[{"id": 3, "n": "c"}, {"id": 1, "n": "a"}, {"id": 2, "n": "B"}]"#,
        ["$[1].n: value, compatible", "$[0]: length, compatible"]),
      BodyCase(
        #"[{"id": 1, "n": 1}, {"id": 2, "n": 2}]"#, #"[{"id": 2, "n": "2"}, {"id": 1, "n": 1}]"#,
        ["$: order, compatible", "$[1].n: type, breaking"]),
      BodyCase(
        #"[{"userId": 1, "n": 1}, {"userId": 2, "n": 2}]"#, #"[{"userId": 2, "n": 3}]"#,
        ["$[0]: length, compatible", "$[1].n: value, compatible"]),
      // An id that is not one: by least edit.
      BodyCase(
        #"[{"id": 1, "n": 1}, {"id": 1, "n": 2}]"#, #"[{"id": 1, "n": 0}, {"id": 1, "n": 1}, {"id": 1, "n": 2}]"#,
        ["$[0]: length, compatible"]),
      BodyCase(
        #"[1, 2, 3, 4]"#, #"[9, 1, 2, 4, 5]"#,
        [
          "$[0]: length, compatible", "$[2]: length, compatible", "$[4]: length, compatible",
        ]),
      BodyCase(
        #"[{"a": 1, "b": 2, "c": 3}, {"a": 4, "b": 5, "c": 6}]"#,
        #"[{"x": 0}, {"a": 1, "b": 2, "c": 9}, {"a": 4, "b": 5, "c": 9}]"#,
        ["$[0]: length, compatible", "$[0].c: value, compatible", "$[1].c: value, compatible"]),
    ])
  func json(_ test: BodyCase) {
    #expect(self.lines(Comparison.differences(fake: .json(test.fake), real: .json(test.real))) == test.found)
    // The other way round there are as many findings, at as many places.
    let back = Comparison.differences(fake: .json(test.real), real: .json(test.fake))
    #expect(back.count == test.found.count)
  }

  @Test(
    "what is worse one way than the other",
    arguments: [
      BodyCase(#"{"a": null}"#, #"{"a": 1}"#, ["$.a: nullability, compatible"]),
      BodyCase(#"{"m": ["read", "write"]}"#, #"{"m": ["read"]}"#, ["$.m[1]: length, breaking"]),
      BodyCase(#"{"m": ["read"]}"#, #"{"m": ["read", "write"]}"#, ["$.m[1]: length, compatible"]),
      BodyCase(#"{"m": ["read me", "a b"]}"#, #"{"m": ["a b"]}"#, ["$.m[0]: length, compatible"]),
    ])
  func directed(_ test: BodyCase) {
    #expect(self.lines(Comparison.differences(fake: .json(test.fake), real: .json(test.real))) == test.found)
  }

  @Test(
    "XML bodies, by element",
    arguments: [
      BodyCase("<a><b>1</b></a>", "<?xml version=\"1.0\"?>\n<a>\n <b>1</b><!-- c --></a>\n", []),
      BodyCase("<a><b>1</b></a>", "<a><b>2</b></a>", ["/a/b: value, compatible"]),
      BodyCase("<a><b>1</b><c/></a>", "<a><b>1</b></a>", ["/a/c: field removed, breaking"]),
      BodyCase("<a><b>1</b></a>", "<a><b>1</b><c/></a>", ["/a/c: field added, compatible"]),
      BodyCase("<a><b>1</b><c/></a>", "<a><c/><b>1</b></a>", ["/a: order, cosmetic"]),
      BodyCase(#"<a x="1"/>"#, #"<a x="2"/>"#, ["/a/@x: value, compatible"]),
      BodyCase(#"<a><b>1</b></a>"#, #"<a><b><c>1</c></b></a>"#, ["/a/b: type, breaking"]),
      BodyCase(#"<a><b>1</b><b>2</b></a>"#, #"<a><b>1</b><b>3</b><b>2</b></a>"#, ["/a/b[2]: length, compatible"]),
      BodyCase(#"<a>&lt;<![CDATA[<]]></a>"#, #"<a>&#60;&#x3c;</a>"#, []),
      BodyCase(#"<a><b></a>"#, #"<a><b/></a>"#, ["body line 1: value, compatible"]),
      BodyCase("<html><p>1</p></html>", "<html><p>2</p></html>", ["body line 1: value, compatible"]),
    ])
  func markup(_ test: BodyCase) {
    #expect(self.lines(Comparison.differences(fake: .text(test.fake), real: .text(test.real))) == test.found)
    #expect(Comparison.differences(fake: .text(test.real), real: .text(test.fake)).count == test.found.count)
  }

  @Test("a path without its numbers is the cause")
  func cause() {
    let cause = { (path: String) in Difference(path, .value, fake: nil, real: nil).cause }
    #expect(cause("$.items[12].a[0]") == "$.items[*].a[*]")
    #expect(cause("$['a[1]']['it\\'s[2]'][3]") == "$['a[1]']['it\\'s[2]'][*]")
    #expect(cause("/List/Item[2]/Key") == "/List/Item/Key")
    #expect(cause("body line 7") == "body" && cause("header X[1]") == "header X[1]" && cause("status") == "status")
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
      ([("ETag", "1")], [], ["header ETag: header, breaking"]),
      ([("Allow", "GET, PUT")], [("Allow", "GET")], ["header Allow: header, breaking"]),
      ([("Allow", "GET")], [("Allow", "PUT, GET")], ["header Allow: header, compatible"]),
      ([("Allow", "GET, PUT")], [("Allow", "PUT, GET")], ["header Allow: header, cosmetic"]),
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
      version: "HTTP/1.1", status: 501,
      fields: Fields([("X-Mockrec", "miss"), ("X-Mockrec-Nearest", "a.hurl:2, which differs in path")]),
      body: Array("{}".utf8))
    let found = Comparison.differences(fake: fake, real: .json("[1]"))
    #expect(self.lines(found) == ["status: error mode, breaking"])
    #expect(found[0].fake == "no recorded exchange answers this request; nearest: a.hurl:2, which differs in path")
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
    // So many of each kind: what is many does not hide what is bad.
    #expect(found.count == 2 * JSONDiff.maximumChanges)
    #expect(found.count { $0.severity == .breaking } == JSONDiff.maximumChanges)
  }

  @Test("least edit undoes what was done to a list", arguments: UInt64(0)..<100)
  func leastEdit(seed: UInt64) {
    var random = Generator(state: seed)
    let left = (0..<Int.random(in: 0..<40, using: &random)).map { _ in Int.random(in: 0..<12, using: &random) }
    var right = left
    let edits = Int.random(in: 0..<6, using: &random)
    for _ in 0..<edits {
      if !right.isEmpty, Bool.random(using: &random) {
        right.remove(at: Int.random(in: right.indices, using: &random))
      } else {
        right.insert(Int.random(in: 0..<12, using: &random), at: Int.random(in: 0...right.count, using: &random))
      }
    }
    let pairs = LeastEdit.equalPairs(left.count, right.count) { left[$0] == right[$1] }
    #expect(pairs.allSatisfy { left[$0.0] == right[$0.1] }, "seed \(seed)")
    #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0.0 < $1.0 && $0.1 < $1.1 }, "seed \(seed)")
    #expect(left.count + right.count - 2 * pairs.count <= edits, "seed \(seed)")
  }

  /// Source: SplitMix64.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      self.state &+= 0x9E37_79B9_7F4A_7C15
      var word = self.state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return word ^ word >> 31
    }
  }
}
