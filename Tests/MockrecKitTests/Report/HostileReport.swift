import MockrecCore

@testable import MockrecKit

/// A verification of everything that a report has to get through unharmed: markup, control characters, secrets, every
/// verdict.
enum HostileReport {
  static let markup =
    "</script><script>alert('x')</script>]]>&amp;\"|`*_@team #12 \u{1B}[31m\u{0}\u{FFFE}\u{202E}ü\nline 2"

  static func place(_ line: Int, column: Int = 1) -> Diagnostic.Place {
    Diagnostic.Place(file: "cassettes/users/get users-1.hurl", line: line, column: column, text: "")
  }

  static func step(
    _ line: Int, _ verdict: Verdict, differences: [Difference] = [], fake: VerifyReport.Side? = .init(state: .met),
    real: VerifyReport.Side? = .init(state: .met), noise: [String] = [], places: [String: Diagnostic.Place] = [:]
  ) -> VerifyReport.Step {
    var step = VerifyReport.Step(
      place: self.place(line), summary: "GET {{users}}/users/\(line)?token=hunter2&q=<b>", service: "users",
      isRecorded: true, verdict: verdict, fake: fake, real: real, differences: differences, noise: noise,
      expectations: 1)
    step.places = places
    return step
  }

  static func answer(_ body: String, type: String = "application/json") -> ShownAnswer {
    ShownAnswer(
      Answer(version: "HTTP/1.1", status: 200, fields: Fields([("Content-Type", type)]), body: Array(body.utf8)))
  }

  static let steps: [VerifyReport.Step] = [
    step(1, .agree),
    step(
      2, .drift,
      differences: [
        Difference("$.name", .value, fake: "\"alice\"", real: markup),
        Difference("$.password", .value, fake: "\"a\"", real: "\"hunter2\""),
        Difference("$['</td>|`']", .fieldRemoved, fake: "captured-secret", real: nil),
        Difference("header X-Order", .headerOrder, fake: "a, b", real: "b, a"),
      ],
      fake: .init(
        state: .met, status: "200", durations: [.milliseconds(4)],
        answer: answer(#"{"id": 1, "name": "alice", "rev": 7, "</td>|`": "captured-secret"}"#)),
      real: .init(
        state: .met, status: "200", durations: [.milliseconds(1200)],
        answer: answer(#"{"id": 1, "name": "</script><script>alert('x')</script>", "rev": 8}"#)),
      noise: ["$.rev: value"],
      places: ["$.name": place(9, column: 3)]),
    step(
      20, .broken, fake: .init(state: .met, status: "200"),
      real: .init(
        state: .failed, status: "404",
        failures: [
          ExpectationFailure(
            "jsonpath \"$.id\" == 1", at: place(24), expected: "== 1", actual: "captured-secret & more", path: "$.id")
        ])),
    step(30, .unstable, real: .init(state: .unstable, status: "200", trouble: "200 and 500, captured-secret")),
    step(40, .unreachable, real: .init(state: .silent, trouble: "connection refused")),
  ]

  static func report(
    _ steps: [VerifyReport.Step] = steps, failOn: VerifyReport.FailOn = .any, allowVacuous: Bool = false
  ) -> VerifyReport {
    self.report(
      units: [.init(name: "cassettes/users/get users-1.hurl", steps: steps)], failOn: failOn,
      allowVacuous: allowVacuous)
  }

  static func report(
    units: VerifyReport.Units, failOn: VerifyReport.FailOn = .any, allowVacuous: Bool = false
  ) -> VerifyReport {
    VerifyReport(
      seed: .max, started: "2026-11-20T10:00:00Z", duration: .milliseconds(1250), samples: 2, failOn: failOn,
      allowVacuous: allowVacuous,
      services: [.init(name: "users", real: "http://127.0.0.1:9000/?token=hunter2")], units: units,
      secrets: ["captured-secret"])
  }

  static let hide: ReportRedaction.Hide = { _, path, value in ReportRedaction.standard(Redactor())(path, value) }

  /// A run of this many steps of which every `nth` drifts.
  static func long(_ count: Int, driftEach nth: Int) -> VerifyReport {
    let body = "{" + (0..<40).map { "\"field\($0)\": \"value\($0)\"" }.joined(separator: ",")
    let (fake, real) = (self.answer(body + ",\"x\": 1}"), self.answer(body + ",\"x\": 2}"))
    return self.report(
      (0..<count).map { index in
        guard index % nth == 0 else { return self.step(index + 1, .agree) }
        return self.step(
          index + 1, .drift, differences: [Difference("$.x", .value, fake: "1", real: "2")],
          fake: .init(state: .met, answer: fake), real: .init(state: .met, answer: real))
      })
  }
}

extension JSONReport {
  var text: String {
    var text = ""
    self.write(to: &text)
    return text
  }
}

extension JUnitReport {
  var text: String {
    var text = ""
    self.write(to: &text)
    return text
  }
}
