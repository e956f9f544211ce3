import MockrecCore
import MockrecStore

/// What a verification found, as the history keeps it.
struct VerifyFindings {
  private let report: VerifyReport
  private let hide: ReportRedaction
  /// The scopes that were asked, and of which every finding is in the list.
  private(set) var checked: Set<String> = []
  /// How many steps have findings that are not in the list.
  private(set) var leftOut = 0
  /// How many steps are gone through for the list.
  private var steps = 0

  /// In one run. Of a service of which everything changed, more of them say nothing.
  static let maximum = 50_000

  /// - Parameter limit: Beyond so many findings, no further step's are kept.
  init(report: VerifyReport, limit: Int = Self.maximum, hide: @escaping ReportRedaction.Hide) {
    self.report = report
    self.hide = ReportRedaction(secrets: report.secrets, hide: hide)
    var (room, cut): (Int, Set<String>) = (limit, [])
    for unit in report.units {
      for step in unit.steps {
        let scope = self.scope(of: step, in: unit)
        if step.verdict != .unreachable { self.checked.insert(scope) }
        if step.verdict != .agree { room -= Self.mostFindings(of: step) }
        if room >= 0 {
          self.steps += 1
        } else if step.verdict != .agree {
          self.leftOut += 1
          cut.insert(scope)
        }
      }
    }
    // What is not kept is not to be taken for gone.
    self.checked.subtract(cut)
  }

  /// Every difference and failed expectation of the steps that do not agree, made one step at a time.
  var list: some Sequence<HistoryFinding> {
    let steps = self.report.tally.findings > 0 ? self.steps : 0
    return self.report.units.lazy.flatMap { unit in unit.steps.lazy.map { (step: $0, unit: unit) } }.prefix(steps)
      .filter { $0.step.verdict != .agree }
      .flatMap { self.findings(of: $0.step, scope: self.scope(of: $0.step, in: $0.unit)) }
  }

  private static func mostFindings(of step: VerifyReport.Step) -> Int {
    step.differences.count + (step.fake?.failures.count ?? 0) + (step.real?.failures.count ?? 0) + 1
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
