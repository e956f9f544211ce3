import MockrecCore

/// A sweep as one HTML file that needs nothing else and loads nothing.
struct SweepHTML {
  private let report: SweepReport
  private let version: String
  private static let mostRows = 2000
  /// Failures with what the command said.
  private static let mostTold = 500

  init(_ report: SweepReport, version: String) {
    self.report = report
    self.version = version
  }

  var text: String {
    let outcome = self.report.exitStatus == ExitStatus.fine ? "passed" : "failed"
    return HTMLPage(
      title: "mockrec sweep: \(outcome)", target: ("matrix", "the matrix"), style: HTMLStyle.text + Self.style,
      header: "<h1>mockrec sweep: <strong class=\"outcome \(outcome)\">\(outcome)</strong></h1>\n\(self.facts)",
      main: self.matrix + self.failures, footer: "mockrec \(Markup.text(self.version))"
    ).text
  }

  private static let style = """
    .matrix { overflow-x: auto; }
    .matrix table { width: auto; }
    .matrix td { text-align: center; white-space: nowrap; }
    .matrix tbody th { overflow-wrap: anywhere; }
    .matrix td a { color: inherit; }
    td.survived { color: var(--agree); }
    td.failed, td.timed { color: var(--drift); font-weight: 700; }
    td.not, td.impossible { color: var(--dim); }
    pre { font: .875em/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }

    """

  private var facts: String {
    let report = self.report
    let facts = [
      ("command", report.command), ("seed", "\(report.seed)"), ("without faults", "passed in \(report.baseline.shown)"),
      ("runs", report.counts),
    ]
    var text = "<dl class=\"facts\">"
    for (name, value) in facts { text += "<div><dt>\(Markup.text(name))</dt><dd>\(Markup.text(value))</dd></div>" }
    text += "</dl>\n"
    if report.wasInterrupted { text += "<p class=\"vacuous\">Interrupted: some were not run.</p>\n" }
    if report.isVacuous { text += "<p class=\"vacuous\">Vacuous: no fault fired.</p>\n" }
    return text
  }

  private var matrix: String {
    var text =
      "<section id=\"matrix\" class=\"matrix\" aria-label=\"Matrix\">\n<table>\n<thead><tr><th scope=\"col\">exchange</th>"
    for fault in self.report.faults { text += "<th scope=\"col\">\(Markup.text(fault))</th>" }
    text += "</tr></thead>\n<tbody>\n"
    for (number, row) in self.report.rows.prefix(Self.mostRows).enumerated() {
      text += "<tr><th scope=\"row\">\(Markup.text(row.service)) <code>\(Markup.text(row.request))</code></th>"
      for (column, cell) in row.cells.enumerated() {
        var word = Markup.text(cell.outcome.word)
        if case .failed(let status) = cell.outcome { word = "exit \(status)" }
        if cell.outcome.isFailure { word = "<a href=\"#c\(number)-\(column)\">\(word)</a>" }
        text += "<td class=\"\(cell.outcome.word)\">\(word)</td>"
      }
      text += "</tr>\n"
    }
    text += "</tbody>\n</table>\n"
    let more = self.report.rows.count - Self.mostRows
    return text + (more > 0 ? "<p>… and \(more) more exchanges</p>\n" : "") + "</section>\n"
  }

  private var failures: String {
    var text = ""
    var told = 0
    for (number, row) in self.report.rows.prefix(Self.mostRows).enumerated() {
      for (column, cell) in row.cells.enumerated() where cell.outcome.isFailure && told < Self.mostTold {
        told += 1
        text += "<details class=\"finding\" id=\"c\(number)-\(column)\" open><summary>"
        text += "<span class=\"verdict drift\">\(cell.outcome.word)</span> <code>\(Markup.text(row.request))</code>"
        text += " under \(Markup.text(cell.fault)) <span class=\"place\">\(Markup.text(row.entry)), "
        text += "after \(Markup.text(cell.duration.shown))</span></summary>\n<div class=\"body\">\n"
        text += "<p>Again:</p><pre>\(Markup.text(cell.again))</pre>\n<p>It said last:</p>"
        text += "<pre>\(Markup.text(cell.output))</pre>\n</div></details>\n"
      }
    }
    return text.isEmpty
      ? "" : "<section aria-label=\"What it did not survive\"><h2>Did not survive</h2>\n\(text)</section>\n"
  }
}
