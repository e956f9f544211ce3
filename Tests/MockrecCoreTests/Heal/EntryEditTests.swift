import Testing

@testable import MockrecCore

@Suite("heal: edits of an entry")
struct EntryEditTests {
  static let entry = """
    # mockrec 1
    GET {{users}}/users/42

    # a hand-written comment
    # @layout compact
    HTTP 200 # as ever
    Content-Type: application/json
    # about the limit
    X-Limit: 10 # a day
    X-Old: 1
    X-Two: a
    X-Two: b
    Content-Length: 20
    [Asserts]
    jsonpath "$.at" isInteger
    {
      "id": 42,
      "at": 1
    }

    """

  private static func read(_ text: String) throws -> (SourceText, Response) {
    let source = SourceText(name: "x.hurl", text: text)
    return (source, try #require(try NotationParser.parse(source).entries.first?.response))
  }

  private static func applied(_ edits: [TextEdit], to text: String) throws -> String {
    String(decoding: try #require(edits.applied(to: Array(text.utf8))), as: UTF8.self)
  }

  @Test("status and headers: values in place, lines that come and go, comments kept")
  func head() throws {
    let (source, response) = try Self.read(Self.entry)
    let real = Answer(
      version: "HTTP/1.1", status: 404,
      fields: Fields([
        ("Content-Type", "application/json"), ("X-Limit", "20 #1"), ("X-Two", "a"), ("X-New", "1"), ("X-New", "2"),
      ]))
    let differences = ["status", "header X-Limit", "header X-Old", "header X-Two", "header X-New"].map {
      Difference($0, $0 == "status" ? .statusClass : .headerValue, fake: "", real: "")
    }
    let edits = try EntryEdit(response, in: source).head(real, by: differences)
    let expected = Self.entry
      .replacing("HTTP 200 #", with: "HTTP 404 #").replacing("X-Limit: 10 #", with: "X-Limit: 20 \\#1 #")
      .replacing("X-Old: 1\n", with: "").replacing("X-Two: b\n", with: "")
      .replacing("Content-Length: 20\n", with: "Content-Length: 20\nX-New: 1\nX-New: 2\n")
    #expect(try Self.applied(edits, to: Self.entry) == expected)
    #expect(try Self.read(expected).1.headers.contains { $0.value.literal == "20 #1" })
  }

  @Test("a JSON body: only what differs and is not asserted")
  func json() throws {
    let (source, response) = try Self.read(Self.entry)
    let ours = Answer(version: "HTTP/1.1", status: 200, body: Array(#"{"id":42,"at":1}"#.utf8))
    let real = Answer(version: "HTTP/1.1", status: 200, body: Array(#"{"id":"42","at":2}"#.utf8))
    var asserted = Asserted()
    asserted.paths = [try JSONPath("$.at")]
    let differences = Comparison.differences(fake: ours, real: real, asserted: asserted)
    let edits = try #require(
      try EntryEdit(response, in: source).json(ours, real, by: differences, noise: Noise(), asserted: asserted))
    #expect(try Self.applied(edits, to: Self.entry) == Self.entry.replacing("\"id\": 42,", with: "\"id\": \"42\","))
  }

  @Test("a whole body with its marks, which comments beside them outlive")
  func whole() throws {
    let (source, response) = try Self.read(Self.entry)
    let edit = try EntryEdit(response, in: source)
    let text = Response(verb: "HTTP", status: "200", body: BodyText(fencing: "hello\n"))
    var expected = Self.entry.replacing("# @layout compact\n", with: "")
    expected = expected.replacing("{\n  \"id\": 42,\n  \"at\": 1\n}", with: "```\nhello\n```")
    #expect(try Self.applied(edit.body(text), to: Self.entry) == expected)
    let none = Response(verb: "HTTP", status: "200")
    expected = expected.replacing("```\nhello\n```\n", with: "")
    #expect(try Self.applied(edit.body(none), to: Self.entry) == expected)

    let (bare, bareResponse) = try Self.read("GET {{a}}/\nHTTP 204")
    let json = Response(
      leading: [.comment("# @layout spaced")], verb: "HTTP", status: "200", body: BodyText(json: Array("[1]".utf8)))
    #expect(
      try Self.applied(try EntryEdit(bareResponse, in: bare).body(json), to: "GET {{a}}/\nHTTP 204")
        == "GET {{a}}/\n# @layout spaced\nHTTP 204\n[1]\n")
  }

  @Test("in which pieces a body came is not said of another")
  func pieces() throws {
    let text = "GET {{a}}/\n\n# @chunks 3@0\n# kept\nHTTP 200\n[1]\n"
    let (source, response) = try Self.read(text)
    let edit = try EntryEdit(response, in: source)
    let without = text.replacing("# @chunks 3@0\n", with: "")
    #expect(try Self.applied(edit.withoutPieces(), to: text) == without)
    let other = Response(verb: "HTTP", status: "200", body: BodyText(json: Array("[12]".utf8)))
    #expect(try Self.applied(edit.body(other), to: text) == without.replacing("[1]", with: "[12]"))
  }

  @Test("a recorded length is kept true")
  func length() throws {
    let (source, response) = try Self.read(Self.entry)
    let edit = try EntryEdit(response, in: source)
    #expect(edit.length(20) == nil)
    let length = try #require(edit.length(7))
    #expect(
      try Self.applied([length], to: Self.entry)
        == Self.entry.replacing("Content-Length: 20", with: "Content-Length: 7"))
  }

  @Test("edits that overlap or lie outside are none; one edit of whole lines makes one text of another")
  func edits() throws {
    let text = Array("a\nb\nc".utf8)
    #expect([TextEdit(0..<2, []), TextEdit(1..<3, [])].applied(to: text) == nil)
    #expect([TextEdit(4..<9, [])].applied(to: text) == nil)
    #expect(TextEdit(from: text, to: text) == nil)
    for new in ["a\nX\nc", "a\nb\nc\n", "", "b\nc", "a\nb\nb\nc", "a\nc", "a\nb\nc\nd"] {
      let edit = try #require(TextEdit(from: text, to: Array(new.utf8)))
      #expect([edit].applied(to: text) == Array(new.utf8))
    }
    #expect(TextEdit(from: text, to: Array("a\nX\nc".utf8)) == TextEdit(2..<4, Array("X\n".utf8)))
  }
}
