import MockrecCore
import Testing

@Suite("merging recordings by meaning")
struct ConversationMergeTests {
  private let base = """
    # mockrec 1
    GET {{api}}/users/42
    Accept: */*

    # @layout compact
    HTTP 200
    Content-Type: application/json
    Content-Length: 61
    Set-Cookie: a=1
    [Asserts]
    jsonpath "$.id" isInteger
    {
      "id": 42,
      "name": "Ada",
      "tags": [
        {"id": 1, "label": "x"},
        {"id": 2, "label": "y"}
      ],
      "point": [1, 2]
    }

    """

  private func merge(_ ours: String, _ theirs: String, base: String? = nil) -> ConversationMerge {
    func source(_ text: String) -> SourceText { SourceText(name: "x.hurl", text: text) }
    return ConversationMerge(
      base: source(base ?? self.base), ours: source(ours), theirs: source(theirs), dialect: .http)
  }

  private func edited(_ edits: (String, String)...) -> String {
    edits.reduce(self.base) { text, edit in
      #expect(text.contains(edit.0))
      return text.replacing(edit.0, with: edit.1)
    }
  }

  @Test(
    "changes of different parts are both there, whichever side made them",
    arguments: [
      [("HTTP 200", "HTTP 201"), ("Accept: */*", "Accept: text/html")],
      [("\"Ada\"", "\"Grace\""), ("\"id\": 42", "\"id\": 43")],
      [("\"label\": \"x\"", "\"label\": \"z\""), ("{\"id\": 2, \"label\": \"y\"}", "{\"id\": 2}")],
      [("2]", "3]"), ("[1,", "[5,")],
      [("isInteger", "isInteger\njsonpath \"$.name\" isString"), ("isInteger", "isInteger\nstatus < 300")],
      [("# mockrec 1", "# mockrec 1\n# @times 3"), ("HTTP 200", "# why\nHTTP 200")],
      [("/users/42", "/users/42?a=1"), ("Set-Cookie: a=1", "Set-Cookie: a=1\nSet-Cookie: b=2")],
      [("Set-Cookie: a=1\n", ""), ("Accept: */*\n", "")],
      [("[Asserts]\njsonpath \"$.id\" isInteger\n", ""), ("\"Ada\"", "null")],
    ])
  func union(edits: [(String, String)]) throws {
    func canonical(_ text: String) -> String {
      // JSON that is merged is laid out anew.
      text.replacing(" ", with: "").replacing("\n", with: "")
    }
    let (first, second) = (self.edited(edits[0]), self.edited(edits[1]))
    for (ours, theirs) in [(first, second), (second, first)] {
      let merged = self.merge(ours, theirs)
      #expect(merged.contradictions == [])
      #expect(!merged.text.contains("<<<<"))
      // What a side added is there, what it removed is not.
      for (old, new) in edits {
        let (before, after) = (canonical(old), canonical(new))
        let added = after.hasPrefix(before) ? String(after.dropFirst(before.count)) : after
        let text = canonical(merged.text)
        if !added.isEmpty { #expect(text.contains(added), "\(merged.text)") }
        if !after.contains(before) { #expect(!text.contains(before), "\(merged.text)") }
      }
    }
  }

  @Test("what one side alone changed is its file, byte for byte; layout is no change")
  func oneSided() {
    let changed = self.edited(("\"Ada\"", "\"Grace\"   "))
    #expect(self.merge(self.base, changed).text == changed)
    #expect(self.merge(changed, self.base).text == changed)
    let respelled = self.edited(
      ("[1, 2]", "[ 1.0,2 ]"), ("\"id\": 42,\n  \"name\": \"Ada\",", "\"name\": \"Ada\", \"id\": 42,"))
    #expect(self.merge(respelled, changed).text == changed)
    #expect(self.merge(changed, respelled).text == changed)
  }

  @Test("what contradicts stands between markers, and nothing else does")
  func contradiction() throws {
    let ours = self.edited(("\"Ada\"", "\"Grace\""), ("HTTP 200", "HTTP 201"))
    let theirs = self.edited(("\"Ada\"", "\"Hedy\""), ("[1, 2]", "[1, 3]"))
    let merged = self.merge(ours, theirs)
    #expect(merged.contradictions == ["response body $.\"name\""])
    let markers = """
      <<<<<<< ours
        "name": "Grace",
      =======
        "name": "Hedy",
      >>>>>>> theirs

      """
    #expect(merged.text.contains(markers), "\(merged.text)")
    #expect(merged.text.contains("HTTP 201") && merged.text.contains("    3\n") && merged.text.count("<<<<<<<") == 1)
  }

  @Test(
    "removed against changed, two lengths of one array, two values of a field: contradictions",
    arguments: [
      [("Set-Cookie: a=1\n", ""), ("a=1", "a=2")], [("[1, 2]", "[1, 2, 3]"), ("[1, 2]", "[2]")],
      [("a=1", "a=2"), ("a=1", "a=3")], [("isInteger", "isString"), ("isInteger", "== 42")],
      [("HTTP 200", "HTTP 201"), ("HTTP 200", "HTTP 404")],
    ])
  func contradictions(edits: [(String, String)]) {
    let merged = self.merge(self.edited(edits[0]), self.edited(edits[1]))
    #expect(merged.contradictions.count == 1)
    #expect(merged.text.count("<<<<<<< ours\n") == 1 && merged.text.count(">>>>>>> theirs\n") == 1, "\(merged.text)")
  }

  @Test("a length that follows from the body is no contradiction")
  func derived() {
    let ours = self.edited(("\"Ada\"", "\"Grace\""), ("Content-Length: 61", "Content-Length: 63"))
    let theirs = self.edited(("\"id\": 42", "\"id\": 420"), ("Content-Length: 61", "Content-Length: 62"))
    #expect(self.merge(ours, theirs).contradictions == [])
  }

  @Test("a file that both added: the same by meaning is no contradiction, two answers are one")
  func added() {
    let changed = self.edited(("\"Ada\"", "\"Grace\""))
    #expect(self.merge(self.base, self.edited(("[1, 2]", "[1,2]")), base: "").contradictions == [])
    let merged = self.merge(self.base, changed, base: "")
    #expect(merged.contradictions == ["response body"])
    #expect(merged.text.contains("<<<<<<< ours\n  \"name\": \"Ada\",\n=======\n"), "\(merged.text)")
  }

  @Test("contracts of several entries merge entry by entry; one more equal request is not guessed about")
  func severalEntries() throws {
    let base = "GET http://a/1\nHTTP 200\n\nGET http://a/2\nHTTP 200\n"
    let ours = "GET http://a/1\nHTTP 201\n\nGET http://a/2\nHTTP 200\n\nGET http://a/3\nHTTP 200\n"
    let theirs = "GET http://a/0\nHTTP 200\n\nGET http://a/1\nHTTP 200\n\nGET http://a/2\nHTTP 404\n"
    let merged = self.merge(ours, theirs, base: base)
    let file = try NotationParser.parse(SourceText(name: "x", text: merged.text))
    #expect(
      file.entries.map { "\($0.request.target.spelling.suffix(1)) \($0.response?.status ?? "")" }
        == ["0 200", "1 201", "2 404", "3 200"])
    let again = self.merge(base + "GET http://a/1\nHTTP 500\n", theirs, base: base)
    #expect(again.contradictions == ["the file"])
  }

  @Test("placeholders outside of texts survive; spellings of what is not merged stay")
  func spelling() {
    let base = "POST http://a/\n{\"a\": {{x}}, \"b\": \"\\/\\u00e9\", \"c\": 1.50}\n"
    let merged = self.merge(
      base.replacing("{{x}}", with: "{{y}}"), base.replacing("1.50", with: "1.60"), base: base)
    #expect(merged.text == "POST http://a/\n{\n  \"a\": {{y}},\n  \"b\": \"\\/\\u00e9\",\n  \"c\": 1.60\n}\n")
  }

  @Test("a side that does not parse is kept whole, between markers")
  func unparsable() {
    let merged = self.merge("nonsense\n", self.edited(("Ada", "Eve")))
    #expect(merged.contradictions == ["the file"] && merged.text.hasPrefix("<<<<<<< ours\nnonsense\n=======\n"))
  }
}

extension String {
  fileprivate func count(_ part: String) -> Int { self.ranges(of: part).count }
}
