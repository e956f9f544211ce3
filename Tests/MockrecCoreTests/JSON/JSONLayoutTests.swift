import MockrecCore
import Testing

@Suite struct JSONLayoutTests {
  @Test(
    "layouts that are really sent are recognised",
    arguments: [
      (#"{"a":1,"b":[1,2,{}]}"#, "compact"),
      ("{\"a\":1,\"b\":[]}\n", "compact newline"),
      (#"{"a": 1, "b": [1, 2]}"#, "spaced"),
      (#"{"a":1, "b":[1, 2]}"#, "compact comma-space"),
      (#"{"a": 1,"b": 2}"#, "compact right-colon"),
      ("{\n  \"a\": 1,\n  \"b\": []\n}", "indent=2"),
      ("[\n    {\n        \"a\": {}\n    }\n]\n", "indent=4 newline"),
      ("{\n\t\"a\": [\n\t\t1\n\t]\n}", "indent=tab"),
      ("{\n  \"args\": {}, \n  \"url\": \"x\"\n}\n", "indent=2 comma-space newline"),
      (
        "{\n  \"a\" : [ 1, 2 ],\n  \"b\" : [ {\n    \"c\" : { }\n  } ],\n  \"d\" : [ ]\n}",
        "indent=2 wide-colon open-empty inline-arrays"
      ),
      ("[ {\n  \"c\" : 1\n}, 2 ]", "indent=2 wide-colon inline-arrays"),
      ("{\n    \"a\": {\n    },\n    \"b\": [\n        1\n    ]\n}\n", "indent=4 split-empty newline"),
      ("{\r\n  \"a\": 1\r\n}", "indent=2 crlf"),
      ("{\n   \"a\" : 1\n}\n", "indent=3 wide-colon newline"),
      ("42\n", "compact newline"), ("\"\\u00e9\"", "compact"), ("[]", "compact"),
    ])
  func recognised(text: String, name: String) throws {
    let bytes = Array(text.utf8)
    let found = try #require(JSONLayout.detectWithPretty(bytes))
    #expect(found.layout.name == name)
    #expect(JSONLayout(name: name) == found.layout)
    #expect(found.layout.apply(found.pretty) == bytes)
  }

  @Test(
    "a text that no layout gives back has none",
    arguments: [
      " {}", "{\"a\":1,\"b\": 2}", "{ \"a\": 1 }", "{\n  \"a\": 1,\n   \"b\": 2\n}", "{}\n\n", "[1,2, 3]",
      "[\n  1,\n  2]", "not json", "", "[1",
    ])
  func unrecognised(text: String) {
    #expect(JSONLayout.detect(Array(text.utf8)) == nil)
  }

  @Test("the pretty form keeps the order of keys and the spelling of every scalar")
  func pretty() throws {
    let text = #"{"z":1.50,"a":"\u00e9\/é","a":[[],{},[1E5,-0]],"":{"b":null}}"#
    let expected = """
      {
        "z": 1.50,
        "a": "\\u00e9\\/é",
        "a": [
          [],
          {},
          [
            1E5,
            -0
          ]
        ],
        "": {
          "b": null
        }
      }
      """
    #expect(JSONLayout.pretty(Array(text.utf8)) == Array(expected.utf8))
  }

  @Test("detection undoes every layout, byte for byte", arguments: UInt64(0)..<2_000)
  func roundTrip(seed: UInt64) throws {
    var samples = JSONSamples(seed: seed)
    let layout = samples.layout()
    #expect(JSONLayout(name: layout.name) == layout, "seed \(seed): \(layout.name)")
    let compact = Array(samples.compactText().utf8)
    let sent = try #require(layout.apply(compact))
    let pretty = try #require(JSONLayout.pretty(sent))
    #expect(JSONLayout.compact.apply(sent) == compact)
    let found = try #require(JSONLayout.detect(sent), "seed \(seed): \(layout.name)")
    #expect(found.apply(pretty) == sent, "seed \(seed)")
  }

  @Test(
    "names that no layout has are refused",
    arguments: [
      "", "Compact", "compact ", " compact", "indent=0", "indent=9", "indent=02", "indent=+2", "indent", "newline",
      "compact newline newline", "compact newline comma-space", "compact comma-space right-colon", "spaced right-colon",
      "indent=2 right-colon", "compact tight-colon",
    ])
  func names(name: String) {
    #expect(JSONLayout(name: name) == nil)
  }

  @Test("a layout adds to what is there, and leaves it alone when it fails")
  func appending() {
    var output: [UInt8] = [1]
    let hasFailed = !JSONLayout.compact.apply(Array("[1, x]".utf8), to: &output)
    #expect(hasFailed && output == [1])
    let isDone = JSONLayout.compact.apply(Array("[1, 2]".utf8), to: &output)
    #expect(isDone && output == [1] + Array("[1,2]".utf8))
  }

  @Test("deep nesting cannot make the result larger than the limit")
  func amplification() {
    let deep =
      String(repeating: "[", count: 500) + String(repeating: "1,", count: 40_000) + "1"
      + String(repeating: "]", count: 500)
    #expect(JSONLayout(name: "indent=8")?.apply(Array(deep.utf8)) == nil)
  }
}
