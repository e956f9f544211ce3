import Testing

@testable import MockrecCore

@Suite struct NoiseNotationTests {
  private static let entry = """
    GET {{api}}/a

    HTTP 200
    Content-Type: application/json
    {"id": "x"}

    """

  private func response(_ text: String) throws -> (Response, SourceText) {
    let source = SourceText(name: "t.hurl", text: text)
    return (try #require(try NotationParser.parse(source).entries.first?.response), source)
  }

  private func printed(_ response: Response) throws -> String {
    var entry = try #require(try NotationParser.parse(SourceText(name: "t.hurl", text: Self.entry)).entries.first)
    entry.response = response
    return NotationPrinter.print(ConversationFile(entries: [entry]))
  }

  @Test(
    "what was learnt is written into the entry, and read again",
    arguments: [
      [#"{"id": "66cd1e39-fdd5-43ab-b179-f265b44a7464"}"#, #"{"id": "0f9d3c1e-0000-43ab-b179-f265b44a7464"}"#],
      [#"{"n": 1, "s": "a/b 1"}"#, #"{"n": 2, "s": "a/b 2"}"#],
      [#"{"n": null}"#, #"{"n": "at 1"}"#],
      [
        #"{"l": [{"id": 1, "at": "x1"}, {"id": 2, "at": "x2"}]}"#,
        #"{"l": [{"id": 2, "at": "x3"}, {"id": 1, "at": "x4"}]}"#,
      ],
      [#"{"l": [1, 2]}"#, #"{"l": [1]}"#], [#"{"a b": 1}"#, #"{}"#], [#"{"a": 1, "b": 2}"#, #"{"b": 2, "a": 1}"#],
      ["<a><b i='1'>1</b><b>x</b></a>", "<a><b i='2'>2</b><b>x</b></a>"],
      ["<a><b>1</b></a>", "<a><b>1</b><b>1</b></a>"],
      ["at 1\nx", "at 2\nx"], ["one two", "one\ntwo three"],
    ])
  func roundTrip(bodies: [String]) throws {
    let samples = bodies.map { $0.hasPrefix("{") ? Answer.json($0) : Answer.text($0) }
    let noise = Noise.learn(from: samples)
    #expect(!noise.isEmpty)
    let (response, _) = try self.response(Self.entry)
    let text = try self.printed(noise.written(into: response))
    let (again, source) = try self.response(text)
    let (read, rest) = try Noise.read(again, in: source)
    #expect(read.places == noise.places, "\(text)")
    #expect(Comparison.differences(fake: samples[1], real: samples[0], ignoring: read).isEmpty, "\(text)")
    #expect(try self.printed(rest).contains("@learned") == false)
    // Written once more, nothing changes.
    #expect(try self.printed(read.written(into: again)) == text)
  }

  @Test("headers too")
  func headers() throws {
    let noise = Noise.learn(from: [
      .json("{}", headers: [("ETag", "aa11"), ("X", "1")]), .json("{}", headers: [("ETag", "bb22")]),
    ])
    let (response, _) = try self.response(Self.entry)
    let text = try self.printed(noise.written(into: response))
    #expect(text.contains("# @varies presence at header x\n"))
    #expect(text.contains("header \"etag\" matches /^[0-9a-z]+$/ # @learned\n"))
    let (again, source) = try self.response(text)
    #expect(try Noise.read(again, in: source).noise.places.sorted() == noise.places.sorted())
  }

  @Test("own asserts stay, and what is written by hand and means nothing is told with its place")
  func byHand() throws {
    let own = try self.response(
      "GET {{api}}/a\n\nHTTP 200\n[Asserts]\njsonpath \"$.id\" isUuid # @learned\njsonpath \"$.n\" == 1\n")
    let (noise, rest) = try Noise.read(own.0, in: own.1)
    #expect(noise.places == ["$.id: isUuid"])
    guard case .asserts(let asserts)? = rest.sections.first?.lines else { throw CancellationError() }
    #expect(asserts.map(\.predicate.name) == ["=="])
    for (text, line) in [
      ("GET {{api}}/a\n\nHTTP 200\n[Asserts]\njsonpath \"$.id\" == 1 # @learned\n", 5),
      ("GET {{api}}/a\n\n# @varies somehow at $.id\nHTTP 200\n", 4),
      ("GET {{api}}/a\n\n# @varies order\nHTTP 200\n", 4),
    ] {
      let (response, source) = try self.response(text)
      let error = #expect(throws: Diagnostic.self) { _ = try Noise.read(response, in: source) }
      #expect(error?.place?.position.line == line)
    }
  }
}
