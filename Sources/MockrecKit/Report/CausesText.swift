import MockrecCore

/// What several answers show alike: said once, with where.
struct CausesText {
  let causes: [VerifyReport.Cause]
  private let index: [Key: Diagnostic.Place]

  private struct Key: Hashable {
    var service: String?
    var kind: Difference.Kind
    var path: String
  }

  init(_ report: VerifyReport) {
    self.causes = report.causes.filter { $0.steps > 1 }
    self.index = Dictionary(
      self.causes.map { (Key(service: $0.service, kind: $0.kind, path: $0.path), $0.places[0]) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Whether an earlier step showed this difference.
  func isRepeated(_ difference: Difference, in step: VerifyReport.Step) -> Bool {
    // A miss names what comes nearest to it alone.
    guard difference.kind != .errorMode else { return false }
    let first = self.index[Key(service: step.service, kind: difference.kind, path: difference.cause)]
    return first.map { $0 != step.place } ?? false
  }

  /// Lines, ended; empty where every difference is alone.
  func text(_ redact: (_ path: String) -> String) -> String {
    guard !self.causes.isEmpty else { return "" }
    var lines = ["the same in several answers:"]
    for cause in self.causes {
      lines.append(
        "  \(redact(cause.path).printable())  \(cause.kind.rawValue), \(cause.severity.rawValue): \(cause.extent)")
      lines += cause.places.map { "    \($0.file):\($0.position.line)" }
      let more = cause.steps - cause.places.count
      if more > 0 { lines.append("    … and \(more) more") }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension VerifyReport.Cause {
  /// `12 answers of users`, `40 times in 12 answers of users`.
  var extent: String {
    (self.count == self.steps ? "" : "\(self.count) times in ") + counted(self.steps, "answer")
      + (self.service.map { " of \($0)" } ?? "")
  }
}
