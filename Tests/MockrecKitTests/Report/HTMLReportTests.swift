import MockrecCore
import Testing

@testable import MockrecKit

@Suite("The report as HTML")
struct HTMLReportTests {
  private static func text(_ report: VerifyReport, trend: [TrendPoint] = []) -> String {
    HTMLReport(report, version: "1.2.3", trend: trend, redact: HostileReport.hide).text
  }

  @Test("a peer's text makes no markup and holds no secret; the only script is mockrec's")
  func hostile() {
    let text = Self.text(HostileReport.report())
    #expect(!text.contains("hunter2") && !text.contains("captured-secret") && !text.contains("\u{1B}"))
    #expect(text.ranges(of: "<script").count == 1)
    #expect(text.contains("&lt;/script&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
    #expect(!text.contains("http://127.0.0.1:9000/?token=hunter2"))
    for word in ["src=", "url(", "@import", "<link", "<iframe"] { #expect(!text.contains(word), "loads nothing") }
  }

  @Test("findings come first, each with what both sides have, and both answers side by side")
  func findings() throws {
    let text = Self.text(HostileReport.report())
    #expect(text.ranges(of: "<details class=\"item finding\"").count == 4)
    #expect(
      text.contains("<b>1</b></button>") && text.contains(">failed</strong>")
        && text.contains("failed</strong>, 3 steps</h1>"))
    #expect(text.contains("<tr class=\"changed finding\"><td class=\"sign\">≠</td>"))
    #expect(text.contains("<tr class=\"changed quiet\">"), "noise is shown, and not as a finding")
    let findings = try #require(text.firstRange(of: "id=\"findings\""))
    let agreeing = try #require(text.firstRange(of: "1 step that agrees"))
    #expect(findings.lowerBound < agreeing.lowerBound)
  }

  @Test("a run of any length makes a page of bounded length", arguments: [1, 50])
  func bounded(nth: Int) {
    let text = Self.text(HostileReport.long(100_000, driftEach: nth))
    #expect(text.utf8.count < 6 << 20, "\(text.utf8.count)")
    #expect(text.ranges(of: "<details class=\"item finding\"").count == HTMLReport.maximumDetailed)
    if nth == 1 {
      #expect(text.contains("99700 more steps with findings") && text.contains("… and 97700 more, which the JSON"))
      #expect(
        text.contains("100000 steps have findings. The worst 2300 are shown, 300 of them in full; <code>--report"))
    } else {
      #expect(text.contains("1700 more steps with findings"))
      #expect(text.contains("98000 steps that agree, 100 of them shown"))
    }
  }

  @Test("the trend has a bar for each run, and the same as a table")
  func trend() {
    let points = (0..<3).map { TrendPoint(started: "2026-11-\(18 + $0)", counts: [.agree: 5, .drift: $0, .broken: 1]) }
    let text = Self.text(HostileReport.report(), trend: points)
    #expect(text.contains("aria-label=\"Findings in each of the last 3 verifications: from 1 to 3, 3 at most\""))
    #expect(text.contains("<title>2026-11-20: drift 2, broken 1</title>"))
    #expect(text.contains("<rect class=\"drift\" x=\"25\" y=\"22\" width=\"10\" height=\"40\"/>"))
    #expect(!Self.text(HostileReport.report(), trend: [points[0]]).contains("<svg"), "one run is no trend")
  }

  @Test("nothing found says so")
  func clean() {
    let text = Self.text(HostileReport.report([HostileReport.step(1, .agree)]))
    #expect(text.contains("None: everything that was asked agrees.") && text.contains(">passed</strong>"))
  }
}
