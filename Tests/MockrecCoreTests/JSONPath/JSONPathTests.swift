import MockrecCore
import Testing

@Suite struct JSONPathTests {
  @Test("the compliance suite of RFC 9535 passes, values, order and normalized paths")
  func conformance() throws {
    guard let cases = ConformanceData.load("jsonpath-cts.json")?["tests"]?.array else { return }
    #expect(cases.count == 703)
    for entry in cases {
      let selector = try #require(entry["selector"]?.string)
      let name = "\(entry["name"]?.string ?? "?"): \(selector)"
      let path: JSONPath
      do {
        path = try JSONPath(selector)
      } catch {
        #expect(entry["invalid_selector"] == true, "\(name): \(error)")
        continue
      }
      guard entry["invalid_selector"] != true else {
        Issue.record("accepted: \(name)")
        continue
      }
      let document = try #require(entry["document"])
      let nodes = try path.selectNodes(document)
      let values = JSON.array(nodes.map(\.value))
      #expect(try JSON.array(path.select(document)) == values, "\(name)")
      let allowed = entry["results"]?.array ?? [entry["result"] ?? .null]
      #expect(allowed.contains(values), "\(name): \(values)")
      let locations = JSON.array(nodes.map { .string($0.location.description) })
      let allowedLocations = entry["results_paths"]?.array ?? [entry["result_paths"] ?? .null]
      #expect(allowedLocations.contains(locations), "\(name): \(locations)")
      for node in nodes {
        #expect(document.value(at: node.location) == node.value, "\(name)")
        for text in [node.location.description, node.location.shortDescription] {
          #expect(try JSONPath(text).location == node.location, "\(name): \(text)")
        }
      }
    }
  }

  static let document = """
    {"users": [{"id": 1, "name": "alice", "tags": ["a", "b"]}, {"id": 2, "name": "bob"}, {"id": 3.0, "name": "Zoë"}],
     "a.b": {"x": null}, "dup": 1, "dup": 2}
    """

  @Test(
    "expressions select",
    arguments: [
      ("$.users[*].id", "[1,2,3.0]"),
      ("$.users[-1].name", #"["Zoë"]"#),
      ("$.users[?@.id == 3].name", #"["Zoë"]"#),
      ("$.users[?@.tags && count(@.tags[*]) == 2].id", "[1]"),
      ("$.users[?match(@.name, '[a-z]+')].id", "[1,2]"),
      ("$.users[?length(@.name) == 3].id", "[2,3.0]"),
      ("$.users[?!(@.id < 2 || @.name == 'bob')].id", "[3.0]"),
      ("$['a.b'].x", "[null]"), ("$.dup", "[2]"), ("$.none", "[]"),
      ("$..id", "[1,2,3.0]"), ("$.users[::-2].id", "[3.0,1]"),
      ("$.users[?@.id == $.dup].name", #"["bob"]"#),
    ])
  func select(expression: String, expected: String) throws {
    let document = try JSON.parse(Self.document)
    #expect(try JSON.array(JSONPath(expression).select(document)).description == expected)
  }

  @Test(
    "errors say where and what",
    arguments: [
      ("", 0, "the expression ends here; expected $, the root of the document"),
      ("$.", 2, "the expression ends here; expected a name or *; other names stand in ['…']"),
      ("$.é.1", 4, "expected a name or *; other names stand in ['…']"),
      ("$['a", 2, "this string is not closed"),
      ("$[?@.a = 1]", 7, "expected , or ]"),
      ("$[?foo(@)]", 3, "there is no function foo; there are length, count, match, search and value"),
      ("$[?length(@.*) > 1]", 10, "this can select several values, which cannot be compared; use names and indices"),
      ("$[?match(@.a, 'x') == true]", 3, "this function gives true or false, which cannot be compared"),
      ("$[01]", 2, "an integer has no zeros in front, and no -0"),
    ])
  func errors(expression: String, offset: Int, message: String) {
    let error = #expect(throws: JSONPathError.self) { try JSONPath(expression) }
    #expect(error?.offset == offset)
    #expect(error?.message == message)
  }

  @Test("an expression cut off anywhere is refused or read, and never crashes")
  func truncation() {
    let text = #"$ ['a\ud83d\ude00'] .b..[?(@.c<=-1.5e3&&!match(@["x"],"[a-c]\\p{L}{1,2}"))||count($..*)>1,1:-2:3]"#
    #expect(throws: Never.self) { try JSONPath(text) }
    for length in text.unicodeScalars.indices {
      _ = try? JSONPath(String(text.unicodeScalars[..<length]))
    }
  }

  @Test("nesting and cost are bounded")
  func limits() throws {
    let nested = "$[?" + String(repeating: "(", count: 10_000) + "@" + String(repeating: ")", count: 10_000) + "]"
    #expect(throws: JSONPathError.self) { try JSONPath(nested) }
    let document = JSON.array(Array(repeating: [1, 2, 3], count: 100))
    #expect(throws: JSONPathLimitError.self) {
      try JSONPath("$..*").select(document, limits: JSONPathLimits(maximumNodes: 399))
    }
    #expect(throws: JSONPathLimitError.self) {
      try JSONPath("$[?count($..*) > 1]").select(document, limits: JSONPathLimits(maximumVisits: 10_000))
    }
  }

  @Test("singular expressions name a location")
  func singular() throws {
    #expect(try JSONPath("$.a['b c'][0]").location?.description == "$['a']['b c'][0]")
    #expect(try JSONPath("$.a['b c'][0]").location?.shortDescription == "$.a['b c'][0]")
    #expect(try JSONPath("$[-1]").isSingular)
    #expect(try JSONPath("$[-1]").location == nil)
    #expect(try !JSONPath("$..a").isSingular)
    #expect(try JSONPath("$").location == JSONLocation())
    #expect(JSONLocation([.name("a\n'\u{1}")]).description == #"$['a\n\'\u0001']"#)
    #expect(JSONLocation([.name("1a"), .name(""), .name("é")]).shortDescription == "$['1a']['']['é']")
    #expect(JSONLocation([.name("a"), .index(1)]).isWithin(JSONLocation([.name("a")])))
    #expect(!JSONLocation([.name("a")]).isWithin(JSONLocation([.index(0)])))
  }
}
