import Testing

@testable import MockrecCore

@Suite("heal: changes brought into JSON as it stands")
struct JSONEditTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var old: String
    var new: String
    var healed: String
    var testDescription: String { self.name }

    init(_ name: String, _ old: String, _ new: String, _ healed: String) {
      (self.name, self.old, self.new, self.healed) = (name, old, new, healed)
    }
  }

  @Test(
    "a place is found in a text: a member at its name, an element at itself",
    arguments: [("$", 1), ("$.a", 3), ("$.a[1]", 13), ("$['b c'].d", 31), ("$.a[2]", nil), ("$.e", nil)])
  func places(path: String, offset: Int?) throws {
    let text = #" { "a": [ 1, {"x":2}], "b c": {"d":1}}"#
    let location = try #require(JSONPath(path).location)
    #expect(location.offset(in: Array(text.utf8)) == offset)
  }

  static let cases: [Case] = [
    Case("equal", #"{ "a" : [ 1 ,2] }"#, #"{"a":[1,2]}"#, #"{ "a" : [ 1 ,2] }"#),
    Case("a value", #"{ "a" : 1 , "b":2 }"#, #"{"a":1,"b":3}"#, #"{ "a" : 1 , "b":3 }"#),
    Case("the root", "1", "[2]", "[\n  2\n]"),
    Case("a type, in the sender's spelling", #"{"a": "\u00e9"}"#, #"{"a": 1.50}"#, #"{"a": 1.50}"#),
    Case("the first member goes", "{\n  \"a\": 1,\n  \"b\": 2\n}", #"{"b":2}"#, "{\n  \"b\": 2\n}"),
    Case("the last member goes", "{\n  \"a\": 1,\n  \"b\": 2\n}", #"{"a":1}"#, "{\n  \"a\": 1\n}"),
    Case("the only member goes", "{\n  \"a\": 1\n}", "{}", "{}"),
    Case("a member comes first", "{\n  \"b\": 2\n}", #"{"a":1,"b":2}"#, "{\n  \"a\": 1,\n  \"b\": 2\n}"),
    Case("a member comes last", "{\n  \"a\": 1\n}", #"{"a":1,"b":[2]}"#, "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}"),
    Case("into what was empty", "{\n  \"a\": {}\n}", #"{"a":{"b":1}}"#, "{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
    Case("into what was empty, on one line", "[]", "[1]", "[\n  1\n]"),
    Case("an element in the middle", "[\n  1,\n  2,\n  3\n]", "[1,3]", "[\n  1,\n  3\n]"),
    Case("an element more", "[1, 2]", "[1,2,3]", "[1, 2, 3]"),
    Case("an element at the front", "[\n  2\n]", "[1,2]", "[\n  1,\n  2\n]"),
    Case(
      "by identity, in a longer list", #"[{"id": 1, "n": "a"}, {"id": 2, "n": "b"}]"#,
      #"[{"id":2,"n":"c"},{"id":3,"n":"d"}]"#, "[{\"id\": 2, \"n\": \"c\"}, {\n    \"id\": 3,\n    \"n\": \"d\"\n  }]"),
    Case("another order", "[1, 2]", "[2,1]", "[\n  2,\n  1\n]"),
    Case("a name with a quote", #"{"a\"b": 1}"#, #"{"a\"b":2}"#, #"{"a\"b": 2}"#),
    Case("null", #"{"a": {"b": 1}}"#, #"{"a": null}"#, #"{"a": null}"#),
  ]

  @Test(arguments: cases)
  func edit(_ example: Case) throws {
    let (old, new) = (try JSON.parse(Array(example.old.utf8)), try JSON.parse(Array(example.new.utf8)))
    var diff = JSONDiff()
    let changes = diff.changes(old, new)
    let text = try #require(JSONEdit.text(Array(example.old.utf8), becoming: Array(example.new.utf8), by: changes))
    #expect(String(decoding: text, as: UTF8.self) == example.healed)
    #expect(try JSON.parse(text) == new)
  }

  @Test("what no change names is not touched")
  func onlyNamed() throws {
    let (old, new) = (Array(#"{"at": 1, "n": 1}"#.utf8), Array(#"{"at":2,"n":2}"#.utf8))
    var diff = JSONDiff()
    let changes = diff.changes(try JSON.parse(old), try JSON.parse(new)).filter { $0.place.shortDescription == "$.n" }
    let text = try #require(JSONEdit.text(old, becoming: new, by: changes))
    #expect(String(decoding: text, as: UTF8.self) == #"{"at": 1, "n": 2}"#)
  }

  @Test("random documents: the edit makes one of the other", arguments: UInt64(0)..<300)
  func random(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ bound: UInt64) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % bound)
    }
    func document(_ depth: Int) -> JSON {
      switch next(depth > 3 ? 3 : 5) {
      case 0: return .number(JSONNumber(next(4)))
      case 1: return .string("\(next(3))")
      case 2: return .null
      case 3: return .array((0..<next(4)).map { _ in document(depth + 1) })
      default:
        let names = ["a", "b", "c", "id"].filter { _ in next(2) == 0 }
        return .object(JSONObject(names.map { .init(key: $0, value: document(depth + 1)) }))
      }
    }
    let (old, new) = (document(0), document(0))
    var diff = JSONDiff()
    let text = JSONEdit.text(
      Array(old.prettyText.utf8), becoming: Array(new.prettyText.utf8), by: diff.changes(old, new))
    let healed = try JSON.parse(try #require(text))
    var again = JSONDiff()
    #expect(again.changes(healed, new).isEmpty, "\(old) to \(new) gave \(healed)")
  }
}
