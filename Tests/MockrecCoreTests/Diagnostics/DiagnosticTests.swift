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
}
