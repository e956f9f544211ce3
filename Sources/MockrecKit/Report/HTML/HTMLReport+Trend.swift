import MockrecCore

/// One verification in a trend.
package struct TrendPoint: Sendable, Hashable {
  /// ISO 8601.
  package var started: String
  package var counts: [Verdict: Int]

  package init(started: String, counts: [Verdict: Int]) {
    self.started = started
    self.counts = counts
  }

  package init(_ report: VerifyReport) {
    self.init(
      started: report.started,
      counts: Dictionary(Verdict.allCases.map { ($0, report.count($0)) }, uniquingKeysWith: { $1 }))
  }
}

extension HTMLReport {
  static let maximumTrend = 40
  private static let order: [Verdict] = [.drift, .broken, .unstable, .unreachable]

  /// A bar for each run, stacked by verdict, and the same as a table.
  var trendSection: String {
    let points = Array(self.trend.suffix(Self.maximumTrend))
    guard points.count > 1 else { return "" }
    let sums = points.map { point in Self.order.reduce(0) { $0 + (point.counts[$1] ?? 0) } }
    let most = max(1, sums.max() ?? 1)
    var text = "<section aria-labelledby=\"trend-title\"><h2 id=\"trend-title\">Trend</h2>\n<figure class=\"trend\">\n"
    text += "<svg viewBox=\"0 0 \(max(20, points.count) * 12) 64\" preserveAspectRatio=\"none\" role=\"img\""
    text += " aria-label=\"Findings in each of the last \(points.count) verifications: from \(sums.first ?? 0) to"
    text += " \(sums.last ?? 0), \(most) at most\">\n"
    for (index, point) in points.enumerated() {
      text += Self.bar(point, at: index * 12, most: most)
    }
    text += "</svg>\n<figcaption>Findings in each of the last \(points.count) verifications, this one last;"
    text += " the highest bar is \(most).</figcaption></figure>\n"
    text += "<details><summary>The same as a table</summary><table class=\"numbers\"><thead><tr>"
    text += "<th scope=\"col\">begun</th>"
    text += Verdict.allCases.map { "<th scope=\"col\">\($0.rawValue)</th>" }.joined() + "</tr></thead><tbody>\n"
    for point in points.reversed() {
      text += "<tr><th scope=\"row\">\(Markup.text(point.started))</th>"
      text += Verdict.allCases.map { "<td>\(point.counts[$0] ?? 0)</td>" }.joined() + "</tr>\n"
    }
    return text + "</tbody></table></details></section>\n"
  }

  private static func bar(_ point: TrendPoint, at x: Int, most: Int) -> String {
    let told = self.order.filter { point.counts[$0] ?? 0 > 0 }.map { "\($0.rawValue) \(point.counts[$0] ?? 0)" }
    var text = "<g><title>\(Markup.text(point.started)): \(told.isEmpty ? "no finding" : told.joined(separator: ", "))"
    text += "</title><rect class=\"ground\" x=\"\(x + 1)\" y=\"62\" width=\"10\" height=\"2\"/>"
    var top = 62
    for verdict in self.order {
      let count = point.counts[verdict] ?? 0
      guard count > 0 else { continue }
      let height = max(1, count * 60 / most)
      top = max(0, top - height)
      text += "<rect class=\"\(verdict.rawValue)\" x=\"\(x + 1)\" y=\"\(top)\" width=\"10\" height=\"\(height)\"/>"
    }
    return text + "</g>\n"
  }
}
