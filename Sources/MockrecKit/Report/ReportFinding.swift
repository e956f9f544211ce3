import MockrecCore

/// One place of a step at which something is to be said, with what both sides have there. Holds no secret.
struct ReportFinding: Sendable, Hashable {
  /// What kind of finding it is: `Difference.Kind` with hyphens, `expectation`, `unstable` or `unreachable`.
  var rule: Rule
  /// `status`, `header Content-Type`, `$.items[0].id`, or the words of an assert.
  var path: String
  /// Where it stands in its contract or cassette.
  var place: Diagnostic.Place
  var severity: Difference.Severity?
  /// What the contract asks for; nil for a difference.
  var expected: String?
  /// nil where the side was not asked, or gave no answer.
  var fake: String?
  var real: String?

  /// A kind of finding, as SARIF's rules and the rows of tables name it.
  enum Rule: Sendable, Hashable, CaseIterable {
    case difference(Difference.Kind)
    case expectation, unstable, unreachable

    static var allCases: [Rule] {
      Difference.Kind.allCases.map { .difference($0) } + [.expectation, .unstable, .unreachable]
    }

    var name: String {
      switch self {
      case .difference(let kind): kind.rawValue
      case .expectation: "expectation"
      case .unstable: "unstable"
      case .unreachable: "unreachable"
      }
    }

    /// The name as one word, `field-removed`.
    var id: String { self.name.split(separator: " ").joined(separator: "-") }
  }

  /// One line: what both sides have. It ends without a full stop.
  var sentence: String {
    var parts: [String] = []
    if let expected = self.expected { parts.append("expected \(expected)") }
    if let fake = self.fake { parts.append("fake: \(fake)") }
    if let real = self.real { parts.append("real: \(real)") }
    return parts.isEmpty ? self.path : "\(self.path): \(parts.joined(separator: ", "))"
  }
}

/// A verification as every rendering takes it: which steps are findings, and their texts without secrets.
///
/// Texts still hold what their peer sent: each rendering escapes them for its format.
struct ReportContent: Sendable {
  let report: VerifyReport
  private let redact: ReportRedaction

  /// In Unicode scalars. A path may be as long as the keys of a peer's JSON.
  private static let maximumLength = 2000

  init(_ report: VerifyReport, redact: @escaping ReportRedaction.Hide) {
    self.report = report
    self.redact = ReportRedaction(secrets: report.secrets, hide: redact)
  }

  /// What stands at a path, as it may be shown by the rules of a service.
  func shown(_ path: String, _ value: String, of service: String?) -> String {
    Self.clipped(self.redact.of(service)(path, value))
  }

  /// A text of mockrec's own, or a path, in which a captured secret may stand.
  func shown(_ text: String) -> String { Self.clipped(self.redact.withoutSecrets(text)) }

  func request(_ step: VerifyReport.Step) -> String { self.shown("request", step.summary, of: step.service) }

  /// Who is wrong, as half a sentence.
  func meaning(_ step: VerifyReport.Step) -> String {
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
    case .unstable: "the real service does not agree with itself: \(self.trouble(step) ?? "its answers vary")"
    case .unreachable: "nothing is known: \(self.trouble(step) ?? "the real service was not asked")"
    }
  }

  /// Everything that is to be said of a step: expectations first, then differences. Empty where it simply agrees.
  func findings(of step: VerifyReport.Step) -> [ReportFinding] {
    var found = self.expectations(of: step) + step.differences.map { self.finding($0, of: step) }
    switch step.verdict {
    case .unstable: found.insert(self.trouble(of: step, .unstable), at: 0)
    case .unreachable: found.insert(self.trouble(of: step, .unreachable), at: 0)
    case .agree, .drift, .broken: break
    }
    return found
  }

  private func trouble(_ step: VerifyReport.Step) -> String? {
    step.real?.trouble.map { self.shown("trouble", $0, of: step.service) }
  }

  private func trouble(of step: VerifyReport.Step, _ rule: ReportFinding.Rule) -> ReportFinding {
    ReportFinding(
      rule: rule, path: "answer", place: step.place, severity: nil,
      real: self.trouble(step) ?? (rule == .unstable ? "its answers vary" : "it was not asked"))
  }

  private func finding(_ difference: Difference, of step: VerifyReport.Step) -> ReportFinding {
    let side = { (value: String?) in value.map { self.shown(difference.path, $0, of: step.service) } ?? "nothing" }
    return ReportFinding(
      rule: .difference(difference.kind), path: self.shown(difference.path), place: step.place(of: difference.path),
      severity: difference.severity, fake: side(difference.fake), real: side(difference.real))
  }

  /// Each expectation that a side does not meet once, with what both have in its place.
  private func expectations(of step: VerifyReport.Step) -> [ReportFinding] {
    // Of a recorded entry, a literal that both compare says nothing that the differences do not say.
    let isShown = { (failure: ExpectationFailure) in !step.isRecorded || !failure.isLiteral || step.real == nil }
    let fake = (step.fake?.failures ?? []).filter(isShown)
    let real = (step.real?.failures ?? []).filter(isShown)
    // By the line alone: where on it the caret stands is a matter of what the answer has there.
    let isSame = { (a: ExpectationFailure, b: ExpectationFailure) in
      a.place.file == b.place.file && a.place.position.line == b.place.position.line && a.message == b.message
        && a.path == b.path
    }
    let all = real + fake.filter { failure in !real.contains { isSame($0, failure) } }
    return all.map { failure in
      let path = failure.path ?? failure.message
      let has = { (side: VerifyReport.Side?, list: [ExpectationFailure]) -> String? in
        guard let side, side.state != .silent else { return nil }
        return list.first { isSame($0, failure) }.map { self.shown(path, $0.actual, of: step.service) } ?? "as expected"
      }
      return ReportFinding(
        rule: .expectation, path: self.shown(path, failure.message, of: step.service), place: failure.place,
        expected: self.shown(path, failure.expected, of: step.service), fake: has(step.fake, fake),
        real: has(step.real, real))
    }
  }

  private static func clipped(_ text: String) -> String {
    guard text.utf8.count > self.maximumLength else { return text }
    let scalars = text.unicodeScalars
    guard scalars.count > self.maximumLength else { return text }
    return String(String.UnicodeScalarView(scalars.prefix(self.maximumLength))) + "…"
  }
}

extension VerifyReport {
  /// `passed`, `failed: 2 steps`: the run in a few words.
  var outcome: (word: String, reason: String?) {
    switch self.exitStatus {
    case 0: return ("passed", nil)
    case 69: return ("incomplete", "\(self.count(.unreachable)) without an answer from the real service")
    default:
      let failing = self.tally.failing
      guard failing == 0 else { return ("failed", "\(failing) step\(failing == 1 ? "" : "s")") }
      return ("failed", "nothing was checked (--allow-vacuous lets it pass)")
    }
  }
}
