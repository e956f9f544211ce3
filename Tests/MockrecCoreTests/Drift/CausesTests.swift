import Testing

@testable import MockrecCore

@Suite struct CausesTests {
  private func report(_ steps: [(line: Int, service: String, differences: [Difference])]) -> VerifyReport {
    VerifyReport(
      seed: 1, started: "", duration: .zero, samples: 1, services: [],
      units: [
        .init(
          name: "u",
          steps: steps.map { step in
            .init(
              place: Diagnostic.Place(file: "u.hurl", line: step.line, column: 1, text: ""), summary: "GET /",
              service: step.service, isRecorded: true, verdict: .drift, fake: nil, real: nil,
              differences: step.differences, noise: [], expectations: 1)
          })
      ])
  }

  @Test("differences of one kind at one path of one service are one cause, the worst first")
  func causes() {
    let price = { (index: Int) in Difference("$.items[\(index)].price", .value, fake: "1", real: "2") }
    let gone = Difference("$.total", .fieldRemoved, fake: "1", real: nil)
    let report = self.report([
      (1, "shop", [price(0), price(3)]), (5, "shop", [price(0), gone]), (9, "users", [price(0)]),
    ])
    #expect(report.causes.map(\.path) == ["$.total", "$.items[*].price", "$.items[*].price"])
    #expect(report.causes.map(\.count) == [1, 3, 1])
    #expect(report.causes[1].places.map(\.position.line) == [1, 5])
    #expect(report.causes[1].service == "shop" && report.causes[2].service == "users")
    #expect(report.causes[0].severity == .breaking)
  }

  @Test(
    "a rule is meant for its place and what is in it",
    arguments: [
      ("$.a", "$.a", true), ("$.a", "$.a.b[0]", true), ("$.a", "$.ab", false), ("$.a", "$", false),
      ("$.items[*].price", "$.items[7].price", true), ("$.items[*].price", "$.items[7].cost", false),
      ("$.items[0]", "$.items[1]", false), ("$..price", "$.a[3].b.price.x", true), ("$..price", "$.a", false),
      ("$['a','b']", "$.b", true), ("$", "$.x", true), ("$", "status", false), ("status", "status", true),
      ("body", "$.x", true), ("body", "body line 3", true), ("body", "header X", false),
      ("header etag", "header ETag", true), ("header etag", "header ETags", false),
      ("/L/I", "/L/I[3]/Key", true), ("/L/I", "/L/It", false), ("/L/I[2]", "/L/I[2]", true),
    ])
  func places(rule: String, path: String, applies: Bool) throws {
    let difference = Difference(path, .value, fake: nil, real: nil)
    #expect(DriftRule(try .init(rule), .ignore).applies(to: difference) == applies)
    #expect(!DriftRule(try .init(rule), kind: .type, .ignore).applies(to: difference))
  }

  @Test("what is no place is refused", arguments: ["", "$[", "$[1:2]", "$[?@.a]", "$[-1]", "header ", "foo", "/"])
  func refused(text: String) {
    #expect(throws: DriftRule.Place.Problem.self) { _ = try DriftRule.Place(text) }
  }

  @Test("the first rule that applies counts")
  func first() throws {
    let rules = [
      DriftRule(try .init("$.a"), kind: .type, .cosmetic), DriftRule(try .init("$.a"), .breaking),
      DriftRule(try .init("$"), .ignore),
    ]
    let judged = rules.judge([
      Difference("$.a", .type, fake: nil, real: nil), Difference("$.a", .value, fake: nil, real: nil),
      Difference("$.b", .value, fake: nil, real: nil), Difference("status", .statusClass, fake: nil, real: nil),
    ])
    #expect(judged.differences.map(\.severity) == [.cosmetic, .breaking, .breaking] && judged.ignored == 1)
  }
}
