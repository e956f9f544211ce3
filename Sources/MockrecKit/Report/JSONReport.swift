import MockrecCore

/// A verification for programs: one object, described member by member in `docs/report.schema.json`.
///
/// A later version may add members; it changes `schema` only when one is taken away or changes its meaning.
package struct JSONReport: Sendable {
  private let report: VerifyReport

  /// The worst of them; a run may have as many as it has differences.
  private static let maximumCauses = 1000
  private var redact: ReportRedaction

  package init(_ report: VerifyReport, redact: @escaping ReportRedaction.Hide) {
    self.report = report
    self.redact = ReportRedaction(secrets: report.secrets, hide: redact)
  }

  /// Writes the report as a file: indented, its last line ended. One contract at a time becomes JSON, as a run may have
  /// a hundred thousand.
  package func write(to output: inout some TextOutputStream) {
    // Behind the last member, before the line that ends the object.
    output.write(String(self.head.prettyText.dropLast(2)))
    output.write(",\n  \"contracts\": [")
    for (index, unit) in self.report.units.enumerated() {
      let lines = self.contract(unit).prettyText.split(separator: "\n", omittingEmptySubsequences: false)
      output.write((index == 0 ? "" : ",") + lines.map { "\n    " + $0 }.joined())
    }
    output.write((self.report.units.isEmpty ? "" : "\n  ") + "]\n}\n")
  }

  /// All but the contracts.
  private var head: JSON {
    let report = self.report
    return [
      "schema": 1,
      "seed": .string(String(report.seed)),
      "started": .string(report.started),
      "duration_ms": .number(JSONNumber(report.duration.milliseconds)),
      "samples": .number(JSONNumber(report.samples)),
      "only": Self.optional(report.only?.rawValue),
      "fail_on": .string(report.failOn.rawValue),
      "exit_status": .number(JSONNumber(report.exitStatus)),
      "vacuous": .bool(report.isVacuous),
      "counts": .object(
        JSONObject(
          Verdict.allCases.map {
            JSONObject.Member(key: $0.rawValue, value: .number(JSONNumber(report.count($0))))
          })),
      "services": .array(
        report.services.map { service in
          [
            "name": .string(service.name),
            "real": Self.optional(service.real.map { self.redact.of(service.name)("real", $0) }),
          ]
        }),
      "causes": .array(CausesText(report).causes.prefix(Self.maximumCauses).map(self.cause)),
    ]
  }

  private func contract(_ unit: VerifyReport.Unit) -> JSON {
    [
      "name": .string(unit.name), "vacuous": .bool(unit.isVacuous),
      "steps": .array(unit.steps.map { self.speaking(of: $0.service).step($0) }),
    ]
  }

  private func speaking(of service: String?) -> JSONReport {
    var copy = self
    copy.redact = self.redact.of(service)
    return copy
  }

  private func step(_ step: VerifyReport.Step) -> JSON {
    [
      "file": .string(step.place.file),
      "line": .number(JSONNumber(step.place.position.line)),
      "request": .string(self.redact("request", step.summary)),
      "service": Self.optional(step.service),
      "recorded": .bool(step.isRecorded),
      "verdict": .string(step.verdict.rawValue),
      "fails": .bool(self.report.fails(step)),
      "expectations": .number(JSONNumber(step.expectations)),
      "fake": step.fake.map(self.side) ?? .null,
      "real": step.real.map(self.side) ?? .null,
      "differences": .array(step.differences.map { self.difference($0, of: step) }),
      "ignored": .number(JSONNumber(step.ignored)),
      "noise": .array(step.noise.map { .string(self.redact.withoutSecrets($0)) }),
    ]
  }

  private func cause(_ cause: VerifyReport.Cause) -> JSON {
    [
      "service": Self.optional(cause.service),
      "path": .string(self.redact.withoutSecrets(cause.path)),
      "kind": .string(cause.kind.rawValue),
      "severity": .string(cause.severity.rawValue),
      "differences": .number(JSONNumber(cause.count)),
      "steps": .number(JSONNumber(cause.steps)),
      "file": .string(cause.places[0].file),
      "line": .number(JSONNumber(cause.places[0].position.line)),
    ]
  }

  private func side(_ side: VerifyReport.Side) -> JSON {
    [
      "state": .string(Self.name(side.state)),
      "status": Self.optional(side.status),
      "trouble": Self.optional(side.trouble.map { self.redact("trouble", $0) }),
      "durations_ms": .array(side.durations.map { .number(JSONNumber($0.milliseconds)) }),
      "failures": .array(side.failures.map(self.failure)),
    ]
  }

  private func failure(_ failure: ExpectationFailure) -> JSON {
    let path = failure.path ?? failure.message
    return [
      "message": .string(self.redact(path, failure.message)),
      "file": .string(failure.place.file),
      "line": .number(JSONNumber(failure.place.position.line)),
      "path": Self.optional(failure.path),
      "expected": .string(self.redact(path, failure.expected)),
      "actual": .string(self.redact(path, failure.actual)),
    ]
  }

  private func difference(_ difference: Difference, of step: VerifyReport.Step) -> JSON {
    [
      "path": .string(self.redact.withoutSecrets(difference.path)),
      "kind": .string(difference.kind.rawValue),
      "severity": .string(difference.severity.rawValue),
      "line": .number(JSONNumber(step.place(of: difference.path).position.line)),
      "fake": Self.optional(difference.fake.map { self.redact(difference.path, $0) }),
      "real": Self.optional(difference.real.map { self.redact(difference.path, $0) }),
    ]
  }

  private static func name(_ state: Verdict.Side) -> String {
    switch state {
    case .notAsked: "not asked"
    case .met: "met"
    case .failed: "failed"
    case .silent: "silent"
    case .unstable: "unstable"
    }
  }

  private static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
