import MockrecCore
import MockrecWire
import Synchronization
import Testing

@testable import MockrecEngine

@Suite struct VerifierTests {
  private static let contract = "GET {{api}}/a\n\nHTTP 200\n{\"n\": 1}\n"

  @Test(
    "one contract, both sides, every verdict and its exit status",
    arguments: [
      VerifyCase("both meet it", fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": 1}"], .agree, exit: 0),
      VerifyCase("the fake does not", fake: ["200 {\"n\": 2}"], real: ["200 {\"n\": 1}"], .drift, exit: 1),
      VerifyCase("the fake has an answer to nothing", fake: ["miss"], real: ["200 {\"n\": 1}"], .drift, exit: 1),
      VerifyCase("the fake is silent", fake: ["down"], real: ["200 {\"n\": 1}"], .drift, exit: 1),
      VerifyCase("the real does not", fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": 2}"], .broken, exit: 1),
      VerifyCase("neither does", fake: ["404 {}"], real: ["404 {}"], .broken, exit: 1),
      VerifyCase(
        "the real varies the value", fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": 5}", "200 {\"n\": 6}"], .agree,
        exit: 0),
      VerifyCase(
        "the real varies its status", fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": 1}", "500 {}"], .unstable, exit: 1),
      VerifyCase(
        "the real answers once", fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": 1}", "down"], .unstable, exit: 1),
      VerifyCase("the real is down", fake: ["200 {\"n\": 1}"], real: ["down"], .unreachable, exit: 69),
      VerifyCase(
        "more in the real", contract: "GET {{api}}/a\n\nHTTP 200\n", fake: ["200 {}"], real: ["200 {\"x\": 1}"], .drift,
        exit: 0),
      VerifyCase(
        "more in the real, and any drift is to fail", contract: "GET {{api}}/a\n\nHTTP 200\n", fake: ["200 {}"],
        real: ["200 {\"x\": 1}"], .drift, exit: 1, failOn: .any),
      VerifyCase(
        "less in the real", contract: "GET {{api}}/a\n\nHTTP 200\n", fake: ["200 {\"x\": 1}"], real: ["200 {}"], .drift,
        exit: 1),
      VerifyCase(
        "names in another order", contract: "GET {{api}}/a\n\nHTTP 200\n", fake: ["200 {\"x\": 1, \"y\": 2}"],
        real: ["200 {\"y\": 2, \"x\": 1}"], .agree, exit: 0, failOn: .any),
      VerifyCase("only the fake, which meets it", fake: ["200 {\"n\": 1}"], real: [], .agree, exit: 0, only: .fake),
      VerifyCase("only the fake, which does not", fake: ["200 {}"], real: [], .drift, exit: 1, only: .fake),
      VerifyCase("only the real, which meets it", fake: [], real: ["200 {\"n\": 1}"], .agree, exit: 0, only: .real),
      VerifyCase("only the real, which does not", fake: [], real: ["200 {}"], .broken, exit: 1, only: .real),
      VerifyCase(
        "recorded, and the real moved on", fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": 2}"], .drift, exit: 0,
        isRecorded: true),
      VerifyCase(
        "recorded, and the real has another type", fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": \"1\"}"], .drift,
        exit: 1,
        isRecorded: true),
      VerifyCase(
        "recorded, and the real varies", fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": 2}", "200 {\"n\": 3}"], .agree,
        exit: 0, isRecorded: true),
      VerifyCase(
        "recorded, and only the real asked", fake: [], real: ["200 {\"n\": 2}"], .drift, exit: 0, only: .real,
        isRecorded: true),
      VerifyCase(
        "recorded, and only the real asked, which has null", fake: [], real: ["200 {\"n\": null}"], .drift, exit: 1,
        only: .real, isRecorded: true),
      VerifyCase(
        "nothing expected", contract: "GET {{api}}/a\n\nHTTP *\n", fake: ["200 {}"], real: ["200 {}"], .agree, exit: 1),
      VerifyCase(
        "nothing expected, and that is fine", contract: "GET {{api}}/a\n\nHTTP *\n", fake: ["200 {}"], real: ["200 {}"],
        .agree, exit: 0, allowVacuous: true),
    ])
  func verdicts(_ test: VerifyCase) async throws {
    let report = try await test.run(default: Self.contract).report
    #expect(report.steps.map(\.verdict) == [test.verdict], "\(report.steps)")
    #expect(report.exitStatus == test.exit)
  }

  @Test("mockrec.yaml judges differences by their place")
  func rules() async throws {
    var test = VerifyCase(
      "", contract: "GET {{api}}/a\n\nHTTP 200\n", fake: ["200 {\"x\": 1, \"y\": 1}"], real: ["200 {\"x\": 2}"], .drift,
      exit: 1)
    test.settings.driftRules = [
      "api": [
        DriftRule(try .init("$.x"), kind: .value, .breaking), DriftRule(try .init("$.y"), .ignore),
      ]
    ]
    let report = try await test.run(default: "").report
    let step = report.units[0].steps[0]
    #expect(step.differences.map(\.path) == ["$.x"] && step.severity == .breaking && step.ignored == 1)
    test.settings.driftRules = ["api": [DriftRule(try .init("body"), .ignore)]]
    let other = try await test.run(default: "").report
    #expect(other.steps.map(\.verdict) == [.agree] && other.exitStatus == 0)
  }

  @Test("captures are kept apart a side, and requests are bound to their side")
  func captures() async throws {
    let contract = """
      POST {{api}}/items

      HTTP 201
      [Captures]
      id: jsonpath "$.id"
      [Asserts]
      jsonpath "$.id" isInteger

      GET {{api}}/items/{{id}}

      HTTP 200
      """
    let test = VerifyCase(
      "", contract: contract, fake: ["201 {\"id\": 1}", "200 {}"],
      real: ["201 {\"id\": 7}", "200 {}", "200 {}", "200 {}"], .agree, exit: 0)
    let (report, asked) = try await test.run(default: "")
    #expect(report.steps.map(\.verdict) == [.agree, .agree])
    // A POST is sent once, a GET as often as there are samples.
    #expect(
      asked == [
        "POST fake:/items", "POST real:/items", "GET fake:/items/1", "GET real:/items/7", "GET real:/items/7",
        "GET real:/items/7",
      ])
  }

  @Test("a capture that found nothing is what fails the steps after it, and they are not sent")
  func missingCapture() async throws {
    let contract = """
      GET {{api}}/a

      HTTP 200
      [Captures]
      id: jsonpath "$.id"

      GET {{api}}/{{id}}

      HTTP 200
      """
    let test = VerifyCase(
      "", contract: contract, fake: ["200 {\"id\": 1}", "200 {}"], real: ["200 {}", "200 {}", "200 {}"], .broken,
      exit: 1)
    let (report, asked) = try await test.run(default: "")
    #expect(report.steps.map(\.verdict) == [.broken, .broken])
    #expect(asked.filter { $0.hasPrefix("GET real") } == ["GET real:/a", "GET real:/a", "GET real:/a"])
    #expect(report.units[0].steps[1].real?.failures.first?.actual == "{{id}} is neither a service nor a variable")
  }

  @Test("a service that is down is asked once a contract")
  func down() async throws {
    let test = VerifyCase(
      "", contract: "GET {{api}}/a\n\nHTTP 200\n\nGET {{api}}/b\n\nHTTP 200\n", fake: ["200 {}", "200 {}"],
      real: ["down"],
      .unreachable, exit: 69)
    let (report, asked) = try await test.run(default: "")
    #expect(report.count(.unreachable) == 2)
    #expect(asked.filter { $0.contains("real") } == ["GET real:/a"])
    #expect(report.exitStatus == 69)
  }

  @Test("a contract that cannot be run is found before anything is asked")
  func problems() async throws {
    let test = VerifyCase(
      "", contract: "GET {{api}}/a\n\nHTTP 200\n\nGET {{ap}}/b\n\nHTTP 200\n[Asserts]\njsonpath \"$[\" exists\n",
      fake: [], real: [],
      .agree, exit: 0)
    let asked = Mutex<[String]>([])
    let error = await #expect(throws: Diagnostics.self) {
      _ = try await test.verifier(default: "", asked: { text in asked.withLock { $0.append(text) } }).run()
    }
    #expect(error?.list.map { $0.place?.position.line } == [5, 9])
    #expect(asked.withLock { $0.isEmpty })
  }

  @Test("a secret that the cassette holds as a pseudonym is no drift")
  func redacted() async throws {
    let pseudonym = String(decoding: Redactor().json(Array(#"{"token": "abc123"}"#.utf8)), as: UTF8.self)
    var test = VerifyCase(
      "", contract: "GET {{api}}/a\n\nHTTP 200\n", fake: ["200 \(pseudonym)"], real: ["200 {\"token\": \"abc123\"}"],
      .agree, exit: 0)
    #expect(try await test.run(default: "").report.steps.map(\.verdict) == [.drift])
    test.settings.comparable = { $1.redacted(with: Redactor()) }
    #expect(try await test.run(default: "").report.steps.map(\.verdict) == [.agree])
  }

  @Test("units run side by side, are reported in their order, and each gives back its fake")
  func units() async throws {
    let plan = try VerifyCase.plan(
      units: (0..<20).map { ("u\($0)", Self.contract) }, client: EchoClient(), isRecorded: false)
    let fakes = ScriptedFakes()
    let seen = Mutex<[Int]>([])
    let report = try await Verifier(plan, fakes: fakes) { event in
      if case .finished(_, let done, 20) = event { seen.withLock { $0.append(done) } }
    }.run()
    #expect(report.units.map(\.name) == (0..<20).map { "u\($0)" })
    #expect(report.exitStatus == 0)
    #expect(fakes.open.withLock { $0 } == 0)
    #expect(seen.withLock { $0.sorted() } == Array(1...20))
  }
}
