import MockrecCore
import MockrecStore

/// What verifications found over time, as text and as JSON.
struct HistoryText {
  var findings: [FindingHistory]
  /// How many findings there are, the ones that are not told included.
  var total: Int
  /// The oldest first.
  var verifications: [TrendPoint]

  static let maximumRuns = 40
  private static let maximumOutcomes = 20

  /// A paragraph a finding, then the runs as one line.
  var text: String {
    var text = ""
    for finding in self.findings {
      let last = finding.last
      let kind = [last.severity, last.kind].filter { !$0.isEmpty }.joined(separator: ", ")
      text += "\(finding.state.rawValue)  \(last.path.isEmpty ? last.verdict : last.path)"
      text += kind.isEmpty ? "\n" : "  \(kind)\n"
      text += "  \(last.contract)  \(last.request)".printable() + "\n"
      text += "  first \(finding.firstSeen), last \(finding.lastSeen), in \(finding.sightings) of "
      text += "\(counted(finding.outcomes.count, "run")), flake rate \(Self.percent(finding.flakeRate))\n"
      text += "  \(Self.trend(finding.outcomes))\n\n"
    }
    return text + self.summary
  }

  private var summary: String {
    let told = FindingHistory.State.allCases.map { state in
      "\(state.rawValue) \(self.findings.count { $0.state == state })"
    }
    guard let first = self.verifications.first else { return "no verification yet\n" }
    let whole = self.total > self.findings.count ? "of these " : ""
    var text = self.findings.isEmpty ? "no finding\n" : whole + told.joined(separator: "  ") + "\n"
    let sums = self.verifications.map { point in
      [.drift, .broken, .unstable].reduce(0) { $0 + (point.counts[$1] ?? 0) }
    }
    if self.total > self.findings.count { text += "… and \(self.total - self.findings.count) more (--limit)\n" }
    text += "\(counted(self.verifications.count, "verification")) since \(first.started); steps with findings: "
    return text + sums.map(String.init).joined(separator: " ") + "\n"
  }

  /// A block for each run that found it, a dot for each that did not, the latest last.
  private static func trend(_ outcomes: [Bool]) -> String {
    (outcomes.count > self.maximumOutcomes ? "…" : "")
      + outcomes.suffix(self.maximumOutcomes).map { $0 ? "█" : "·" }.joined()
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  /// `schema` 1; `verifications` `{started, counts}`; `total`; `findings`, each with `state`, `service`, `contract`,
  /// `request`, `path`, `kind`, `severity`, `verdict`, `expected`, `fake` and `real` as seen last, `first`, `last`,
  /// `sightings`, `flake_rate` between 0 and 1, and `runs`: whether it was found, the latest last.
  var json: JSON {
    [
      "schema": 1,
      "verifications": .array(
        self.verifications.map { point in
          let counts = Verdict.allCases.map {
            JSONObject.Member(key: $0.rawValue, value: .number(JSONNumber(point.counts[$0] ?? 0)))
          }
          return ["started": .string(point.started), "counts": .object(JSONObject(counts))]
        }),
      "total": .number(JSONNumber(self.total)),
      "findings": .array(self.findings.map(Self.json)),
    ]
  }

  private static func json(_ finding: FindingHistory) -> JSON {
    let last = finding.last
    let optional = { (text: String?) -> JSON in text.map { .string($0) } ?? .null }
    return [
      "state": .string(finding.state.rawValue), "service": .string(last.service), "contract": .string(last.contract),
      "request": .string(last.request), "path": .string(last.path), "kind": .string(last.kind),
      "severity": .string(last.severity), "verdict": .string(last.verdict), "expected": optional(last.expected),
      "fake": optional(last.fake), "real": optional(last.real), "first": .string(finding.firstSeen),
      "last": .string(finding.lastSeen), "sightings": .number(JSONNumber(finding.sightings)),
      "flake_rate": JSONNumber((finding.flakeRate * 1000).rounded() / 1000).map { .number($0) } ?? .null,
      "runs": .array(finding.outcomes.map { .bool($0) }),
    ]
  }
}
