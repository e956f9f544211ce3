import MockrecCore

/// A verification as one HTML file that needs nothing else: findings first, both answers side by side, what agrees
/// counted and sampled.
///
/// Every text of a peer is escaped, no script is made of data, and the page's policy lets it load nothing. Its length is
/// bounded whatever the run's: the worst findings are shown whole, more of them as a line each, and the rest is counted.
package struct HTMLReport: Sendable {
  let content: ReportContent
  let trend: [TrendPoint]
  private let version: String
  var report: VerifyReport { self.content.report }

  /// Findings with all that is known of them.
  static let maximumDetailed = 300
  /// In bytes of what those take.
  static let maximumDetailLength = 4 << 20
  /// Further findings, a line each.
  static let maximumListed = 2000
  /// Steps that agree, a line each, taken evenly from all of them.
  static let maximumAgreeing = 100

  /// - Parameters:
  ///   - version: That of mockrec.
  ///   - trend: Earlier verifications and this one, the oldest first; none leaves the chart out.
  package init(
    _ report: VerifyReport, version: String, trend: [TrendPoint] = [],
    redact: @escaping ReportRedaction.Hide
  ) {
    self.content = ReportContent(report, redact: redact)
    self.version = version
    self.trend = trend
  }

  package var text: String {
    HTMLPage(
      title: "mockrec verify: \(self.report.outcome.word)", target: ("findings", "the findings"), header: self.head,
      main: self.trendSection + self.findingsSection + self.agreeingSection,
      footer: """
        mockrec \(Markup.text(self.version)). \
        Keys: <kbd>/</kbd> search, <kbd>j</kbd> and <kbd>k</kbd> next and previous finding, <kbd>Enter</kbd> open and close, \
        <kbd>Esc</kbd> clear the search.
        """, script: HTMLScript.text
    ).text
  }

  private var head: String {
    let outcome = self.report.outcome
    let sides = self.report.sides
    var text = "<div class=\"title\"><h1>mockrec verify: "
    text += "<strong class=\"outcome \(outcome.word)\">\(outcome.word)</strong>"
    text += (outcome.reason.map { ", \(Markup.text($0))" } ?? "") + "</h1>"
    text += "<button type=\"button\" id=\"theme\" hidden>Theme: system</button></div>\n"
    text += "<dl class=\"facts\">"
    var facts = [
      ("sides", sides), ("begun", self.report.started), ("took", self.report.duration.shown),
      ("steps", "\(self.report.tally.steps) of \(counted(self.report.units.count, "contract"))"),
      ("samples", "\(self.report.samples)"), ("fails on", "\(self.report.failOn.rawValue) drift"),
      ("seed", "\(self.report.seed)"),
    ]
    for service in self.report.services.prefix(20) {
      facts.append((service.name, service.real.map { self.content.shown("real", $0, of: service.name) } ?? "not asked"))
    }
    for (name, value) in facts { text += "<div><dt>\(Markup.text(name))</dt><dd>\(Markup.text(value))</dd></div>" }
    text += "</dl>\n"
    let tally = self.report.tally
    if self.report.units.isEmpty { text += "<p class=\"vacuous\">Vacuous: there was no contract to run.</p>\n" }
    for name in tally.vacuousNames.prefix(10) {
      text += "<p class=\"vacuous\">Vacuous: <code>\(Markup.text(name))</code> expects nothing.</p>\n"
    }
    if tally.vacuousUnits > 10 {
      text += "<p class=\"vacuous\">… and \(tally.vacuousUnits - 10) more that expect nothing.</p>\n"
    }
    return text + self.filters
  }

  /// The search, and a button for each verdict. They work by script alone, and are not shown without it.
  private var filters: String {
    var text = "<form id=\"filters\" role=\"search\" hidden>\n"
    text += "<label for=\"search\">Search</label>"
    text +=
      "<input id=\"search\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" placeholder=\"path, request, file, value\">\n"
    text += "<div class=\"verdicts\" role=\"group\" aria-label=\"Verdicts that are shown\">"
    for verdict in Verdict.allCases.reversed() {
      text += "<button type=\"button\" class=\"verdict \(verdict.rawValue)\" data-verdict=\"\(verdict.rawValue)\""
      text += " aria-pressed=\"true\">\(verdict.rawValue) <b>\(self.report.count(verdict))</b></button>"
    }
    text += "</div>\n<button type=\"button\" id=\"expand\" aria-expanded=\"false\">Open all</button>"
    return text + "<output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n"
  }

  /// Steps that agree: how many, and some of them.
  private var agreeingSection: String {
    let count = self.report.tally.steps - self.report.tally.findings
    guard count > 0 else { return "" }
    // Evenly from all.
    let shown = min(count, Self.maximumAgreeing)
    var sample: [String] = []
    for (index, step) in self.report.steps.lazy.filter({ !$0.isFinding }).enumerated()
    where sample.count < shown && index == sample.count * count / shown {
      sample.append(self.line(step))
    }
    var text = "<section aria-labelledby=\"agreeing-title\"><h2 id=\"agreeing-title\">Agreeing</h2>\n"
    text += "<details class=\"agreeing\"><summary>\(counted(count, "step")) that "
    text += count == 1 ? "agrees" : "agree"
    if shown < count { text += ", \(shown) of them shown" }
    text += "</summary>\n<ul>\n" + sample.joined() + "</ul>\n</details></section>\n"
    return text
  }

  /// A step in one line.
  func line(_ step: VerifyReport.Step) -> String {
    var text = "<li class=\"item\" data-verdict=\"\(step.verdict.rawValue)\">"
    text += "<span class=\"verdict \(step.verdict.rawValue)\">\(step.verdict.rawValue)</span> "
    text += "<code>\(Markup.text(self.content.request(step)))</code> "
    text += "<span class=\"place\">\(Markup.text("\(step.place.file):\(step.place.position.line)"))</span>"
    if !step.noise.isEmpty { text += " <span class=\"note\">noise in \(counted(step.noise.count, "place"))</span>" }
    return text + "</li>\n"
  }
}
