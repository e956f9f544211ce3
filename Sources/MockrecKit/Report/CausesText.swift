import MockrecCore

/// What several answers show alike: said once, with where.
struct CausesText {
  let causes: [VerifyReport.Cause]

  private static let maximumPlaces = 3

  init(_ report: VerifyReport) { self.causes = report.causes.filter { $0.places.count > 1 } }

  /// Whether an earlier step showed this difference.
  func isRepeated(_ difference: Difference, in step: VerifyReport.Step) -> Bool {
    self.causes.contains { cause in
      cause.service == step.service && cause.kind == difference.kind && cause.path == difference.cause
        && cause.places.first != step.place
    }
  }

  /// Lines, ended; empty where every difference is alone.
  func text(_ redact: (_ path: String) -> String) -> String {
    guard !self.causes.isEmpty else { return "" }
    var lines = ["the same in several answers:"]
    for cause in self.causes {
      let times = cause.count == cause.places.count ? "" : "\(cause.count) times in "
      lines.append(
        "  \(redact(cause.path))  \(cause.kind.rawValue), \(cause.severity.rawValue): "
          + "\(times)\(cause.places.count) answers" + (cause.service.map { " of \($0)" } ?? ""))
      lines += cause.places.prefix(Self.maximumPlaces).map { "    \($0.file):\($0.position.line)" }
      let more = cause.places.count - Self.maximumPlaces
      if more > 0 { lines.append("    … and \(more) more") }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
