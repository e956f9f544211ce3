import MockrecCore
import Testing

@Suite("diagnostics as they are printed")
struct DiagnosticTests {
  @Test("control characters of a stranger's file do not reach the terminal, and the caret stays in its place")
  func control() {
    let source = SourceText(name: "a.hurl", text: "GET \u{1B}[2Jx\u{7}\u{9B}y\n")
    let text = Diagnostic("no such '\u{1B}c'", at: .init(source, at: 5)).description
    #expect(text == "error: no such '\u{FFFD}c'\n  --> a.hurl:1:6\n1 | GET \u{FFFD}[2Jx\u{FFFD}\u{FFFD}y\n  |      ^")
  }

  @Test("a place in a long text is that which counting from its start gives")
  func places() {
    var bytes: [UInt8] = []
    for number in 0..<6_000 { bytes += Array("\(String(repeating: "ü", count: number % 7))\(number)\n".utf8) }
    bytes += Array(repeating: UInt8(ascii: "x"), count: 40_000)
    let source = SourceText(name: "long.hurl", bytes: bytes)
    var (line, column) = (1, 1)
    for offset in 0...bytes.count {
      if offset > 0 {
        if bytes[offset - 1] == UInt8(ascii: "\n") {
          (line, column) = (line + 1, 1)
        } else if bytes[offset - 1] & 0xC0 != 0x80 {
          column += 1
        }
      }
      // Every place would compare 40,000 columns with as many scalars each.
      guard offset < 60_000 ? offset % 3 == 0 : offset % 997 == 0 || offset == bytes.count else { continue }
      let position = source.position(of: offset)
      guard position.line != line || position.column != column else { continue }
      Issue.record("at \(offset): \(position), and not \(line):\(column)")
      return
    }
    #expect(source.position(of: -1).line == 1 && source.position(of: .max).column == 40_001)
  }

  @Test(
    "the nearest name is the nearest word, or else one that shares a part with it",
    arguments: [
      ("usr_id", "user_id"), ("userIdentifier", "user_id"), ("order", "order_number"),
      ("tokenOfSession", "session-token"),
      ("the_user_id_of_alice", "user_id"), ("zebra", nil), ("n", nil), ("", nil),
    ])
  func nearest(name: String, meant: String?) {
    #expect(nearestName(to: name, among: ["count", "user_id", "order_number", "session-token"]) == meant)
  }
}
