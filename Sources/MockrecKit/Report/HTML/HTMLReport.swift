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
    let outcome = self.report.outcome
    let title = "mockrec verify: \(outcome.word)"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
      <title>\(title)</title>
      <style>
      \(HTMLStyle.text)</style>
      </head>
      <body>
      <a class="skip" href="#findings">Skip to the findings</a>
      <header>
      \(self.head)</header>
      <main>
      \(self.trendSection)\(self.findingsSection)\(self.agreeingSection)</main>
      <footer><p>mockrec \(Markup.text(self.version)). \
      Keys: <kbd>/</kbd> search, <kbd>j</kbd> and <kbd>k</kbd> next and previous finding, <kbd>Enter</kbd> open and close, \
      <kbd>Esc</kbd> clear the search.</p></footer>
      <script>
      \(HTMLScript.text)</script>
      </body>
      </html>

      """
  }

  private var head: String {
    let outcome = self.report.outcome
    let sides = self.report.only.map { "\($0.rawValue) only" } ?? "fake against real"
    var text = "<div class=\"title\"><h1>mockrec verify: "
    text += "<strong class=\"outcome \(outcome.word)\">\(outcome.word)</strong>"
    text += (outcome.reason.map { ", \(Markup.text($0))" } ?? "") + "</h1>"
    text += "<button type=\"button\" id=\"theme\" hidden>Theme: system</button></div>\n"
    text += "<dl class=\"facts\">"
    var facts = [
      ("sides", sides), ("begun", self.report.started), ("took", self.report.duration.shown),
      ("steps", "\(self.report.steps.count) of \(counted(self.report.units.count, "contract"))"),
      ("samples", "\(self.report.samples)"), ("fails on", "\(self.report.failOn.rawValue) drift"),
      ("seed", "\(self.report.seed)"),
    ]
    for service in self.report.services.prefix(20) {
      facts.append((service.name, service.real.map { self.content.shown("real", $0, of: service.name) } ?? "not asked"))
    }
    for (name, value) in facts { text += "<div><dt>\(Markup.text(name))</dt><dd>\(Markup.text(value))</dd></div>" }
    text += "</dl>\n"
    let vacuous = self.report.vacuousUnits
    if self.report.units.isEmpty { text += "<p class=\"vacuous\">Vacuous: there was no contract to run.</p>\n" }
    for unit in vacuous.prefix(10) {
      text += "<p class=\"vacuous\">Vacuous: <code>\(Markup.text(unit.name))</code> expects nothing.</p>\n"
    }
    if vacuous.count > 10 { text += "<p class=\"vacuous\">… and \(vacuous.count - 10) more that expect nothing.</p>\n" }
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
    let agreeing = self.report.steps.filter { !ReportContent.isFinding($0) }
    guard !agreeing.isEmpty else { return "" }
    let sample = Self.sample(agreeing, Self.maximumAgreeing)
    var text = "<section aria-labelledby=\"agreeing-title\"><h2 id=\"agreeing-title\">Agreeing</h2>\n"
    text += "<details class=\"agreeing\"><summary>\(counted(agreeing.count, "step")) that "
    text += agreeing.count == 1 ? "agrees" : "agree"
    if sample.count < agreeing.count { text += ", \(sample.count) of them shown" }
    text += "</summary>\n<ul>\n" + sample.map(self.line).joined() + "</ul>\n</details></section>\n"
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

  /// At most so many elements, evenly from all.
  static func sample<Element>(_ all: [Element], _ limit: Int) -> [Element] {
    guard all.count > limit else { return all }
    return (0..<limit).map { all[$0 * all.count / limit] }
  }
}
