import Testing

@testable import MockrecCore

@Suite("Times and distributions in one line")
struct FlowTextTests {
  private func latency(_ value: String) throws -> Latency {
    let source = SourceText(name: "a.hurl", text: "GET {{a}}/\n# @delay \(value)\nHTTP 200\n")
    let mark = Mark("delay", value)
    return try Latency(mark.node("a time", in: source, before: source.bytes.count), "@delay")
  }

  @Test(
    "the words of overlays, with outer braces or without",
    arguments: [
      ("250ms", Latency(.fixed(.milliseconds(250)))),
      ("  2s", Latency(.fixed(.seconds(2)))),
      ("fixed: 1s, jitter: 100ms", Latency(.fixed(.seconds(1)), jitter: .milliseconds(100))),
      ("uniform: [10ms, 50ms]", Latency(.uniform(.milliseconds(10), .milliseconds(50)))),
      ("{ uniform : [10ms,50ms] }", Latency(.uniform(.milliseconds(10), .milliseconds(50)))),
      (
        "normal: {mean: 1s, deviation: 20ms}",
        Latency(.normal(mean: .seconds(1), deviation: .milliseconds(20)))
      ),
      ("log-normal: {median: 90ms, sigma: 0.5}", Latency(.logNormal(median: .milliseconds(90), sigma: 0.5))),
      ("pareto: {minimum: 5ms, shape: 2}", Latency(.pareto(minimum: .milliseconds(5), shape: 2))),
    ])
  func words(text: String, wanted: Latency) throws { #expect(try self.latency(text) == wanted) }

  @Test(
    "what is none is told at its place",
    arguments: [
      ("", 2, 10), ("soon", 2, 10), ("250", 2, 10), ("uniform: [10ms, 5ms]", 2, 19), ("uniform: [10ms", 2, 24),
      ("uniform [10ms, 20ms]", 2, 18), ("unifrom: [10ms, 20ms]", 2, 10), ("{normal: {mean: 1s}}", 2, 19),
      ("1s 2s", 2, 10), ("uniform: [,]", 2, 20), ("25h", 2, 10), ("61m", 2, 10), ("uniform: [1m, 61m]", 2, 24),
      ("[[[[[[[[[[1s]]]]]]]]]]", 2, 18), ("a: 1s, b", 2, 18),
    ])
  func wrong(text: String, line: Int, column: Int) {
    #expect {
      try self.latency(text)
    } throws: { error in
      let place = (error as? Diagnostic)?.place
      return place?.file == "a.hurl" && place?.position.line == line && place?.position.column == column
    }
  }
}
