import MockrecCore
import Testing

@Suite("the notation, read and printed")
struct NotationRoundTripTests {
  @Test("printing a canonical file gives the same text", arguments: canonicalNotation)
  func canonical(text: String) throws {
    #expect(NotationPrinter.print(try parseNotation(text)) == text)
  }

  @Test("printing keeps the meaning and gives the canonical text", arguments: looseNotation)
  func loose(text: String, canonical: String) throws {
    let file = try parseNotation(text)
    #expect(NotationPrinter.print(file) == canonical)
    #expect(notationStructure(of: try parseNotation(canonical)) == notationStructure(of: file))
  }

  @Test(
    "a file cut short or damaged parses or is refused, and what parses keeps its meaning", arguments: UInt64(0)..<40)
  func damaged(seed: UInt64) throws {
    var random = NotationRandom(seed: seed)
    let sample = Array((canonicalNotation.randomElement(using: &random) ?? "").utf8)
    for _ in 0..<100 {
      var bytes = sample
      for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = Array("{}[]\"`\\#:;,</> \n\r\t0aA\0".utf8).randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: at)
        default: bytes.removeLast(bytes.count - at)
        }
      }
      let source = SourceText(name: "a.hurl", bytes: bytes)
      guard let file = try? NotationParser.parse(source, dialect: notationDialect) else { continue }
      let printed = NotationPrinter.print(file)
      let again = try parseNotation(printed)
      #expect(notationStructure(of: again) == notationStructure(of: file), "seed \(seed): \(printed.debugDescription)")
      #expect(NotationPrinter.print(again) == printed, "seed \(seed)")
    }
  }

  @Test("replies with placeholders and tags keep their text, whatever it is", arguments: UInt64(0)..<100)
  func replies(seed: UInt64) throws {
    var random = NotationRandom(seed: seed)
    let parts = [
      "{{#a}}", "{{/a}}", "{{^b.c}}", "{{/b.c}}", "{{! x }}", "{{{ y }}}", "{{ now \"1 d\"}}", "{{.}}", "{{.z}}",
      "{{last()}}",
      "{{f \"{{g}}\" k=1 urlEncode}}", "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "1", "null", "\"a\"",
      "\"b\": ", "{{",
    ]
    var count = 0
    for _ in 0..<60 {
      let text = (0..<Int.random(in: 1...8, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined()
      for body in [text, "[\(text)]", "{\(text)}", "\"\(text)\"", "```\n\(text)\n```", "`\(text)`"] {
        guard let file = try? parseNotation("GET http://a\nHTTP 200\n\(body)\n"), file.entries.count == 1 else {
          continue
        }
        count += 1
        let printed = NotationPrinter.print(file)
        let again = try parseNotation(printed)
        #expect(notationStructure(of: again) == notationStructure(of: file), "seed \(seed): \(body)")
        #expect(NotationPrinter.print(again) == printed, "seed \(seed): \(body)")
      }
    }
    #expect(count > 10)
  }

  @Test("a file is read to its parts")
  func tree() throws {
    let file = try parseNotation(
      """
      # mockrec 1
      # @recorded now
      POST {{users}}/a\\u{2f}b # c
      X\\:Y: a \\# b\\u{20}
      HTTP/1.1 200
      [Asserts]
      jsonpath "$.\\"a" not matches /a\\/\\d/
      """)
    let entry = try #require(file.entries.first)
    #expect(file.version == 1)
    #expect(entry.marks == [Mark("recorded", "now")])
    #expect(
      entry.request.target.pieces == [
        .placeholder("users", spelling: "{{users}}"), .text("/a/b", spelling: "/a\\u{2f}b"),
      ])
    #expect(entry.request.comment == " # c")
    #expect(entry.request.headers.first?.key.literal == "X:Y")
    #expect(entry.request.headers.first?.value.literal == "a # b ")
    #expect(entry.response?.verb == "HTTP/1.1")
    guard case .asserts(let asserts)? = entry.response?.sections.first?.lines, let assert = asserts.first else {
      Issue.record("no asserts")
      return
    }
    #expect(assert.negated)
    guard case .string(let path)? = assert.query.arguments.first else {
      Issue.record("no path")
      return
    }
    #expect(path.literal == "$.\"a")
    #expect(assert.predicate.arguments == [.regex("a/\\d")])
  }

  @Test("depth and size are bounded")
  func bounds() throws {
    let small = Dialect(limits: Dialect.Limits(fileBytes: 30, depth: 3))
    #expect(throws: Never.self) {
      try NotationParser.parse(SourceText(name: "a", text: "GET http://a\n[[[1]]]\n"), dialect: small)
    }
    for text in [
      "GET http://a\n[[[[1]]]]\n", "GET http://a\n<a><b><c><d/></c></b></a>\n", "GET http://a # 4567890123456789\n",
    ] {
      #expect(throws: Diagnostic.self) {
        try NotationParser.parse(SourceText(name: "a", text: text), dialect: small)
      }
    }
    let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(throws: Never.self) { try parseNotation("GET http://a\n\(deep)\n") }
  }
}
