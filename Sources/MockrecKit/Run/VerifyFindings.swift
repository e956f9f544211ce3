import MockrecCore
import MockrecStore

/// What a verification found, as the history keeps it.
struct VerifyFindings {
  private let report: VerifyReport
  private let hide: ReportRedaction

  init(report: VerifyReport, hide: @escaping ReportRedaction.Hide) {
    self.report = report
    self.hide = ReportRedaction(secrets: report.secrets, hide: hide)
  }

  /// Every difference and failed expectation of the steps that do not agree.
  var list: [HistoryFinding] {
    self.report.units.flatMap { unit in
      unit.steps.filter { $0.verdict != .agree }.flatMap { self.findings(of: $0, scope: self.scope(of: $0, in: unit)) }
    }
  }

  /// The scopes that were asked.
  var checked: Set<String> {
    self.report.units.reduce(into: []) { scopes, unit in
      for step in unit.steps where step.verdict != .unreachable { scopes.insert(self.scope(of: step, in: unit)) }
    }
  }

  /// What has to be asked for a finding of this step to be found again: the contract's file or the cassette's folder, by
  /// the same sides.
  private func scope(of step: VerifyReport.Step, in unit: VerifyReport.Unit) -> String {
    var scope = step.place.file
    if step.isRecorded {
      scope = scope.lastIndex(of: "/").map { String(scope[..<$0]) } ?? scope
      // One unit of the whole cassette: unsafe requests were sent as well.
      if unit.name == scope { scope += " (unsafe included)" }
    }
    return self.report.only.map { "\(scope) (\($0.rawValue) only)" } ?? scope
  }

  private func findings(of step: VerifyReport.Step, scope: String) -> [HistoryFinding] {
    let hide = self.hide.of(step.service)
    let contract = "\(step.place.file):\(step.place.position.line)"
    func finding(
      _ path: String, _ kind: String, severity: String = "", expected: String? = nil, fake: String? = nil,
      real: String? = nil
    ) -> HistoryFinding {
      HistoryFinding(
        service: step.service ?? "", contract: contract, verdict: step.verdict.rawValue, severity: severity,
        path: hide.withoutSecrets(path), kind: kind, expected: expected.map { hide(path, $0) },
        fake: fake.map { hide(path, $0) }, real: real.map { hide(path, $0) }, scope: scope,
        request: hide("request", step.summary))
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
