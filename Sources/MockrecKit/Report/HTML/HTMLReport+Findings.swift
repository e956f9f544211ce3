import MockrecCore

extension HTMLReport {
  /// Every finding, those that fail the run first: whole, then a line each, then a number.
  var findingsSection: String {
    let count = self.report.tally.findings
    var text = "<section id=\"findings\" tabindex=\"-1\" aria-labelledby=\"findings-title\">"
    text += "<h2 id=\"findings-title\">Findings</h2>\n"
    guard count > 0 else {
      return text + "<p class=\"none\">None: everything that was asked agrees.</p></section>\n"
    }
    text += self.causes
    let (articles, lines) = self.foundSteps
    let whole = articles.count + lines.count
    if whole < count {
      text += "<p class=\"sampled\">\(count) steps have findings. The worst \(whole) are shown, "
      text += "\(articles.count) of them in full; <code>--report json=FILE</code> has all.</p>\n"
    }
    text += articles.joined()
    guard articles.count < count else { return text + "</section>\n" }
    text += "<details class=\"more\"><summary>\(counted(count - articles.count, "more step")) with findings"
    text += "</summary>\n<ul>\n" + lines.joined() + "</ul>\n"
    if whole < count { text += "<p>… and \(count - whole) more, which the JSON report has.</p>\n" }
    return text + "</details></section>\n"
  }

  /// The first steps with findings in full, and some more as a line each.
  private var foundSteps: (articles: [String], lines: [String]) {
    var (articles, lines, length): ([String], [String], Int) = ([], [], 0)
    for step in self.report.findings {
      if articles.count < Self.maximumDetailed, length < Self.maximumDetailLength {
        let article = self.article(step, isOpen: articles.isEmpty)
        length += article.utf8.count
        articles.append(article)
      } else if lines.count < Self.maximumListed {
        lines.append(self.line(step))
      } else {
        break
      }
    }
    return (articles, lines)
  }

  /// What several answers show alike.
  private var causes: String {
    let causes = CausesText(self.report).causes
    guard !causes.isEmpty else { return "" }
    let limit = 50
    var text = "<h3>The same in several answers</h3>\n<ul class=\"causes\">\n"
    for cause in causes.prefix(limit) {
      text += "<li><span class=\"severity \(cause.severity.rawValue)\">\(cause.severity.rawValue)</span> "
      text += "<code>\(Markup.text(self.content.shown(cause.path)))</code> \(cause.kind.rawValue): "
      text += "\(Markup.text(cause.extent)) <span class=\"place\">"
      text += cause.places.map { Markup.text("\($0.file):\($0.position.line)") }.joined(separator: ", ")
      text += cause.steps > cause.places.count ? ", …</span></li>\n" : "</span></li>\n"
    }
    if causes.count > limit { text += "<li>… and \(causes.count - limit) more</li>\n" }
    return text + "</ul>\n"
  }

  private func article(_ step: VerifyReport.Step, isOpen: Bool) -> String {
    let verdict = step.verdict.rawValue
    let findings = self.content.findings(of: step)
    var text = "<details class=\"item finding\" data-verdict=\"\(verdict)\"\(isOpen ? " open" : "")><summary>"
    text += "<span class=\"verdict \(verdict)\">\(verdict)</span> "
    if let severity = findings.compactMap(\.severity).max() {
      text += "<span class=\"severity \(severity.rawValue)\">\(severity.rawValue)</span> "
    }
    text += "<code class=\"request\">\(Markup.text(self.content.request(step)))</code> "
    text += "<span class=\"place\">\(Markup.text("\(step.place.file):\(step.place.position.line)"))</span>"
    text += "</summary>\n<div class=\"body\">\n<p>\(Markup.text(self.content.meaning(step).capitalizedFirst)).</p>\n"
    text += self.table(findings) + self.comparison(step)
    if !step.noise.isEmpty {
      text += "<p class=\"note\">Varies by itself, and is not held against the fake: "
      text += step.noise.prefix(20).map { "<code>\(Markup.text(self.content.shown($0)))</code>" }.joined(
        separator: ", ")
      text += step.noise.count > 20 ? " … and \(step.noise.count - 20) more.</p>\n" : ".</p>\n"
    }
    return text + "</div></details>\n"
  }

