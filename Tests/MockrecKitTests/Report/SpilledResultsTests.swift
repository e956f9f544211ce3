import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import Testing

@testable import MockrecKit

@Suite("Results on disk")
struct SpilledResultsTests {
  private let folder = FileManager.default.temporaryDirectory.path

  /// Every verdict, and every member that a step can have.
  private static var units: [VerifyReport.Unit] {
    var steps = HostileReport.steps
    steps[2].ignored = 3
    steps[2].service = nil
    steps[3].fake = nil
    steps[2].real?.failures.append(
      ExpectationFailure(
        "", at: HostileReport.place(1 << 40, column: -1), expected: "", actual: "\u{1F600}", isLiteral: true,
        change: .type)
    )
    return [VerifyReport.Unit(name: "", steps: [])] + steps.map { .init(name: $0.place.file, steps: [$0, $0]) }
  }

  @Test("are read as they were added, in the plan's order, whatever order they came in")
  func roundTrip() throws {
    let results = try SpilledResults(in: self.folder)
    for (index, unit) in Self.units.enumerated().reversed() { try results.add(unit, at: index) }
    let read = results.units()
    #expect(read.map { "\($0)" } == Self.units.map { "\($0)" })
    #expect(results.problem == nil)
  }

  @Test("make the same reports as results in memory")
  func reports() throws {
    let results = try SpilledResults(in: self.folder)
    for (index, unit) in Self.units.enumerated() { try results.add(unit, at: index) }
    let texts = [VerifyReport.Units(Self.units), results.units()].map { units in
      let report = HostileReport.report(units: units)
      return [
        JSONReport(report, redact: HostileReport.hide).text, JUnitReport(report, redact: HostileReport.hide).text,
        SARIFReport(report, version: "1", redact: HostileReport.hide).text,
        MarkdownReport(report, redact: HostileReport.hide).text,
        HTMLReport(report, version: "1", redact: HostileReport.hide).text,
        TerminalReport(report, color: true, columns: 120, redact: HostileReport.hide).text,
      ]
    }
    #expect(texts[0] == texts[1])
  }

  @Test("cut off anywhere, are no unit")
  func cut() throws {
    for unit in Self.units {
      let bytes = ResultWriter.bytes(of: unit)
      for count in 0..<bytes.count {
        var reader = ResultReader(Array(bytes[..<count]))
        #expect(reader.unit() == nil, "\(count) of \(bytes.count) bytes")
      }
    }
  }

  @Test("where there is no folder, the run ends with the reason")
  func noFolder() {
    #expect(throws: StoreError.self) { try SpilledResults(in: "/nowhere/at/all") }
  }
}
