import Testing

@testable import MockrecCore

@Suite("When a rule fires")
struct FaultWhenTests {
  /// The occurrences, of the first 12, for which it fires.
  private func fired(_ when: FaultWhen, seed: UInt64 = 1) -> [Int] {
    (1...12).filter { occurrence in
      var draw = FaultDraw(seed: seed, overlay: "o", rule: 1, key: 7, occurrence: occurrence)
      return when.fires(occurrence: occurrence, elapsed: .seconds(15), &draw)
    }
  }

  private func when(_ fields: [(String, OverlayNode.Content)]) throws -> FaultWhen {
    try FaultWhen(node(.mapping(fields.map { (key: node(.text($0.0)), value: node($0.1)) })))
  }

  private func node(_ content: OverlayNode.Content) -> OverlayNode {
    OverlayNode(content, at: Diagnostic.Place(file: "o.yaml", line: 1, column: 1, text: ""))
  }

  private func list(_ texts: String...) -> OverlayNode.Content { .list(texts.map { node(.text($0)) }) }

  @Test("each condition, and all of several")
  func conditions() throws {
    #expect(fired(FaultWhen()) == Array(1...12))
    #expect(try fired(when([("calls", list("2", "5"))])) == [2, 5])
    #expect(try fired(when([("first", .text("3"))])) == [1, 2, 3])
    #expect(try fired(when([("after", .text("9"))])) == [10, 11, 12])
    #expect(try fired(when([("after", .text("3")), ("for", .text("2"))])) == [4, 5])
    #expect(try fired(when([("every", .text("4"))])) == [4, 8, 12])
    #expect(try fired(when([("every", .text("3")), ("after", .text("5")), ("first", .text("9"))])) == [6, 9])
    #expect(try fired(when([("between", list("10s", "20s"))])).count == 12)
    #expect(try fired(when([("between", list("15001ms", "20s"))])) == [])
    #expect(try fired(when([("probability", .text("1"))])).count == 12)
  }

  @Test("a probability is met, decision by decision the same for one seed, and others for another")
  func probability() throws {
    let when = try when([("probability", .text("0.3"))])
    let fires = (0..<20_000).filter { key in
      var draw = FaultDraw(seed: 5, overlay: "o", rule: 2, key: UInt64(key), occurrence: 1)
      return when.fires(occurrence: 1, elapsed: .zero, &draw)
    }
    #expect(abs(fires.count - 6000) < 200)
    #expect(fired(when, seed: 3) == fired(when, seed: 3))
    #expect(Set((0..<50).map { fired(when, seed: $0) }).count > 40)
    let active = (0..<4000).filter { seed in
      var when = FaultWhen()
      when.activate = 0.25
      return when.isActive(seed: UInt64(seed), overlay: "o", rule: 1)
    }
    #expect(abs(active.count - 1000) < 120)
  }

  @Test(
    "what can never fire is refused",
    arguments: [
      [("probability", "0")], [("activate", "0")], [("first", "2"), ("after", "2")], [("calls", "3"), ("every", "2")],
      [("calls", "3"), ("first", "2")], [("after", "4"), ("for", "1"), ("every", "3")], [("for", "3")],
      [("probability", "1.5")], [("probability", "-0.1")], [("calls", "0")], [("first", "x")], [("sometimes", "1")],
    ])
  func never(fields: [(String, String)]) {
    #expect(throws: Diagnostic.self) { try when(fields.map { ($0.0, .text($0.1)) }) }
  }
}

@Suite("Latencies")
struct LatencyTests {
  private func samples(_ latency: Latency) -> [Double] {
    (0..<20_000).map { number in
      var draw = FaultDraw(seed: 9, overlay: "o", rule: 1, key: UInt64(number), occurrence: 1)
      return latency.sample(&draw).seconds * 1000
    }
    .sorted()
  }

  @Test("each distribution has its quantiles")
  func quantiles() {
    func close(_ value: Double, _ wanted: Double) -> Bool { abs(value - wanted) <= 0.04 * wanted }
    #expect(samples(Latency(.fixed(.milliseconds(20)))).allSatisfy { $0 == 20 })
    let uniform = samples(Latency(.uniform(.milliseconds(10), .milliseconds(30))))
    #expect(uniform[0] >= 10 && uniform[19_999] <= 30 && close(uniform[10_000], 20) && close(uniform[15_000], 25))
    let normal = samples(Latency(.normal(mean: .milliseconds(100), deviation: .milliseconds(10))))
    #expect(close(normal[10_000], 100) && close(normal[16_827], 110) && close(normal[3173], 90))
    let logNormal = samples(Latency(.logNormal(median: .milliseconds(50), sigma: 0.5)))
    #expect(close(logNormal[10_000], 50) && close(logNormal[16_827], 50 * 1.6487))
    let pareto = samples(Latency(.pareto(minimum: .milliseconds(10), shape: 2)))
    #expect(pareto[0] >= 10 && close(pareto[10_000], 10 * 2.0.squareRoot()) && close(pareto[15_000], 20))
    let jitter = samples(Latency(.fixed(.milliseconds(20)), jitter: .milliseconds(5)))
    #expect(jitter[0] >= 15 && jitter[19_999] <= 25 && close(jitter[10_000], 20))
  }

  @Test("none is negative, and none is for ever")
  func bounds() {
    let wide = samples(Latency(.normal(mean: .milliseconds(1), deviation: .seconds(1))))
    #expect(wide[0] == 0)
    let endless = samples(Latency(.pareto(minimum: .seconds(3600), shape: 0.1)))
    #expect(endless.allSatisfy { $0 == 3_600_000 })
  }
}

@Suite("Patterns of texts")
struct TextPatternTests {
  @Test(
    "stars, question marks and escapes",
    arguments: [
      ("", "", true), ("", "a", false), ("abc", "abc", true), ("abc", "abcd", false), ("*", "", true),
      ("*", "xyz", true),
      ("a*c", "abbbc", true), ("a*c", "abbb", false), ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "aüc", true),
      ("*a*b", "xxaxxb", true), ("*a*b", "xxbxxa", false), ("a\\*", "a*", true), ("a\\*", "ab", false),
      ("session:*", "session:42", true), ("**", "anything", true),
    ])
  func matches(pattern: String, text: String, matches: Bool) {
    #expect(TextPattern(pattern).matches(text) == matches)
  }

  @Test("a pattern of many stars takes no time")
  func bounded() {
    let pattern = TextPattern(String(repeating: "*a", count: 200) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 20_000)))
  }
}
