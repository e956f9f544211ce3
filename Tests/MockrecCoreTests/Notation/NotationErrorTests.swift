import MockrecCore
import Testing

@Suite("what is wrong with a conversation file")
struct NotationErrorTests {
  @Test(
    "is said with its place, the nearest word and the fix",
    arguments: notationLineErrors + notationSectionErrors + notationBodyErrors)
  func rendering(text: String, expected: String) {
    do {
      _ = try parseNotation(text)
      Issue.record("it parses")
    } catch {
      #expect("\(error)" == expected)
    }
  }

  @Test(
    "bytes that are no text are refused at their offset",
    arguments: [
      ([0x47, 0x80], 2), ([0x47, 0, 0x40], 2), (Array("GET http://é".utf8) + [0xED, 0xA0, 0x80], 13),
      (Array("GET http://a # ".utf8) + [0xF4, 0x90, 0x80, 0x80], 16), (Array("GET http://aa".utf8) + [0xC0, 0xAF], 14),
      (Array("GET http://a\nX: a".utf8) + [1], 5), (Array("GET http://a\nX: a".utf8) + [0x7F], 5),
      (Array("GET http://a\nX: a".utf8) + [0xE2, 0x82], 5),
    ] as [([UInt8], Int)])
  func noText(bytes: [UInt8], column: Int) {
    do {
      _ = try NotationParser.parse(SourceText(name: "a.hurl", bytes: bytes))
      Issue.record("it parses")
    } catch {
      #expect(error.place?.position.column == column)
    }
  }
}
