import MockrecCore

/// A verification for people: each finding with who is wrong in words, then a summary of one screen.
package struct TerminalReport: Sendable {
  private let report: VerifyReport
  private let redact: ReportRedaction
  private let ink: Ink
  private let causes: CausesText

  /// Findings of one step beyond this many are counted, not shown; the JSON report has them all.
  private static let maximumFindings = 20

  /// - Parameter color: Whether to use ANSI colours: a terminal without NO_COLOR.
  package init(
    _ report: VerifyReport, color: Bool, redact: @escaping @Sendable (_ path: String, _ value: String) -> String
  ) {
    self.report = report
    self.redact = ReportRedaction(secrets: report.secrets, hide: redact)
    self.ink = Ink(isOn: color)
    self.causes = CausesText(report)
  }

  /// The whole report, lines ended.
  package var text: String {
    let findings = self.report.steps.filter { $0.verdict != .agree || !$0.differences.isEmpty }
    let shown = findings.filter { !self.repeatsOnly($0) }.map(self.step)
    let causes = [self.causes.text { self.redact("path", $0) }].filter { !$0.isEmpty }
    return ([self.head] + shown + causes + [self.summary]).joined(separator: "\n")
  }

  /// Whether all that is to be said of a step is said at another one.
  private func repeatsOnly(_ step: VerifyReport.Step) -> Bool {
    !step.differences.isEmpty && self.failures(step).isEmpty
      && step.differences.allSatisfy { self.causes.isRepeated($0, in: step) }
  }

  private var head: String {
    let sides = self.report.only.map { "\($0.rawValue) only" } ?? "fake against real"
    let services = self.report.services.map { "  \($0.name)" + ($0.real.map { "  \(self.redact("real", $0))" } ?? "") }
    return (["verify  \(sides), seed \(self.report.seed)"] + services).map { $0 + "\n" }.joined()
  }

  /// A screen's worth: counts, what is vacuous, and why the run passes or fails.
  package var summary: String {
    var lines: [String] = []
    let steps = self.report.steps
    let counts = Verdict.allCases.map { verdict in
      let count = self.report.count(verdict)
      return self.ink.paint(
        "\(verdict.rawValue) \(count)", count == 0 && verdict != .agree ? .dim : Ink.colour(verdict))
    }
    lines.append(
      counts.joined(separator: "  ")
        + "  (\(Self.counted(steps.count, "step")) of \(Self.counted(self.report.units.count, "contract")) in \(self.report.duration.shown))"
    )
    let noisy = steps.filter { !$0.noise.isEmpty }
    if !noisy.isEmpty {
      let places = noisy.reduce(0) { $0 + $1.noise.count }
      lines.append(
        "noise: \(Self.counted(places, "place")) in \(Self.counted(noisy.count, "step")) that the real varies by itself"
      )
    }
    let ignored = steps.reduce(0) { $0 + $1.ignored }
    if ignored > 0 { lines.append("ignored: \(Self.counted(ignored, "difference")) by `drift` in mockrec.yaml") }
    let tolerated = self.report.toleratedDrift.count
    if tolerated > 0 {
      lines.append("drift that breaks no client: \(Self.counted(tolerated, "step")) (--fail-on any fails the run)")
    }
    let vacuous = self.report.vacuousUnits
    if self.report.units.isEmpty { lines.append("vacuous: there was no contract to run") }
    for unit in vacuous.prefix(10) { lines.append("vacuous: \(unit.name) expects nothing") }
    if vacuous.count > 10 { lines.append("vacuous: … and \(vacuous.count - 10) more") }
    lines.append(self.outcome)
    return lines.map { $0 + "\n" }.joined()
  }

  private var outcome: String {
    switch self.report.exitStatus {
    case 0: return self.ink.paint("passed", .green)
    case 69:
      return self.ink.paint("incomplete", .yellow)
        + ": \(self.report.count(.unreachable)) without an answer from the real service"
    default:
      let failing = self.report.steps.count(where: self.report.fails)
      let reason = failing > 0 ? Self.counted(failing, "step") : "nothing was checked (--allow-vacuous lets it pass)"
      return self.ink.paint("failed", .red) + ": \(reason)"
    }
  }

  private func step(_ step: VerifyReport.Step) -> String {
    let title = self.ink.paint(step.verdict.rawValue, Ink.colour(step.verdict))
    var lines = [
      "\(title)  \(step.place.file):\(step.place.position.line)  \(self.redact("request", step.summary))",
      "  \(Self.meaning(step))",
    ]
    let findings =
      self.failures(step) + step.differences.filter { !self.causes.isRepeated($0, in: step) }.map(self.difference)
    for finding in findings.prefix(Self.maximumFindings) { lines += finding }
    if findings.count > Self.maximumFindings { lines.append("    … and \(findings.count - Self.maximumFindings) more") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Who is wrong.
  private static func meaning(_ step: VerifyReport.Step) -> String {
    switch step.verdict {
    case .agree: "both meet the contract; what differs is cosmetic"
    case .drift:
      if step.real == nil {
        "the fake is wrong: it does not meet the contract"
      } else if step.fake == nil {
        "the recording is wrong: the real service answers otherwise now"
      } else if step.fake?.state == .met {
        "the fake is wrong: the real service meets the contract and answers otherwise"
      } else {
        "the fake is wrong: the real service meets the contract, the fake does not"
      }
    case .broken: "the real service does not meet the contract: the world moved, or the contract is wrong"
    case .unstable: "the real service does not agree with itself: \(step.real?.trouble ?? "its answers vary")"
    case .unreachable: "nothing is known: \(step.real?.trouble ?? "the real service was not asked")"
    }
  }

  /// Each expectation once, with what both sides have in its place.
  private func failures(_ step: VerifyReport.Step) -> [[String]] {
    // Of a recorded entry, a literal that both compare says nothing that the differences do not say.
    let isShown = { (failure: ExpectationFailure) in !step.isRecorded || !failure.isLiteral || step.real == nil }
    let fake = (step.fake?.failures ?? []).filter(isShown)
    let real = (step.real?.failures ?? []).filter(isShown)
    let isSame = { (a: ExpectationFailure, b: ExpectationFailure) in
      a.place == b.place && a.message == b.message && a.path == b.path
    }
    let all = real + fake.filter { failure in !real.contains { isSame($0, failure) } }
    return all.map { failure in
      let path = failure.path ?? failure.message
      let shown = { (side: VerifyReport.Side?, list: [ExpectationFailure]) -> String? in
        guard let side, side.state != .silent else { return nil }
        return list.first { isSame($0, failure) }.map { self.redact(path, $0.actual) } ?? "as expected"
      }
      var lines = [
        "    \(self.redact(path, failure.message))  \(self.ink.paint("\(failure.place.file):\(failure.place.position.line)", .dim))"
      ]
      lines += self.labelled("expected", self.redact(path, failure.expected), .plain)
      if let text = shown(step.fake, fake) { lines += self.labelled("fake", text, .red) }
      if let text = shown(step.real, real) { lines += self.labelled("real", text, .green) }
      return lines
    }
  }

  private func difference(_ difference: Difference) -> [String] {
    var lines = [
      "    \(difference.path)  \(self.ink.paint("\(difference.kind.rawValue), \(difference.severity.rawValue)", .dim))"
    ]
    lines += self.labelled("fake", difference.fake.map { self.redact(difference.path, $0) } ?? "nothing", .red)
    lines += self.labelled("real", difference.real.map { self.redact(difference.path, $0) } ?? "nothing", .green)
    return lines
  }

  /// `label: value`, further lines of the value under its first.
  private func labelled(_ label: String, _ value: String, _ colour: Ink.Colour) -> [String] {
    let lead = "      \(label): "
    let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      (index == 0 ? lead : String(repeating: " ", count: lead.count)) + self.ink.paint(Self.printable(line), colour)
    }
  }

  /// Control characters of a peer must not reach the terminal.
  private static func printable(_ text: Substring) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
      if isControl { shown += "\\u{\(String(scalar.value, radix: 16))}" } else { shown.unicodeScalars.append(scalar) }
    }
    return shown
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

/// ANSI colours, where they are wanted.
struct Ink: Sendable {
  enum Colour: String {
    case plain = ""
    case red = "31"
    case green = "32"
    case yellow = "33"
    case dim = "2"
  }

  let isOn: Bool

  func paint(_ text: String, _ colour: Colour) -> String {
    self.isOn && colour != .plain ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  static func colour(_ verdict: Verdict) -> Colour {
    switch verdict {
    case .agree: .green
    case .drift, .broken: .red
    case .unstable, .unreachable: .yellow
    }
  }
}

extension Duration {
  /// `1.2 s`, `35 ms`.
  var shown: String {
    let milliseconds = self.milliseconds
    return milliseconds < 1000 ? "\(milliseconds) ms" : "\(milliseconds / 1000).\(milliseconds / 100 % 10) s"
  }
}
