import MockrecCore
import MockrecStore

/// What a verification found, as the history keeps it.
struct VerifyFindings {
  var report: VerifyReport
  var hide: ReportRedaction.Hide

  var list: [HistoryFinding] { self.report.steps.filter { $0.verdict != .agree }.flatMap(self.findings) }

  private func findings(of step: VerifyReport.Step) -> [HistoryFinding] {
    let hide = { (path: String, value: String) in self.hide(step.service, path, value) }
    let contract = "\(step.place.file):\(step.place.position.line)"
    func finding(
      _ path: String, _ kind: String, severity: String = "", expected: String? = nil, fake: String? = nil,
      real: String? = nil
    ) -> HistoryFinding {
      HistoryFinding(
        service: step.service ?? "", contract: contract, verdict: step.verdict.rawValue, severity: severity, path: path,
        kind: kind, expected: expected.map { hide(path, $0) }, fake: fake.map { hide(path, $0) },
        real: real.map { hide(path, $0) })
    }
    var found = step.differences.map {
      finding($0.path, $0.kind.rawValue, severity: $0.severity.rawValue, fake: $0.fake, real: $0.real)
    }
    for failure in step.fake?.failures ?? [] {
      found.append(
        finding(failure.path ?? failure.message, "expectation", expected: failure.expected, fake: failure.actual))
    }
    for failure in step.real?.failures ?? [] where !(step.isRecorded && failure.isLiteral) {
      found.append(
        finding(failure.path ?? failure.message, "expectation", expected: failure.expected, real: failure.actual))
    }
    if let trouble = step.real?.trouble { found.append(finding("", "error mode", real: trouble)) }
    return found.isEmpty ? [finding("", "")] : found
  }
}
