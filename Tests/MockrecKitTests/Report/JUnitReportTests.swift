import MockrecCore
import Testing

@testable import MockrecKit

@Suite("The report as JUnit XML")
struct JUnitReportTests {
  private static func text(_ report: VerifyReport) -> String { JUnitReport(report, redact: HostileReport.hide).text }

  @Test("a suite a file or cassette, a case a step; what fails is a failure, no answer an error")
  func cases() {
    let text = Self.text(HostileReport.report())
    #expect(
      text.contains(
        #"<testsuites name="mockrec verify, seed 18446744073709551615" tests="5" failures="3" errors="1" time="1.250">"#
      ))
    #expect(
      text.contains(
        #"<testsuite name="cassettes/users" tests="5" failures="3" errors="1" skipped="0" time="1.204""#
      ))
    #expect(text.contains(#"classname="cassettes/users/get users-1" time="0.000"/>"#), "what agrees has no body")
    #expect(text.contains(#"<failure type="broken" message="broken: the real service does not meet the contract"#))
    #expect(text.contains(#"<error type="unreachable" message="unreachable: nothing is known: connection refused">"#))
    #expect(text.contains("cassettes/users/get users-1.hurl:2\nthe fake is wrong"))
    #expect(
      text.contains(
        "jsonpath &quot;$.id&quot; == 1  (expectation)\n  expected: == 1\n  fake: as expected\n  real: *** &amp; more"))
  }

  @Test("the exchanges of a cassette are cases of one suite")
  func cassette() {
    var units = HostileReport.steps.map { VerifyReport.Unit(name: $0.place.file, steps: [$0]) }
    let text = Self.text(HostileReport.report(units: .init(units)))
    #expect(text.ranges(of: "<testsuite ").count == 1 && text.ranges(of: "<testcase ").count == 5)
    units[2].steps[0].isRecorded = false
    #expect(Self.text(HostileReport.report(units: .init(units))).ranges(of: "<testsuite ").count == 3)
  }

  @Test("no markup, no character that XML cannot hold and no secret comes through")
  func hostile() {
    let text = Self.text(HostileReport.report())
    #expect(!text.contains("<script") && !text.contains("hunter2") && !text.contains("captured-secret"))
    #expect(
      text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" } && !text.contains("\u{FFFE}"))
    #expect(text.contains("]]&gt;&amp;amp;&quot;|`*_@team #12 \\u{1b}[31m\\u{0}\\u{fffe}\\u{202e}ü\nline 2"))
  }

  @Test("drift that may pass is told and fails nothing; the counts go with the exit status")
  func lenient() {
    let step = HostileReport.step(2, .drift, differences: [Difference("$.a", .value, fake: "1", real: "2")])
    let report = HostileReport.report([step], failOn: .breaking)
    let text = Self.text(report)
    #expect(report.exitStatus == 0 && text.contains(#"failures="0" errors="0""#))
    #expect(text.contains("<system-out>") && !text.contains("<failure"))
  }

  @Test("a contract that expects nothing, and a run of no contract, fail as they fail the run")
  func vacuous() {
    var step = HostileReport.step(1, .agree)
    step.expectations = 0
    #expect(
      Self.text(HostileReport.report([step])).contains(
        #"<failure type="vacuous" message="cassettes/users/get users-1.hurl expects"#))
    #expect(!Self.text(HostileReport.report([step], allowVacuous: true)).contains("<failure"))
    #expect(!Self.text(HostileReport.report(units: [], allowVacuous: true)).contains("<failure"))
    let empty = Self.text(HostileReport.report(units: []))
    #expect(empty.contains(#"<failure type="vacuous" message="there was no contract to run"/>"#))
  }
}
