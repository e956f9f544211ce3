import MockrecCore
import Testing

@testable import MockrecKit

@Suite struct ReportTests {
  private static func place(_ line: Int) -> Diagnostic.Place {
    Diagnostic.Place(file: "contracts/users.hurl", line: line, column: 1, text: "")
  }

  private static let report = report(steps)

  private static func report(_ steps: [VerifyReport.Step]) -> VerifyReport {
    VerifyReport(
      seed: 42, started: "2026-11-20T10:00:00Z", duration: .milliseconds(1250), samples: 3, failOn: .any,
      services: [.init(name: "users", real: "http://127.0.0.1:9000")],
      units: [.init(name: "contracts/users.hurl", steps: steps)], secrets: ["secret-token"])
  }

  private static let steps: [VerifyReport.Step] = [
    .init(
      place: place(1), summary: "GET {{users}}/users/42", service: "users", isRecorded: false, verdict: .drift,
      fake: .init(state: .met, status: "200", durations: [.milliseconds(1)]),
      real: .init(state: .met, status: "200", durations: [.milliseconds(3)]),
      differences: [
        Difference("$.plan", .fieldAdded, fake: nil, real: "\"pro\""),
        Difference("$.password", .value, fake: "\"a\"", real: "\"hunter2\""),
        Difference("body line 2", .bodyText, fake: "x", real: "y\nsecret-token\u{1B}[31m"),
      ], noise: ["$.rev: value"], expectations: 2),
    .init(
      place: place(9), summary: "GET {{users}}/users/43", service: "users", isRecorded: false, verdict: .broken,
      fake: .init(state: .met, status: "200"),
      real: .init(
        state: .failed, status: "404",
        failures: [
          ExpectationFailure(
            "status", at: place(11), expected: "200", actual: "404", path: "status", isLiteral: true)
        ]), differences: [], noise: [], expectations: 1),
    .init(
      place: place(13), summary: "GET {{users}}/health", service: "users", isRecorded: false, verdict: .agree,
      fake: .init(state: .met), real: .init(state: .met), differences: [], noise: [], expectations: 1),
  ]

  @Sendable private static func hide(_ service: String?, _ path: String, _ value: String) -> String {
    path.hasSuffix("password") ? "<hidden>" : value
  }

