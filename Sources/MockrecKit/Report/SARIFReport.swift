import MockrecCore

/// A verification as SARIF 2.1.0: a result for each finding, at its line in the cassette or contract.
///
/// Levels: `error` for what is breaking and for what fails the run by itself (an expectation, an unstable service),
/// `warning` for what is compatible and for a service that gave no answer, `note` for what is cosmetic.
///
/// Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
package struct SARIFReport: Sendable {
  private let content: ReportContent
  private let version: String
  private var report: VerifyReport { self.content.report }

  /// Readers show no more, GitHub for one; the worst are kept, and the log says how many were left out.
  static let maximumResults = 5000
  private static let rules = ReportFinding.Rule.allCases

  /// - Parameter version: That of mockrec.
  package init(
    _ report: VerifyReport, version: String,
    redact: @escaping ReportRedaction.Hide
  ) {
    self.content = ReportContent(report, redact: redact)
    self.version = version
  }

  package var text: String { self.json.prettyText + "\n" }

  package var json: JSON {
    let (results, leftOut) = self.results()
    return [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "mockrec", "version": .string(self.version), "semanticVersion": .string(self.version),
              "rules": .array(Self.rules.map(Self.descriptor)),
            ]
          ],
          "invocations": [self.invocation(leftOut: leftOut)],
          "columnKind": "unicodeCodePoints",
          "originalUriBaseIds": [
            "SRCROOT": ["description": ["text": "the folder in which mockrec ran"]]
          ],
          "results": .array(results),
        ]
      ],
    ]
  }

  private func invocation(leftOut: Int) -> JSON {
    var members: [JSONObject.Member] = [
      // A run that finds something has still run to its end.
      .init(key: "executionSuccessful", value: true),
      .init(key: "exitCode", value: .number(JSONNumber(self.report.exitStatus))),
      .init(key: "startTimeUtc", value: .string(self.report.started)),
    ]
    var notes = self.report.tally.vacuousNames.map { "\(self.content.shown($0)) expects nothing" }
    if self.report.units.isEmpty { notes.append("there was no contract to run") }
    if leftOut > 0 { notes.append("\(leftOut) more results are left out, none worse than those that are shown") }
    if !notes.isEmpty {
      members.append(
        .init(
          key: "toolExecutionNotifications",
          value: .array(notes.map { ["level": "warning", "message": ["text": .string($0.printable())]] })))
    }
    let counts = Verdict.allCases.map {
      JSONObject.Member(key: $0.rawValue, value: .number(JSONNumber(self.report.count($0))))
    }
    members.append(
      .init(
        key: "properties",
        value: ["seed": .string(String(self.report.seed)), "counts": .object(JSONObject(counts))]))
    return .object(JSONObject(members))
  }

  private func results() -> (list: [JSON], leftOut: Int) {
    // Of each level the first, numbered through: no more of a level can be among the worst.
    var found: [[(offset: Int, result: JSON)]] = Level.allCases.map { _ in [] }
    var count = 0
    for step in self.report.steps where self.report.tally.findings > 0 && step.isFinding {
      for finding in self.content.findings(of: step) {
        let level = Level(of: finding).rawValue
        if found[...level].reduce(0, { $0 + $1.count }) < Self.maximumResults {
          found[level].append((count, self.result(finding, of: step)))
        }
        count += 1
      }
    }
    let worst = found.joined().prefix(Self.maximumResults).sorted { $0.offset < $1.offset }
    return (worst.map(\.result), count - worst.count)
  }

  private func result(_ finding: ReportFinding, of step: VerifyReport.Step) -> JSON {
    let request = self.content.request(step)
    let message = "\(step.verdict.rawValue): \(finding.sentence). \(self.content.meaning(step)) (\(request))."
    var properties: [JSONObject.Member] = [
      .init(key: "verdict", value: .string(step.verdict.rawValue)),
      .init(key: "request", value: .string(request.printable())),
      .init(key: "path", value: .string(finding.path.printable())),
      .init(key: "failsRun", value: .bool(self.report.fails(step))),
    ]
    if let service = step.service { properties.append(.init(key: "service", value: .string(service))) }
    if let severity = finding.severity {
      properties.append(.init(key: "severity", value: .string(severity.rawValue)))
    }
    return [
      "ruleId": .string(finding.rule.id),
      "ruleIndex": .number(JSONNumber(Self.rules.firstIndex(of: finding.rule) ?? 0)),
      "level": .string("\(Level(of: finding))"),
      "message": ["text": .string(message.printable(lines: true))],
      "locations": [["physicalLocation": Self.location(finding.place)]],
      "partialFingerprints": [
        "mockrecFinding/v1": .string(Self.fingerprint([finding.place.file, request, finding.path, finding.rule.id]))
      ],
      "properties": .object(JSONObject(properties)),
    ]
  }

  /// The same finding in every run, whatever line it stands at.
  private static func fingerprint(_ parts: [String]) -> String {
    var hash = FNV1a()
    for part in parts {
      hash.append(part.utf8)
      hash.append(0)
    }
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func location(_ place: Diagnostic.Place) -> JSON {
    [
      "artifactLocation": place.file.hasPrefix("/")
        ? ["uri": .string("file://" + self.encoded(place.file))]
        : ["uri": .string(self.encoded(place.file)), "uriBaseId": "SRCROOT"],
      "region": [
        "startLine": .number(JSONNumber(max(1, place.position.line))),
        "startColumn": .number(JSONNumber(max(1, place.position.column))),
      ],
    ]
  }

  /// A path as a relative reference. Source: RFC 3986, 3.3 and 4.2.
  private static func encoded(_ path: String) -> String {
    var uri = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        uri.unicodeScalars.append(Unicode.Scalar(byte))
      default: uri += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return uri
  }

  private static func descriptor(_ rule: ReportFinding.Rule) -> JSON {
    let about =
      switch rule {
      case .difference(.status): "The real service answers with another status than the fake."
      case .difference(.header): "A header of the real answer is not that of the fake's."
      case .difference(.fieldRemoved): "The fake has a field that the real service does not send."
      case .difference(.fieldAdded): "The real service sends a field that the fake does not have."
      case .difference(.type): "A value of the real answer has another type than the fake's."
      case .difference(.nullability): "A value is null on one side and not on the other."
      case .difference(.value): "A value of the real answer is not the fake's."
      case .difference(.order): "The real service sends the same elements in another order."
      case .difference(.length): "An array or a body of the real answer has another length."
      case .difference(.errorMode): "One side answers where the other fails."
      case .difference(.timing): "The real service takes another time."
      case .expectation: "A side does not meet what the contract asks for."
      case .unstable: "The real service does not agree with itself."
      case .unreachable: "The real service gave no answer: nothing is known."
      }
    return [
      "id": .string(rule.id), "name": .string(rule.id),
      "shortDescription": ["text": .string(about)],
      "help": [
        "text": .string(
          "Where the fake is wrong, record it again or correct its cassette. Where the contract or the service is "
            + "wrong, that is what has to change.")
      ],
    ]
  }

  private enum Level: Int, CaseIterable, CustomStringConvertible {
    case error, warning, note

    init(of finding: ReportFinding) {
      switch finding.rule {
      case .difference:
        switch finding.severity {
        case .breaking: self = .error
        case .compatible, nil: self = .warning
        case .cosmetic: self = .note
        }
      case .expectation, .unstable: self = .error
      case .unreachable: self = .warning
      }
    }

    var description: String {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .note: "note"
      }
    }
  }
}
