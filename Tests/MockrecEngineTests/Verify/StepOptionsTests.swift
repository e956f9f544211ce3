import MockrecCore
import MockrecWire
import Synchronization
import Testing

@testable import MockrecEngine

@Suite("how often, when and by whom an entry is asked")
struct StepOptionsTests {
  /// Runs a contract with two samples a safe request, and what is waited for counted instead.
  private func run(
    _ contract: String, fake: [String] = [], real: [String], only: VerifyReport.Only? = .real
  ) async throws -> (report: VerifyReport, asked: [String], waited: [Duration]) {
    let waited = Mutex<[Duration]>([])
    var test = VerifyCase("", contract: contract, fake: fake, real: real, .agree, exit: 0, only: only)
    test.settings.samples = 2
    test.settings.sleep = { duration in waited.withLock { $0.append(duration) } }
    let (report, asked) = try await test.run(default: "")
    return (report, asked, waited.withLock { $0 })
  }

  @Test("a retry asks again until the contract is met, waiting in between")
  func retry() async throws {
    let contract = "POST {{api}}/a\n[Options]\nretry: 5\nretry-interval: 2s\n\nHTTP 200\n{\"n\": 3}\n"
    let found = try await self.run(contract, real: ["200 {\"n\": 1}", "down", "200 {\"n\": 3}", "200 {\"n\": 4}"])
    #expect(found.report.steps.map(\.verdict) == [.agree])
    #expect(found.asked.count == 3 && found.waited == [.seconds(2), .seconds(2)])
  }

  @Test("retries come to an end, and the last answer is judged; of what cannot be reached, too")
  func retriesEnd() async throws {
    let contract = "POST {{api}}/a\n[Options]\nretry: 2\n\nHTTP 200\n{\"n\": 3}\n"
    let wrong = try await self.run(contract, real: ["200 {\"n\": 1}", "200 {\"n\": 2}", "200 {\"n\": 9}"])
    #expect(wrong.report.steps.map(\.verdict) == [.broken] && wrong.asked.count == 3)
    #expect(wrong.report.steps.first?.real?.failures.first?.actual == "9")
    let down = try await self.run(contract, real: ["down"])
    #expect(down.report.steps.map(\.verdict) == [.unreachable] && down.asked.count == 3)
  }

  @Test("a fake is retried in its order, and never waited for")
  func retriedFake() async throws {
    let contract = "POST {{api}}/a\n[Options]\nretry: -1\ndelay: 100\n\nHTTP 200\n{\"n\": 2}\n"
    let found = try await self.run(
      contract, fake: ["200 {\"n\": 1}", "200 {\"n\": 2}"], real: ["200 {\"n\": 2}"], only: nil)
    #expect(found.report.steps.map(\.verdict) == [.agree], "\(found.report.steps)")
    #expect(found.asked.count == 3 && found.waited == [.milliseconds(100)])
  }

  @Test("an entry is repeated with what the time before has captured, or skipped")
  func repeats() async throws {
    let contract = """
      GET {{api}}/{{at}}
      [Options]
      repeat: {{times}}

      HTTP 200
      [Captures]
      at: jsonpath "$.n"

      GET {{api}}/never
      [Options]
      skip: true

      HTTP 500

      GET {{api}}/neither
      [Options]
      repeat: 0

      HTTP 500
      """
    var test = VerifyCase(
      "", contract: contract, fake: [], real: ["200 {\"n\": 1}", "200 {\"n\": 2}"], .agree, exit: 0)
    test.settings.only = .real
    test.settings.samples = 1
    test.settings.variables = ["at": .text("start"), "times": .init(written: "3")]
    let (report, asked) = try await test.run(default: "")
    #expect(asked == ["GET real:/start", "GET real:/1", "GET real:/2"])
    #expect(report.steps.count == 3 && report.exitStatus == 0)
  }