  @Test("people read who is wrong, where, and what both sides have; no secret and no control character comes through")
  func terminal() {
    let text = TerminalReport(Self.report, color: false, redact: Self.hide).text
    #expect(
      text == """
        verify  fake against real, seed 42
          users  http://127.0.0.1:9000

        drift  contracts/users.hurl:1  GET {{users}}/users/42
          the fake is wrong: the real service meets the contract and answers otherwise
            $.plan  field added, compatible
              fake: nothing
              real: "pro"
            $.password  value, compatible
              fake: <hidden>
              real: <hidden>
            body line 2  value, compatible
              fake: x
              real: y
                    ***\\u{1b}[31m

        broken  contracts/users.hurl:9  GET {{users}}/users/43
          the real service does not meet the contract: the world moved, or the contract is wrong
            status  contracts/users.hurl:11
              expected: 200
              fake: as expected
              real: 404

        agree 1  drift 1  broken 1  unstable 0  unreachable 0  (3 steps of 1 contract in 1.2 s)
        noise: 1 place in 1 step that the real varies by itself
        failed: 2 steps

        """)
    #expect(TerminalReport(Self.report, color: true, redact: Self.hide).text.contains("\u{1B}[31mdrift\u{1B}[0m"))
  }

  @Test("an assert that neither side meets is one finding, wherever on its line each fails")
  func failedByBoth() {
    let failure = { (column: Int, actual: String) in
      ExpectationFailure(
        "jsonpath \"$.a\" == 1", at: Diagnostic.Place(file: "a.hurl", line: 4, column: column, text: ""),
        expected: "== 1", actual: actual, path: "$.a")
    }
    var step = Self.steps[1]
    step.fake = .init(state: .failed, failures: [failure(1, "no body")])
    step.real = .init(state: .failed, failures: [failure(16, "nothing")])
    let text = TerminalReport(Self.report([step]), color: false, redact: Self.hide).text
    #expect(text.contains("      expected: == 1\n      fake: no body\n      real: nothing\n"), "\(text)")
    #expect(!text.contains("as expected"), "\(text)")
  }

  @Test("where there is room, both sides stand beside each other; long values are wrapped")
  func wide() {
    var step = Self.steps[0]
    step.differences = [
      Difference("$.note", .value, fake: String(repeating: "a", count: 50), real: "漢字\nsecond"),
      Difference("$.plan", .fieldAdded, fake: nil, real: "\"pro\""),
    ]
    let text = TerminalReport(Self.report([step]), color: false, columns: 100, redact: Self.hide).text
    let pad = { (count: Int) in String(repeating: " ", count: count) }
    #expect(
      text.contains(
        """
            $.note  value, compatible
              fake: \(String(repeating: "a", count: 39)) │ real: 漢字
                    \(String(repeating: "a", count: 11))\(pad(28)) │       second
            $.plan  field added, compatible
              fake: nothing\(pad(32)) │ real: "pro"

        """), "\(text)")
    for line in text.split(separator: "\n") { #expect(line.count <= 100 || !line.contains("│")) }
  }

  @Test("of a run in which everything differs, the first steps are told and the rest is counted")
  func many() {
    let text = TerminalReport(
      Self.report(
        (1...600).map { line in
          var step = Self.steps[1]
          step.place = Self.place(line)
          return step
        }), color: false, redact: Self.hide
    ).text
    #expect(text.ranges(of: "\nbroken  contracts/users.hurl:").count == 500)
    #expect(text.contains("\n… and 100 more steps with findings (--report json=FILE has all)\n"))
  }

  @Test("programs read the same")
  func json() throws {
    let text = JSONReport(Self.report, redact: Self.hide).text
    #expect(!text.contains("hunter2") && !text.contains("secret-token"))
    let json = try JSON.parse(text)
    #expect(json.prettyText + "\n" == text, "it is put together of parts")
    #expect(json["schema"] == 1)
    #expect(json["seed"] == "42")
    #expect(json["exit_status"] == 1)
    #expect(json["counts"] == ["agree": 1, "drift": 1, "broken": 1, "unstable": 0, "unreachable": 0])
    let steps = try #require(json["contracts"]?[0]?["steps"]?.array)
    #expect(steps.map { $0["fails"] } == [true, true, false])
    #expect(
      steps[0]["differences"]?[0]
        == [
          "path": "$.plan", "kind": "field added", "severity": "compatible", "line": 1, "fake": .null,
          "real": "\"pro\"",
        ])
    #expect(steps[1]["real"]?["failures"]?[0]?["line"] == 11)
  }

  @Test(
    "what a cassette hides, a report hides",
    arguments: [
      ("$.user.password", "\"hunter2\""), ("$.user", "{\"password\":\"hunter2\"}"),
      ("header Authorization", "Bearer hunter2"),
      ("request", "GET {{users}}/a?token=hunter2&b=1"), ("body", "{\"password\": \"hunter2\"}"),
      ("$.passwords[0].password", "\"hunter2… (9000 bytes)"),
    ])
  func standard(path: String, value: String) {
    #expect(!ReportRedaction.standard(Redactor())(path, value).contains("hunter2"))
    #expect(ReportRedaction.standard(Redactor(.off))(path, value) == value)
    #expect(ReportRedaction.standard(Redactor())("$.name", "\"alice\"") == "\"alice\"")
  }

  @Test(
    "the progress bar",
    arguments: [
      (0, 10, 0, "[..............................] 0/10 0/s"),
      (120, 1000, 1500, "[###...........................] 120/1000 80/s 00:11 left"),
      (10, 10, 1000, "[##############################] 10/10 10/s 00:00 left"),
      (0, 0, 0, "[##############################] 0/0 0/s"),
    ])
  func progress(done: Int, total: Int, milliseconds: Int, line: String) {
    #expect(ProgressBar.line(done: done, total: total, elapsed: .milliseconds(milliseconds)) == line)
  }
}
