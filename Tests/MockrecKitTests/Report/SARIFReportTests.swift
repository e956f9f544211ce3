import MockrecCore
import Testing

@testable import MockrecKit

@Suite("The report as SARIF")
struct SARIFReportTests {
  private static func run(_ report: VerifyReport) throws -> JSON {
    let text = SARIFReport(report, version: "1.2.3", redact: HostileReport.hide).text
    #expect(!text.contains("hunter2") && !text.contains("captured-secret") && !text.contains("\\u001b"))
    return try #require(try JSON.parse(text)["runs"]?[0])
  }

  @Test("a result a finding, at its own line where that is known, else at the request's")
  func places() throws {
    let results = try #require(try Self.run(HostileReport.report())["results"]?.array)
    let region = { (index: Int) in results[index]["locations"]?[0]?["physicalLocation"]?["region"] }
    #expect(results.count == 7)
    #expect(region(0) == ["startLine": 9, "startColumn": 3])
    #expect(region(1) == ["startLine": 2, "startColumn": 1])
    #expect(region(4) == ["startLine": 24, "startColumn": 1])
    #expect(
      results[0]["locations"]?[0]?["physicalLocation"]?["artifactLocation"]
        == ["uri": "cassettes/users/get%20users-1.hurl", "uriBaseId": "SRCROOT"])
  }

  @Test("rules by kind, levels by severity and verdict")
  func levels() throws {
    let run = try Self.run(HostileReport.report())
    let results = try #require(run["results"]?.array)
    #expect(
      results.map { $0["ruleId"]?.string }
        == ["value", "value", "field-removed", "header", "expectation", "unstable", "unreachable"])
    #expect(
      results.map { $0["level"]?.string } == ["warning", "warning", "error", "note", "error", "error", "warning"])
    let rules = try #require(run["tool"]?["driver"]?["rules"]?.array)
    for result in results {
      let index = try #require(result["ruleIndex"]?.number.flatMap { Int($0.text) })
      #expect(rules[index]["id"] == result["ruleId"])
    }
    #expect(Set(rules.compactMap { $0["id"]?.string }).count == rules.count)
    #expect(run["invocations"]?[0]?["exitCode"] == 1)
  }

  @Test("a finding keeps its fingerprint when its line moves")
  func fingerprints() throws {
    var moved = HostileReport.steps
    moved[1].place.position.line += 40
    moved[1].places = [:]
    let prints = { (report: VerifyReport) in
      try Self.run(report)["results"]?.array?.map { $0["partialFingerprints"]?["mockrecFinding/v1"]?.string }
    }
    let before = try prints(HostileReport.report())
    #expect(try before == prints(HostileReport.report(moved)))
    #expect(Set(before ?? []).count == 7)
  }

  @Test("of too many results the worst are kept, in their order, and the log says how many are not")
  func bounded() throws {
    var steps = (1...SARIFReport.maximumResults + 10).map {
      HostileReport.step($0, .drift, differences: [Difference("$.a", .value, fake: "1", real: "2")])
    }
    steps[5008].differences = [Difference("$.b", .fieldRemoved, fake: "1", real: nil)]
    let run = try Self.run(HostileReport.report(steps))
    let results = try #require(run["results"]?.array)
    #expect(results.count == SARIFReport.maximumResults)
    #expect(results.last?["ruleId"] == "field-removed")
    let note = run["invocations"]?[0]?["toolExecutionNotifications"]?[0]?["message"]?["text"]?.string
    #expect(note?.hasPrefix("10 more results are left out") == true)
  }

  @Test("a file outside the folder has a whole URI")
  func absolute() throws {
    var steps = [HostileReport.steps[3]]
    steps[0].place.file = "/srv/ü.hurl"
    let results = try #require(try Self.run(HostileReport.report(steps))["results"]?.array)
    #expect(
      results[0]["locations"]?[0]?["physicalLocation"]?["artifactLocation"] == ["uri": "file:///srv/%C3%BC.hurl"])
  }
}
