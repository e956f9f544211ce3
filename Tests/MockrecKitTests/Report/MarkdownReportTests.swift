import MockrecCore
import Testing

@testable import MockrecKit

@Suite("The report as Markdown")
struct MarkdownReportTests {
  private static func text(_ report: VerifyReport) -> String {
    MarkdownReport(report, redact: HostileReport.hide).text
  }

  @Test("the outcome, then each finding, folded")
  func whole() {
    let step = HostileReport.step(
      2, .drift, differences: [Difference("$.plan", .fieldAdded, fake: nil, real: "\"pro\"")])
    #expect(
      Self.text(HostileReport.report([step])) == """
        ### mockrec verify: failed, 1 step

        agree 0 · **drift 1** · broken 0 · unstable 0 · unreachable 0 — 1 step of 1 contract in 1.2 s, fake against real, \
        seed `18446744073709551615`

        <details><summary><b>drift</b> <code>GET {{users}}/users/2?\(HostileReport.hide(nil, "request", "?token=hunter2").dropFirst())\
        &amp;q=&lt;b&gt;</code> at \
        <code>cassettes/users/get users-1.hurl&#58;2</code></summary>

        the fake is wrong&#58; the real service meets the contract and answers otherwise

        | where | what | fake | real |
        | --- | --- | --- | --- |
        | <code>$.plan</code> | field added, compatible | nothing | <code>&quot;pro&quot;</code> |

        </details>

        """)
  }

  @Test("a peer's text breaks no table, makes no markup, calls nobody, and holds no secret")
  func hostile() {
    let text = Self.text(HostileReport.report())
    #expect(!text.contains("<script") && !text.contains("hunter2") && !text.contains("captured-secret"))
    #expect(!text.contains("@team") && !text.contains("\u{1B}") && !text.contains(" #12"))
    #expect(text.contains("&#124;&#96;&#42;&#95;&#64;team &#35;12 "))
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
    for row in rows { #expect([5, 6].contains(row.count { $0 == "|" }), "\(row)") }
  }

  @Test("what fails comes first; what does not fit into a comment is counted")
  func bounded() {
    let passing = HostileReport.step(
      1, .agree, differences: [Difference("header A", .headerOrder, fake: "1", real: "2")])
    let failing = HostileReport.step(2, .drift, differences: [Difference("$.a", .fieldRemoved, fake: "1", real: nil)])
    let text = Self.text(HostileReport.report([passing] + Array(repeating: failing, count: 2000)))
    #expect(text.utf8.count <= 65_536 && text.utf8.count > 50_000)
    #expect(text.contains("more steps with findings, which the other reports have."))
    #expect(!text.contains("<b>agree</b>"))
  }
}
