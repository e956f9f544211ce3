import MockrecCore

/// A verification as Markdown for a comment on a pull request: the outcome, then each finding, folded.
///
/// It stays below the 65,536 characters that GitHub takes; what does not fit is counted.
/// Source: https://github.github.com/gfm/
package struct MarkdownReport: Sendable {
  private let content: ReportContent
  private var report: VerifyReport { self.content.report }

  /// In bytes, with room for what somebody writes around it.
  static let maximumLength = 60_000
  private static let maximumRows = 10
  private static let maximumCell = 200

  package init(_ report: VerifyReport, redact: @escaping ReportRedaction.Hide) {
    self.content = ReportContent(report, redact: redact)
  }

  package var text: String {
    var text = self.head + self.causes
    guard self.report.tally.findings > 0 else { return text }
    // What fails the run comes first; beyond that the order of the contracts is kept.
    for (index, step) in self.report.findings.enumerated() {
      let section = self.section(step)
      guard text.utf8.count + section.utf8.count < Self.maximumLength else {
        let rest = self.report.tally.findings - index
        return text + "\n… and \(counted(rest, "more step")) with findings, which the other reports have.\n"
      }
      text += section
    }
    return text
  }

  private var head: String {
    let outcome = self.report.outcome
    let sides = self.report.sides
    var text = "### mockrec verify: \(outcome.word)\(outcome.reason.map { ", \($0)" } ?? "")\n\n"
    text += Verdict.allCases.map { verdict in
      let count = self.report.count(verdict)
      return count > 0 && verdict != .agree ? "**\(verdict.rawValue) \(count)**" : "\(verdict.rawValue) \(count)"
    }.joined(separator: " · ")
    text += " — \(counted(self.report.tally.steps, "step")) of \(counted(self.report.units.count, "contract"))"
    text += " in \(self.report.duration.shown), \(sides), seed `\(self.report.seed)`\n"
    let tally = self.report.tally
    for name in tally.vacuousNames.prefix(10) { text += "\n- vacuous: \(Self.code(name)) expects nothing" }
    if tally.vacuousUnits > 10 { text += "\n- vacuous: … and \(tally.vacuousUnits - 10) more" }
    return tally.vacuousUnits == 0 ? text : text + "\n"
  }

  /// What several answers show alike.
  private var causes: String {
    let causes = CausesText(self.report).causes
    guard !causes.isEmpty else { return "" }
    var text = "\nThe same in several answers:\n"
    for cause in causes.prefix(10) {
      text += "\n- \(Self.code(self.content.shown(cause.path))) \(cause.kind.rawValue), \(cause.severity.rawValue): "
      text += "\(Self.plain(cause.extent))"
    }
    if causes.count > 10 { text += "\n- … and \(causes.count - 10) more" }
    return text + "\n"
  }

  private func section(_ step: VerifyReport.Step) -> String {
    let findings = self.content.findings(of: step)
    var text = "\n<details><summary><b>\(step.verdict.rawValue)</b> \(Self.code(self.content.request(step)))"
    text += " at \(Self.code("\(step.place.file):\(step.place.position.line)"))</summary>\n\n"
    text += "\(Self.plain(self.content.meaning(step)))\n"
    let hasExpected = findings.contains { $0.expected != nil }
    text += "\n| where | what |\(hasExpected ? " expected |" : "") fake | real |\n"
    text += "| --- | --- |\(hasExpected ? " --- |" : "") --- | --- |\n"
    for finding in findings.prefix(Self.maximumRows) {
      let what =
        finding.rule.name + (finding.severity.map { ", \($0 == .breaking ? "**breaking**" : $0.rawValue)" } ?? "")
      let cells = [Self.code(finding.path), what] + (hasExpected ? [Self.cell(finding.expected)] : [])
      text += "| \((cells + [Self.cell(finding.fake), Self.cell(finding.real)]).joined(separator: " | ")) |\n"
    }
    if findings.count > Self.maximumRows { text += "\n… and \(findings.count - Self.maximumRows) more\n" }
    return text + "\n</details>\n"
  }

  private static func cell(_ text: String?) -> String {
    switch text {
    case nil: ""
    case "nothing", "as expected": text ?? ""
    case .some(let text): self.code(text)
    }
  }

  /// A peer's text, of which nothing is taken for Markdown, for HTML, or for somebody's name.
  private static func code(_ text: String) -> String { "<code>\(self.plain(text))</code>" }

  private static func plain(_ text: String) -> String {
    var shown = ""
    let scalars = text.unicodeScalars
    for scalar in Markup.text(String(String.UnicodeScalarView(scalars.prefix(self.maximumCell)))).unicodeScalars {
      switch scalar {
      case "\n": shown += "⏎"
      case "|", "`", "*", "_", "~", "[", "]", "\\", "@", ":", "!": shown += "&#\(scalar.value);"
      case "#" where shown.last != "&": shown += "&#35;"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return scalars.count > self.maximumCell ? shown + "…" : shown
  }
}
