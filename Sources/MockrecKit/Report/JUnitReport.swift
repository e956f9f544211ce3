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

  /// What the head of a suite says of its cases.
  private struct Suite {
    var name: String
    /// Which of the run's units it has.
    var units: Range<Int>
    var tests = 0
    var failures = 0
    var errors = 0
    var time = Duration.zero
  }

  /// Writes the report, one case at a time. Goes through the run twice: heads have the numbers of what follows.
  package func write(to output: inout some TextOutputStream) {
    let suites = self.report.units.isEmpty ? [self.emptySuite] : self.suites
    let sum = { (path: KeyPath<Suite, Int>) in suites.reduce(0) { $0 + $1[keyPath: path] } }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text +=
      "<testsuites name=\"mockrec verify, seed \(self.report.seed)\" tests=\"\(sum(\.tests))\" failures=\"\(sum(\.failures))\""
    output.write(text + " errors=\"\(sum(\.errors))\" time=\"\(self.report.duration.seconds)\">\n")
    for suite in suites {
      text = "  <testsuite name=\(Self.quoted(suite.name)) tests=\"\(suite.tests)\""
      text += " failures=\"\(suite.failures)\" errors=\"\(suite.errors)\" skipped=\"0\" time=\"\(suite.time.seconds)\""
      output.write(text + " timestamp=\(Self.quoted(self.report.started))>\n")
      if suite.units.isEmpty, suite.tests > 0 { output.write(self.emptyCase) }
      for unit in self.report.units[suite.units] { self.write(unit, to: &output) }
      output.write("  </testsuite>\n")
    }
    output.write("</testsuites>\n")
  }

  private var suites: [Suite] {
    var suites: [Suite] = []
    for (index, unit) in self.report.units.enumerated() {
      let name = Self.suiteName(unit)
      // The exchanges of a cassette are units of their own, one after the other.
      if suites.last?.name != name { suites.append(Suite(name: name, units: index..<index)) }
      self.add(unit, at: index, to: &suites[suites.count - 1])
    }
    return suites
  }

  private static func suiteName(_ unit: VerifyReport.Unit) -> String {
    guard let step = unit.steps.first, step.isRecorded else { return unit.name }
    return step.place.file.lastIndex(of: "/").map { String(step.place.file[..<$0]) } ?? unit.name
  }

  private func add(_ unit: VerifyReport.Unit, at index: Int, to suite: inout Suite) {
    suite.units = suite.units.lowerBound..<(index + 1)
    suite.tests += unit.steps.count
    for step in unit.steps {
      suite.time += Self.time(step)
      if step.verdict == .unreachable { suite.errors += 1 } else if self.report.fails(step) { suite.failures += 1 }
    }
    if self.isFailure(unit) {
      suite.tests += 1
      suite.failures += 1
    }
  }

  private static func time(_ step: VerifyReport.Step) -> Duration {
    ((step.fake?.durations ?? []) + (step.real?.durations ?? [])).reduce(.zero, +)
  }

  /// Whether it fails the run, as it expects nothing.
  private func isFailure(_ unit: VerifyReport.Unit) -> Bool { unit.isVacuous && !self.report.allowVacuous }

  private func write(_ unit: VerifyReport.Unit, to output: inout some TextOutputStream) {
    for step in unit.steps {
      let name = "line \(step.place.position.line): \(self.content.request(step))"
      var body = ""
      if step.verdict == .unreachable {
        body = self.element("error", step)
      } else if self.report.fails(step) {
        body = self.element("failure", step)
      } else if step.isFinding {
        body = "      <system-out>\(Self.escaped(self.details(step)))</system-out>\n"
      }
      output.write(self.testCase(name, in: step.place.file, time: Self.time(step), body: body))
    }
    if self.isFailure(unit) {
      let message = "\(unit.name) expects nothing: what was asked of it says nothing"
      output.write(
        self.testCase(
          "expects something", in: unit.name, time: .zero,
          body: "      <failure type=\"vacuous\" message=\(Self.quoted(message))/>\n"))
    }
  }

  /// A run of no contract, which is no pass.
  private var emptySuite: Suite {
    let fails = self.report.allowVacuous ? 0 : 1
    return Suite(name: "contracts", units: 0..<0, tests: fails, failures: fails)
  }

  private var emptyCase: String {
    self.testCase(
      "there is a contract to run", in: self.emptySuite.name, time: .zero,
      body: "      <failure type=\"vacuous\" message=\"there was no contract to run\"/>\n")
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
