import MockrecCore
import Testing

/// What the recorder writes must come back to the byte.
@Suite("recorded texts")
struct RecordedTextTests {
  private func reread(_ entry: Entry) throws -> Entry {
    let text = NotationPrinter.print(ConversationFile(entries: [entry]))
    let file = try parseNotation(text)
    #expect(NotationPrinter.print(file) == text)
    return try #require(file.entries.count == 1 ? file.entries.first : nil, "\(text.debugDescription)")
  }

  @Test("any header, status, URL, string and file name survives", arguments: UInt64(0)..<300)
  func lines(seed: UInt64) throws {
    var random = NotationRandom(seed: seed)
    let (name, value) = ("k" + random.text(upTo: 12), random.text(upTo: 24))
    let (path, status) = (random.text(upTo: 24), random.text(upTo: 12))
    let (quoted, file) = (random.text(upTo: 24), "f" + random.text(upTo: 12))
    let assert = Assert(
      query: Query("header", [Literal(escaping: quoted)]),
      predicate: Word("==", [.raw(Template(escapingOneline: quoted))]))
    let entry = Entry(
      request: Request(
        verb: "REDIS", target: Template(placeholder: "cache", escapingURL: path),
        headers: [KeyValue(key: Template(escapingKey: name), value: Template(escapingHeaderValue: value))],
        body: BodyText(file: file)),
      response: Response(
        verb: "REDIS", status: status,
        headers: [KeyValue(key: Template(escapingKey: name), value: Template(escapingHeaderValue: value))],
        sections: [Section(kind: .asserts, lines: .asserts([assert]))]))
    let read = try self.reread(entry)
    #expect(
      try ContractScope(["cache": .text("")]).text(read.request.target, in: SourceText(name: "", text: ""))
        .unicodeScalars.elementsEqual(path.unicodeScalars))
    #expect(Array((read.request.headers.first?.key.literal ?? "").utf8) == Array(name.utf8))
    #expect(Array((read.request.headers.first?.value.literal ?? "").utf8) == Array(value.utf8))
    #expect(Array((read.response?.status ?? "").utf8) == Array(status.utf8))
    #expect(Array((read.response?.headers.first?.key.literal ?? "").utf8) == Array(name.utf8))
    #expect(Array((read.response?.headers.first?.value.literal ?? "").utf8) == Array(value.utf8))
    #expect(notationStructure(of: read.request.body as Any) == notationStructure(of: entry.request.body as Any))
    #expect(
      notationStructure(of: read.response?.sections as Any) == notationStructure(of: entry.response?.sections as Any))
  }

  @Test("any bytes survive as hex and base64, any text as what can hold it", arguments: UInt64(0)..<200)
  func bodies(seed: UInt64) throws {
    var random = NotationRandom(seed: seed)
    let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    let text = random.text(upTo: 40, lines: seed.isMultiple(of: 2))
    let bodies = [
      BodyText(hex: bytes), BodyText(base64: bytes), BodyText(fencing: text), BodyText(oneline: text),
      BodyText(json: Array("[\"\(text)\"]".utf8)),
    ]
    for case let body? in bodies {
      let entry = Entry(
        request: Request(verb: "GET", target: Template("http://a"), body: body),
        response: Response(verb: "HTTP", status: "200", body: body))
      let read = try self.reread(entry)
      for again in [read.request.body, read.response?.body] {
        #expect(notationStructure(of: again as Any) == notationStructure(of: Optional(body) as Any), "seed \(seed)")
      }
    }
    if case .multiline(let fenced)? = BodyText(fencing: text) {
      #expect(Array((fenced.text.literal ?? "").utf8) == Array(text.utf8))
    }
  }

  @Test("texts that fences cannot hold exactly are refused", arguments: ["a```b", "a`", "a\r\n", "\u{1}", "\u{7f}"])
  func unfenced(text: String) { #expect(BodyText(fencing: text) == nil) }

  @Test("fences hold braces as they are")
  func fencedBraces() throws {
    let body = try #require(BodyText(fencing: "{{a}}\n"))
    #expect(body.spelling == "```novariable\n{{a}}\n```")
  }

  @Test(
    "JSON that would be read otherwise is kept in another way",
    arguments: [
      ("{\"a\": 1}", false), ("[\"{ {\"]", false), ("null", false), ("-1", false), ("\"a\"", false),
      ("{\"a\": \"{{b}}\"}", true), ("[\"{{\"]", true), ("{\"a\": 1}\n", true), (" 1", true), ("{} {}", true),
      ("", true),
      ("tru", true), ("[1,]", true), ("\u{feff}1", true), ("\"\0\"", true),
    ])
  func json(text: String, needs: Bool) { #expect(Template.jsonNeedsVerbatim(Array(text.utf8)) == needs) }

  @Test("a header's value is written plainly where it can be")
  func spellings() {
    #expect(Template(escapingHeaderValue: "W/\"a{b}\"; é").spelling == "W/\"a{b}\"; é")
    #expect(Template(escapingHeaderValue: " a#\\\t{{x}} ").spelling == "\\u{20}a\\#\\\\\\t\\u{7b}\\u{7b}x}}\\u{20}")
    #expect(Template(escapingKey: "[a]:b c").spelling == "\\u{5b}a]\\:b\\u{20}c")
    #expect(Template(escapingQuoted: "\"\u{7f}\n").spelling == "\\\"\\u{7f}\\n")
    #expect(Template(escapingFileName: "a b;c").spelling == "a\\ b\\;c")
  }
}
