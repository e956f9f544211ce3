import MockrecCore

/// A sweep's matrix for a terminal.
struct SweepText {
  private let report: SweepReport
  private let columns: Int

  /// Failures told with all that is known of them; the rest is counted.
  private static let mostTold = 20
  private static let mostRows = 500

  init(_ report: SweepReport, columns: Int?) {
    self.report = report
    self.columns = max(40, columns ?? 120)
  }

  var text: String {
    let report = self.report
    var text = "sweep: seed \(report.seed); without faults it passed in \(report.baseline.shown)\n" + self.matrix
    text += "  \(report.counts)\n"
    if report.cells.contains(where: { $0.outcome == .notFired }) {
      text +=
        "  . its fault never fired: the command did not ask for the exchange, or the answer has nothing to act on\n"
    }
    if report.wasInterrupted { text += "  interrupted: what is marked ? was not run\n" }
    if report.isVacuous, !report.wasInterrupted { text += "  vacuous: no fault fired, so nothing was checked\n" }
    return text + self.failures
  }

  private var matrix: String {
    let report = self.report
    let widths = report.faults.enumerated().map { index, name in
      max(name.count, report.rows.map { $0.cells[index].outcome.short.count }.max() ?? 0) + 2
    }
    let names = report.rows.map { "\($0.service)  \($0.request)" }
    let room = max(16, self.columns - 4 - widths.reduce(0, +))
    let width = min(room, names.map(\.count).max() ?? 0)
    var text =
      "  " + Self.padded("", width) + zip(report.faults, widths).map { "  " + Self.padded($0, $1 - 2) }.joined() + "\n"
    for (row, name) in zip(report.rows, names).prefix(Self.mostRows) {
      text += "  " + Self.padded(name, width)
      text += zip(row.cells, widths).map { "  " + Self.padded($0.outcome.short, $1 - 2) }.joined() + "\n"
    }
    if names.count > Self.mostRows { text += "  … and \(names.count - Self.mostRows) more exchanges\n" }
    return text
  }

  /// Exactly so wide; what is longer is cut.
  private static func padded(_ text: String, _ width: Int) -> String {
    let count = text.count
    if count > width { return text.prefix(max(0, width - 1)) + "…" }
    return text + String(repeating: " ", count: width - count)
  }

  private var failures: String {
    let failed = self.report.rows.flatMap { row in row.cells.filter(\.outcome.isFailure).map { (row, $0) } }
    var text = ""
    for (row, cell) in failed.prefix(Self.mostTold) {
      let how = if case .failed(let status) = cell.outcome { "exit status \(status)" } else { "timed out" }
      text += "\n  \(row.service) \(row.request), \(cell.fault): \(how) after \(cell.duration.shown)\n"
      text += "    \(cell.again)\n"
      let last = cell.output.split(separator: "\n").suffix(3)
      text += last.map { "    | \($0)\n" }.joined()
    }
    return text + (failed.count > Self.mostTold ? "\n  … and \(failed.count - Self.mostTold) more\n" : "")
  }
}
