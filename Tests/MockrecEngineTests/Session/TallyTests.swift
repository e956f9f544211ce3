import Testing

@testable import MockrecEngine

@Suite struct TallyTests {
  private let whole = Tally()

  @Test("what one part allows is no miss of the whole, and counted apart; what another missed stays")
  func allowed() {
    let (one, other) = (Tally(partOf: self.whole), Tally(partOf: self.whole))
    for _ in 0..<3 { one.miss("GET /a", text: "a") }
    one.miss("GET /b", text: "b")
    other.miss("GET /b", text: "b")
    one.allowMisses()
    #expect(one.counts.missed == 0 && one.counts.allowed == 4 && one.misses.isEmpty)
    #expect(self.whole.counts.missed == 1 && self.whole.counts.allowed == 4)
    #expect(self.whole.misses.map(\.summary) == ["GET /b"] && self.whole.misses.map(\.count) == [1])
    #expect(other.counts.missed == 1 && other.misses.count == 1)
  }

  @Test("what is missed later is a miss again")
  func later() {
    let one = Tally(partOf: self.whole)
    one.miss("GET /a", text: "a")
    one.allowMisses()
    one.allowMisses()
    one.miss("GET /a", text: "a")
    #expect(one.counts.missed == 1 && self.whole.counts.missed == 1 && self.whole.counts.allowed == 1)
    #expect(self.whole.misses.map(\.count) == [1])
  }

  @Test("what was forgotten before is allowed, too, as is what is not kept word for word")
  func forgotten() {
    let one = Tally(partOf: self.whole)
    for number in 0..<250 {
      one.miss("GET /\(number % 150)", text: "text")
      if number == 200 { one.forgetMisses() }
    }
    #expect(one.counts.missed == 250 && self.whole.counts.missed == 250)
    one.allowMisses()
    #expect(self.whole.counts.missed == 0 && self.whole.counts.allowed == 250)
    #expect(self.whole.misses.isEmpty)
  }
}
