import MockrecCore

/// A verification as JUnit XML: a test suite for each contract file and each cassette, a test case for each step.
///
/// What fails the run is a `failure`, a real service that gave no answer an `error`; drift that `--fail-on breaking` lets
/// pass stands in `system-out`. Holds to the schema that Jenkins publishes for its readers (junit-10.xsd of its plugin
/// xunit), which has no place for a line: the case's name has it.
package struct JUnitReport: Sendable {
  private let content: ReportContent
  private var report: VerifyReport { self.content.report }

  package init(_ report: VerifyReport, redact: @escaping ReportRedaction.Hide) {
    self.content = ReportContent(report, redact: redact)
  }

  private struct Suite {
    var cases: [String] = []
    var failures = 0
    var errors = 0
    var time = Duration.zero
    var name: String
  }

  package var text: String {
    var suites: [Suite] = []
    for unit in self.report.units {
      let name = Self.suiteName(unit)
      // The exchanges of a cassette are units of their own, one after the other.
      if suites.last?.name != name { suites.append(Suite(name: name)) }
      self.add(unit, to: &suites[suites.count - 1])
    }
    if self.report.units.isEmpty { suites.append(self.emptySuite) }
    let sum = { (path: KeyPath<Suite, Int>) in suites.reduce(0) { $0 + $1[keyPath: path] } }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text +=
      "<testsuites name=\"mockrec verify, seed \(self.report.seed)\" tests=\"\(sum(\.cases.count))\" failures=\"\(sum(\.failures))\""
    text += " errors=\"\(sum(\.errors))\" time=\"\(self.report.duration.seconds)\">\n"
    for suite in suites {
      text += "  <testsuite name=\(Self.quoted(suite.name)) tests=\"\(suite.cases.count)\""
      text += " failures=\"\(suite.failures)\" errors=\"\(suite.errors)\" skipped=\"0\" time=\"\(suite.time.seconds)\""
      text += " timestamp=\(Self.quoted(self.report.started))>\n"
      text += suite.cases.joined() + "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private static func suiteName(_ unit: VerifyReport.Unit) -> String {
    guard let step = unit.steps.first, step.isRecorded else { return unit.name }
    return step.place.file.lastIndex(of: "/").map { String(step.place.file[..<$0]) } ?? unit.name
  }

  private func add(_ unit: VerifyReport.Unit, to suite: inout Suite) {
    for step in unit.steps {
      let time = ((step.fake?.durations ?? []) + (step.real?.durations ?? [])).reduce(.zero, +)
      suite.time += time
      let name = "line \(step.place.position.line): \(self.content.request(step))"
      var body = ""
      if step.verdict == .unreachable {
        suite.errors += 1
        body = self.element("error", step)
      } else if self.report.fails(step) {
        suite.failures += 1
        body = self.element("failure", step)
      } else if ReportContent.isFinding(step) {
        body = "      <system-out>\(Self.escaped(self.details(step)))</system-out>\n"
      }
      suite.cases.append(self.testCase(name, in: step.place.file, time: time, body: body))
    }
    if unit.isVacuous, !self.report.allowVacuous {
      suite.failures += 1
      let message = "\(unit.name) expects nothing: what was asked of it says nothing"
      suite.cases.append(
        self.testCase(
          "expects something", in: unit.name, time: .zero,
          body: "      <failure type=\"vacuous\" message=\(Self.quoted(message))/>\n"))
    }
  }

  /// A run of no contract, which is no pass.
  private var emptySuite: Suite {
    var suite = Suite(name: "contracts")
    guard !self.report.allowVacuous else { return suite }
    suite.failures = 1
    suite.cases = [
      self.testCase(
        "there is a contract to run", in: suite.name, time: .zero,
        body: "      <failure type=\"vacuous\" message=\"there was no contract to run\"/>\n")
    ]
    return suite
  }

  private func testCase(_ name: String, in file: String, time: Duration, body: String) -> String {
    let suffix = ".hurl"
    let className = file.hasSuffix(suffix) ? String(file.dropLast(suffix.count)) : file
    let start =
      "    <testcase name=\(Self.quoted(name)) classname=\(Self.quoted(className)) time=\"\(time.seconds)\""
    return body.isEmpty ? "\(start)/>\n" : "\(start)>\n\(body)    </testcase>\n"
  }

  private func element(_ name: String, _ step: VerifyReport.Step) -> String {
    let message = "\(step.verdict.rawValue): \(self.content.meaning(step))"
    return "      <\(name) type=\"\(step.verdict.rawValue)\" message=\(Self.quoted(message))>"
      + "\(Self.escaped(self.details(step)))</\(name)>\n"
  }

  private func details(_ step: VerifyReport.Step) -> String {
    var lines = ["\(step.place.file):\(step.place.position.line)", self.content.meaning(step)]
    for finding in self.content.findings(of: step) {
      let severity = finding.severity.map { ", \($0.rawValue)" } ?? ""
      lines.append("\(finding.path)  (\(finding.rule.name)\(severity))")
      if let expected = finding.expected { lines.append("  expected: \(expected)") }
      if let fake = finding.fake { lines.append("  fake: \(fake)") }
      if let real = finding.real { lines.append("  real: \(real)") }
    }
    return lines.joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String { "\"\(Markup.attribute(text))\"" }

  private static func escaped(_ text: String) -> String { Markup.text(text) }
}

extension Duration {
  /// `1.250`, in seconds.
  var seconds: String {
    let milliseconds = max(0, self.milliseconds)
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
  }
}