  @Test("marks say who is asked, what is judged and what may be sampled")
  func marks() async throws {
    let contract = """
      # @setup
      POST {{api}}/setup

      HTTP 500
      [Captures]
      id: jsonpath "$.n"

      # @only real
      GET {{api}}/real/{{id}}

      HTTP 200

      # @only fake
      GET {{api}}/fake/{{id}}

      HTTP 200

      # @unsafe
      GET {{api}}/once

      HTTP 200

      # @safe
      POST {{api}}/twice

      HTTP 200

      # @teardown
      DELETE {{api}}/{{id}}
      """
    let found = try await self.run(contract, fake: ["200 {\"n\": 1}"], real: ["200 {\"n\": 1}"], only: nil)
    #expect(
      found.asked == [
        "POST fake:/setup", "POST real:/setup", "GET real:/real/1", "GET real:/real/1", "GET fake:/fake/1",
        "GET fake:/once", "GET real:/once", "POST fake:/twice", "POST real:/twice", "POST real:/twice",
        "DELETE fake:/1",
        "DELETE real:/1",
      ])
    #expect(found.report.steps.map(\.verdict) == [.agree, .agree, .agree, .agree], "\(found.report.steps)")
    let alone = try await self.run(contract, real: ["200 {\"n\": 1}"])
    #expect(!alone.asked.contains { $0.contains("/fake/") } && alone.report.steps.count == 3)
  }

  @Test("a setup that gives no answer is told")
  func brokenSetup() async throws {
    let found = try await self.run("# @setup\nPOST {{api}}/setup\n\nGET {{api}}/a\n\nHTTP 200\n", real: ["down"])
    #expect(found.report.steps.map(\.verdict) == [.unreachable, .unreachable])
  }

  @Test("what names no service is asked of the real one alone")
  func noService() async throws {
    let found = try await self.run("GET elsewhere:/a\n\nHTTP 200\n", fake: ["down"], real: ["200 {}"], only: nil)
    #expect(found.asked == ["GET elsewhere:/a", "GET elsewhere:/a"] && found.report.exitStatus == 0)
    let two = try await self.run(
      "GET a:/\n\nHTTP 200\n\nGET b:/\n\nHTTP 200\n", real: ["down", "200 {}"], only: nil)
    #expect(two.report.steps.map(\.verdict) == [.unreachable, .agree], "one that is down says nothing of another")
  }

  @Test("a variable is defined for its entry and those behind it, and one function gives both sides one value")
  func variables() async throws {
    let contract = """
      GET {{api}}/{{a}}/{{newUuid}}
      [Options]
      variable: a={{b}}1
      variable: b={{b}}{{b}}

      HTTP *

      GET {{api}}/{{a}}

      HTTP 200
      [Asserts]
      variable "n" == 7
      variable "b" == "xx"
      """
    var test = VerifyCase("", contract: contract, fake: ["200 {}"], real: ["200 {}"], .agree, exit: 0)
    test.settings.samples = 1
    test.settings.variables = ["b": .text("x"), "n": .init(written: "7")]
    let (report, asked) = try await test.run(default: "")
    #expect(report.steps.map(\.verdict) == [.agree, .agree], "\(report.steps)")
    #expect(asked.count == 4 && asked[0].dropFirst("GET fake:".count) == asked[1].dropFirst("GET real:".count))
    #expect(asked[0].hasPrefix("GET fake:/x1/") && asked[2] == "GET fake:/x1")
    let (_, again) = try await test.run(default: "")
    #expect(again == asked, "the same seed makes the same requests")
  }

  @Test(
    "an option or a mark that means nothing stops the run before it begins",
    arguments: [
      ("retry: often", "the option retry takes"), ("delay: 5 parsecs", "the option delay takes"),
      ("repeat: -1", "the option repeat takes"), ("skip: perhaps", "the option skip takes"),
      ("insecure: true", "the option insecure means nothing to GET"),
    ])
  func wrong(option: String, words: String) async throws {
    let error = try await #require(throws: Diagnostics.self) {
      try await self.run("GET {{api}}/a\n[Options]\n\(option)\n\nHTTP 200\n", real: ["200 {}"])
    }
    #expect("\(error)".contains(words))
    await #expect(throws: Diagnostics.self) {
      try await self.run("# @only rael\nGET {{api}}/a\n\nHTTP 200\n", real: ["200 {}"])
    }
  }
}
