import MockrecCore
import Testing

@testable import MockrecKit

@Suite("A sweep's reports")
struct SweepReportTests {
  private static func report(_ cells: [SweepReport.Outcome], interrupted: Bool = false) -> SweepReport {
    SweepReport(
      seed: 7, command: "run <b>", baseline: .milliseconds(5), faults: cells.indices.map { "f\($0)" },
      rows: [
        .init(
          service: "web", entry: "a.hurl", request: "GET /<script>alert(1)</script>?\"&",
          cells: cells.enumerated().map { index, outcome in
            .init(
              fault: "f\(index)", outcome: outcome, overlay: "o.yaml", again: "mockrec replay <x>",
              output: "</pre><script>")
          })
      ], wasInterrupted: interrupted)
  }

  @Test("what fails a sweep")
  func status() {
    #expect(Self.report([.survived, .notFired, .impossible]).exitStatus == 0)
    #expect(Self.report([.survived, .failed(3)]).exitStatus == 1)
    #expect(Self.report([.survived, .timedOut]).exitStatus == 1)
    #expect(Self.report([.notFired, .impossible]).exitStatus == 1, "nothing was checked")
    #expect(Self.report([.survived, .notRun], interrupted: true).exitStatus == 1)
  }

  @Test("the terminal's matrix has a column a fault, and says what was not survived")
  func terminal() {
    let text = SweepText(Self.report([.survived, .failed(3), .timedOut, .notFired, .impossible]), columns: 200).text
    #expect(text.contains("f0  f1      f2       f3  f4"), "\(text)")
    #expect(text.contains("ok  exit 3  timeout  .   -"), "\(text)")
    #expect(text.contains("survived 1, failed 1, timed out 1, not fired 1\n"), "\(text)")
    #expect(text.contains("f1: exit status 3 after") && text.contains("    mockrec replay <x>\n"), "\(text)")
    let narrow = SweepText(Self.report([.survived]), columns: 20).text.split(separator: "\n")
    #expect(narrow.dropFirst().prefix(2).allSatisfy { $0.count <= 40 }, "\(narrow)")
  }

  @Test("no text of a peer or a command is markup in the HTML")
  func html() {
    let text = SweepHTML(Self.report([.survived, .failed(3)]), version: "0").text
    #expect(!text.contains("<script") && !text.contains("run <b>") && !text.contains("replay <x>"))
    #expect(text.contains("&lt;script&gt;alert(1)") && text.contains("<a href=\"#c0-1\">exit 3</a>"))
    #expect(text.contains("default-src 'none'"))
  }

  @Test("the JSON has a cell for each fault, and the status of one that failed")
  func json() throws {
    let json = try JSON.parse(SweepJSON(Self.report([.survived, .failed(3)])).text)
    let cells = try #require(json["exchanges"]?.array?.first?["cells"]?.array)
    #expect(cells.map { $0["outcome"]?.string } == ["survived", "failed"])
    #expect(cells.map { $0["status"]?.number?.text } == [nil, "3"])
    #expect(json["counts"]?["survived"]?.number?.text == "1" && json["exit_status"]?.number?.text == "1")
  }

  @Test(
    "kinds of faults are read",
    arguments: [
      ("503", "fault: {status: 503}", "http"), ("latency", "fault: {latency: 1s}", nil),
      ("latency=20ms", "fault: {latency: 20ms}", nil), ("redis/oom", "recipe: redis/oom", "redis"),
      ("close-early", "fault: {close-early: }", nil),
    ] as [(String, String, String?)])
  func faults(name: String, rule: String, wire: String?) throws {
    let fault = try SweepFault(name)
    #expect(fault.rule == rule && fault.wire == wire)
    _ = try OverlayFile.parse("rules:\n  - \(rule)\n", path: "a.yaml")
  }

  @Test("one that there is not is told with the nearest", arguments: ["hag", "latency=soon", "99", "redis/oon"])
  func unknown(name: String) {
    let failure = #expect(throws: Failure.self) { try SweepFault(name) }
    #expect(failure?.exitStatus == ExitStatus.usage)
  }
}
