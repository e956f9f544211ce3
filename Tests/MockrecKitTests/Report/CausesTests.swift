import MockrecCore
import Testing

@testable import MockrecKit

@Suite("What several answers show alike")
struct CausesTests {
  private static let report = HostileReport.report(
    (1...4).map { line in
      HostileReport.step(
        line, .drift,
        differences: [
          Difference("$.items[\(line)]['\u{1B}|<']", .fieldRemoved, fake: "1", real: nil),
          Difference("$.only\(line)", .value, fake: "1", real: "2"),
        ])
    })

  @Test("is said once, in every report")
  func once() throws {
    let terminal = TerminalReport(Self.report, color: false, redact: HostileReport.hide).text
    #expect(terminal.contains("field removed, breaking: 4 answers of users\n") && !terminal.contains("\u{1B}"))
    let markdown = MarkdownReport(Self.report, redact: HostileReport.hide).text
    #expect(markdown.contains("The same in several answers:\n\n- <code>$.items&#91;&#42;&#93;"), "\(markdown)")
    let html = HTMLReport(Self.report, version: "1", redact: HostileReport.hide).text
    #expect(html.ranges(of: "field removed: 4 answers of users <span class=\"place\">").count == 1)
    let json = try #require(
      JSON.parse(Array(JSONReport(Self.report, redact: HostileReport.hide).text.utf8))["causes"]?.array)
    #expect(json.count == 1 && json[0]["steps"] == 4 && json[0]["differences"] == 4 && json[0]["line"] == 1)
  }

  @Test("a run in which everything shows it is told as fast as any")
  func many() {
    let difference = Difference("$.x", .type, fake: "1", real: "2")
    let report = HostileReport.report((1...30_000).map { HostileReport.step($0, .drift, differences: [difference]) })
    #expect(report.causes.map(\.steps) == [30_000] && report.causes[0].places.count == 3)
    #expect(TerminalReport(report, color: false, redact: HostileReport.hide).text.contains("30000 answers of users"))
  }
}