  private func table(_ findings: [ReportFinding]) -> String {
    guard !findings.isEmpty else { return "" }
    let limit = 50
    let hasExpected = findings.contains { $0.expected != nil }
    let columns = ["where", "what"] + (hasExpected ? ["expected"] : []) + ["fake", "real"]
    var text = "<table class=\"differences\"><thead><tr>"
    text += columns.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead><tbody>\n"
    for finding in findings.prefix(limit) {
      let severity = finding.severity?.rawValue ?? "breaking"
      text += "<tr class=\"\(severity)\"><th scope=\"row\"><code>\(Markup.text(finding.path))</code></th>"
      text += "<td data-label=\"what\">\(finding.rule.name)"
      if let severity = finding.severity {
        text += ", <span class=\"severity \(severity.rawValue)\">\(severity.rawValue)</span>"
      }
      text += " <span class=\"place\">line \(finding.place.position.line)</span></td>"
      if hasExpected { text += Self.cell("expected", finding.expected) }
      text += Self.cell("fake", finding.fake) + Self.cell("real", finding.real) + "</tr>\n"
    }
    text += "</tbody></table>\n"
    if findings.count > limit { text += "<p>… and \(findings.count - limit) more in this step.</p>\n" }
    return text
  }

  private static func cell(_ label: String, _ value: String?) -> String {
    switch value {
    case nil: "<td class=\"none\"></td>"
    case "nothing", "as expected": "<td data-label=\"\(label)\"><i>\(value ?? "")</i></td>"
    case .some(let value): "<td data-label=\"\(label)\"><code>\(Markup.text(value))</code></td>"
    }
  }

  /// Both answers side by side.
  private func comparison(_ step: VerifyReport.Step) -> String {
    guard let fake = step.fake?.answer, let real = step.real?.answer else { return "" }
    let failures = ((step.fake?.failures ?? []) + (step.real?.failures ?? [])).filter {
      !step.isRecorded || !$0.isLiteral
    }
    let paths = step.differences.map(\.path) + failures.compactMap(\.path)
    let pieces = SideBySide.pieces(fake: fake, real: real, paths: paths)
    var text = "<table class=\"diff\"><caption>Both answers</caption><thead><tr><th scope=\"col\">"
    text +=
      "<span class=\"hidden\">change</span></th><th scope=\"col\">fake</th><th scope=\"col\">real</th></tr></thead>"
    text += "<tbody>\n"
    for piece in pieces {
      switch piece {
      case .fold(let count):
        text += "<tr class=\"fold\"><td colspan=\"3\">\(counted(count, "line")) alike</td></tr>\n"
      case .row(let row): text += self.row(row)
      }
    }
    text += "</tbody></table>\n"
    let cut = max(fake.cutBytes, real.cutBytes)
    if cut > 0 { text += "<p class=\"note\">The answers go on for up to \(cut) bytes that are not shown.</p>\n" }
    return text
  }

  private func row(_ row: SideBySide.Row) -> String {
    let (name, sign) =
      switch row.kind {
      case .same: ("same", "")
      case .changed: ("changed", "≠")
      case .onlyFake: ("only-fake", "−")
      case .onlyReal: ("only-real", "+")
      }
    let emphasis = row.kind == .same ? "" : row.isFinding ? " finding" : " quiet"
    return "<tr class=\"\(name)\(emphasis)\"><td class=\"sign\">\(sign)</td>"
      + "<td class=\"fake\">\(self.line(row.fake))</td><td class=\"real\">\(self.line(row.real))</td></tr>\n"
  }

  private func line(_ cell: SideBySide.Cell?) -> String {
    guard let cell else { return "" }
    // Secrets are looked for in the whole line, of which what changed may be a part.
    let whole = cell.before + cell.changed + cell.after
    let shown = self.content.shown(whole)
    guard shown == whole else { return "<code>\(Markup.text(shown))</code>" }
    let changed = cell.changed.isEmpty ? "" : "<mark>\(Markup.text(cell.changed))</mark>"
    return "<code>\(Markup.text(cell.before))\(changed)\(Markup.text(cell.after))</code>"
  }
}

extension String {
  fileprivate var capitalizedFirst: String { self.prefix(1).uppercased() + self.dropFirst() }
}
