import MockrecCore

/// A verification for people: each finding with who is wrong in words, then a summary of one screen.
package struct TerminalReport: Sendable {
  private let report: VerifyReport
  private let content: ReportContent
  private let ink: Ink
  private let columns: Int?
  private let causes: CausesText

  /// Findings of one step beyond this many are counted, not shown; the JSON report has them all.
  private static let maximumFindings = 20
  /// Steps with findings beyond this many are counted, not shown.
  private static let maximumSteps = 500

  /// - Parameters:
  ///   - color: Whether to use ANSI colours: a terminal without NO_COLOR.
  ///   - columns: Of the terminal: both sides stand beside each other where there is room. nil for no terminal.
  package init(
    _ report: VerifyReport, color: Bool, columns: Int? = nil,
    redact: @escaping ReportRedaction.Hide
  ) {
    self.report = report
    self.content = ReportContent(report, redact: redact)
    self.ink = Ink(isOn: color)
    self.columns = columns
    self.causes = CausesText(report)
  }

  /// The whole report, lines ended.
  package var text: String {
    var shown: [String] = []
    if self.report.tally.findings > 0 {
      var more = 0
      for step in self.report.steps where step.isFinding && !self.repeatsOnly(step) {
        if shown.count < Self.maximumSteps { shown.append(self.step(step)) } else { more += 1 }
      }
      if more > 0 {
        shown.append("… and \(Self.counted(more, "more step")) with findings (--report json=FILE has all)\n")
      }
    }
    let causes = [self.causes.text { self.content.shown($0) }].filter { !$0.isEmpty }
    return ([self.head] + shown + causes + [self.summary]).joined(separator: "\n")
  }

  /// Whether all that is to be said of a step is said at another one.
  private func repeatsOnly(_ step: VerifyReport.Step) -> Bool {
    !step.differences.isEmpty && self.failures(step).isEmpty
      && step.differences.allSatisfy { self.causes.isRepeated($0, in: step) }
  }

  private var head: String {
    let sides = self.report.sides
    let services = self.report.services.map { service in
      "  \(service.name)" + (service.real.map { "  \(self.content.shown("real", $0, of: service.name))" } ?? "")
    }
    return (["verify  \(sides), seed \(self.report.seed)"] + services).map { $0 + "\n" }.joined()
  }

  /// A screen's worth: counts, what is vacuous, and why the run passes or fails.
  package var summary: String {
    var lines: [String] = []
    let tally = self.report.tally
    let counts = Verdict.allCases.map { verdict in
      let count = self.report.count(verdict)
      return self.ink.paint(
        "\(verdict.rawValue) \(count)", count == 0 && verdict != .agree ? .dim : Ink.colour(verdict))
    }
    lines.append(
      counts.joined(separator: "  ")
        + "  (\(Self.counted(tally.steps, "step")) of \(Self.counted(self.report.units.count, "contract")) in \(self.report.duration.shown))"
    )
    if tally.noisySteps > 0 {
      lines.append(
        "noise: \(Self.counted(tally.noisyPlaces, "place")) in \(Self.counted(tally.noisySteps, "step")) that the real varies by itself"
      )
    }
    if tally.ignored > 0 {
      lines.append("ignored: \(Self.counted(tally.ignored, "difference")) by `drift` in mockrec.yaml")
    }
    if tally.toleratedDrift > 0 {
      lines.append(
        "drift that breaks no client: \(Self.counted(tally.toleratedDrift, "step")) (--fail-on any fails the run)")
    }
    if self.report.units.isEmpty { lines.append("vacuous: there was no contract to run") }
    for name in tally.vacuousNames.prefix(10) { lines.append("vacuous: \(name) expects nothing") }
    if tally.vacuousUnits > 10 { lines.append("vacuous: … and \(tally.vacuousUnits - 10) more") }
    lines.append(self.outcome)
    return lines.map { $0 + "\n" }.joined()
  }

  private var outcome: String {
    let outcome = self.report.outcome
    let colour: Ink.Colour = outcome.word == "passed" ? .green : outcome.word == "failed" ? .red : .yellow
    return self.ink.paint(outcome.word, colour) + (outcome.reason.map { ": \($0)" } ?? "")
  }

  private func step(_ step: VerifyReport.Step) -> String {
    let title = self.ink.paint(step.verdict.rawValue, Ink.colour(step.verdict))
    var lines = [
      "\(title)  \(step.place.file):\(step.place.position.line)  \(self.content.request(step).printable())",
      "  \(self.content.meaning(step).printable())",
    ]
    let findings =
      self.failures(step)
      + step.differences.filter { !self.causes.isRepeated($0, in: step) }.map { self.difference($0, of: step.service) }
    for finding in findings.prefix(Self.maximumFindings) { lines += finding }
    if findings.count > Self.maximumFindings { lines.append("    … and \(findings.count - Self.maximumFindings) more") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Each expectation once, with what both sides have in its place.
  private func failures(_ step: VerifyReport.Step) -> [[String]] {
    self.content.findings(of: step).filter { $0.rule == .expectation }.map { finding in
      let place = self.ink.paint("\(finding.place.file):\(finding.place.position.line)", .dim)
      var lines = ["    \(finding.path.printable())  \(place)"] + self.excerpt(finding, of: step.service)
      if let expected = finding.expected { lines += self.layout.labelled("expected", expected, .plain) }
      return lines + self.layout.sides(fake: finding.fake, real: finding.real)
    }
  }

  /// The line of the contract, and a caret under what does not hold.
  private func excerpt(_ finding: ReportFinding, of service: String?) -> [String] {
    let place = finding.place
    guard !place.line.isEmpty else { return [] }
    let number = "      \(place.position.line) | "
    let line = String(String.UnicodeScalarView(place.line.unicodeScalars.prefix(160)))
    let lead = line.unicodeScalars.prefix(max(0, place.position.column - 1)).map { $0 == "\t" ? "\t" : " " }
    let gutter = String(repeating: " ", count: number.count - 2) + "| "
    return [
      self.ink.paint(number, .dim) + self.content.shown(finding.path, line, of: service).printable(),
      self.ink.paint(gutter, .dim) + lead.joined() + self.ink.paint("^", .red),
    ]
  }

  private func difference(_ difference: Difference, of service: String?) -> [String] {
    let side = { (value: String?) in value.map { self.content.shown(difference.path, $0, of: service) } ?? "nothing" }
    let kind = self.ink.paint("\(difference.kind.rawValue), \(difference.severity.rawValue)", .dim)
    return ["    \(self.content.shown(difference.path).printable())  \(kind)"]
      + self.layout.sides(fake: side(difference.fake), real: side(difference.real))
  }

  private var layout: TerminalLayout { TerminalLayout(ink: self.ink, columns: self.columns) }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

extension Duration {
  /// `1.2 s`, `35 ms`.
  var shown: String {
    let milliseconds = self.milliseconds
    return milliseconds < 1000 ? "\(milliseconds) ms" : "\(milliseconds / 1000).\(milliseconds / 100 % 10) s"
  }
}
