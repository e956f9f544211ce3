/// What one decision of an overlay is made from, and the random numbers that come of it.
///
/// The same words give the same numbers in every run, on every machine, in whatever order requests come: nothing is
/// remembered from one decision to the next.
package struct FaultDraw: Sendable, RandomNumberGenerator {
  private var dice: Dice

  /// - Parameters:
  ///   - rule: The rule's number in its overlay, from 1.
  ///   - key: A hash of the request's match key; 0 for what is decided once for all requests.
  ///   - occurrence: Which request of this key it is, among those that the rule matches, from 1; 0 for all of them.
  package init(seed: UInt64, overlay: String, rule: Int, key: UInt64 = 0, occurrence: Int = 0) {
    var hash = FNV1a()
    hash.append(overlay.utf8)
    for word in [seed, UInt64(rule), key, UInt64(occurrence)] {
      withUnsafeBytes(of: word.littleEndian) { hash.append($0) }
    }
    self.dice = Dice(seed: hash.value)
  }

  package mutating func next() -> UInt64 { self.dice.next() }

  /// So many different numbers from 0 up to `total`, `total` left out; all of them where there are fewer.
  package mutating func places(_ count: Int, of total: Int) -> [Int] {
    var places: [Int] = []
    // The first steps of a shuffle, of which only what was moved is noted.
    var moved: [Int: Int] = [:]
    for index in 0..<max(0, min(count, total)) {
      let other = index + Int(self.next() % UInt64(total - index))
      places.append(moved[other] ?? other)
      moved[other] = moved[index] ?? index
    }
    return places
  }

  /// A number from 0 up to 1, 1 left out, with 53 random bits.
  package mutating func unit() -> Double { Double(self.next() >> 11) * 0x1p-53 }
}
