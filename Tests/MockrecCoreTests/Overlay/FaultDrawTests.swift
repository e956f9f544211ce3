import MockrecCore
import Testing

@Suite("What an overlay draws")
struct FaultDrawTests {
  @Test("places are different ones, as many as there are", arguments: 0..<50)
  func places(seed: UInt64) {
    var draw = FaultDraw(seed: seed, overlay: "o", rule: 1)
    for (count, total) in [(0, 5), (1, 1), (3, 0), (5, 5), (9, 5), (7, 100), (99, 100)] {
      let places = draw.places(count, of: total)
      #expect(places.count == min(count, total) && Set(places).count == places.count)
      #expect(places.allSatisfy { (0..<total).contains($0) })
    }
  }

  @Test("every place is drawn as often as any other")
  func fair() {
    var draw = FaultDraw(seed: 1, overlay: "o", rule: 1)
    var counts = [Int](repeating: 0, count: 8)
    for _ in 0..<8000 { for place in draw.places(3, of: 8) { counts[place] += 1 } }
    #expect(counts.allSatisfy { abs($0 - 3000) < 250 }, "\(counts)")
  }
}
