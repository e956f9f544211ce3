import MockrecCore
import Testing

@testable import MockrecKit

@Suite("What the history keeps of a run")
struct VerifyFindingsTests {
  /// Two cassettes of three steps each, of which the second and third drift in two places.
  private static var report: VerifyReport {
    let differences = ["$.a", "$.b"].map { Difference($0, .value, fake: "1", real: "2") }
    return HostileReport.report(
      units: .init(
        ["users", "items"].flatMap { name in
          (1...3).map { line in
            var step = HostileReport.step(line, line == 1 ? .agree : .drift, differences: line == 1 ? [] : differences)
            step.place.file = "cassettes/\(name)/a.hurl"
            return VerifyReport.Unit(name: step.place.file, steps: [step])
          }
        }))
  }

  @Test("is every finding, and the scopes that were asked")
  func all() {
    let found = VerifyFindings(report: Self.report, hide: HostileReport.hide)
    #expect(Array(found.list).map(\.contract).filter { $0.hasSuffix("users/a.hurl:2") }.count == 2)
    #expect(Array(found.list).count == 8 && found.leftOut == 0)
    #expect(found.checked == ["cassettes/users", "cassettes/items"])
  }

  @Test("of too many the first, and a scope that is cut is not taken for asked: what is left out is not gone")
  func cut() {
    let found = VerifyFindings(report: Self.report, limit: 9, hide: HostileReport.hide)
    #expect(Array(found.list).count == 6 && found.leftOut == 1)
    #expect(found.checked == ["cassettes/users"])
  }
}
