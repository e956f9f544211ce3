/// A sorted set: members by score, then by their bytes.
package final class SortedSetValue {
  package let scores: OrderedTable<Double>
  package let order: SortedSetOrder
  /// Whether Redis would still hold this as a listpack: it does not go back to one.
  package private(set) var isSmall = true

  package init() {
    self.scores = OrderedTable()
    self.order = SortedSetOrder()
  }

  private init(_ scores: OrderedTable<Double>, _ order: SortedSetOrder, isSmall: Bool) {
    self.scores = scores
    self.order = order
    self.isSmall = isSmall
  }

  package var count: Int { self.order.count }

  package var encoding: StaticString { self.isSmall ? "listpack" : "skiplist" }

  package func score(of member: RedisBytes) -> Double? { self.scores[member] }

  /// The rank from the lowest score, from 0.
  package func rank(of member: RedisBytes) -> Int? {
    guard let score = self.scores[member] else { return nil }
    return self.order.rank(of: SortedSetOrder.Entry(score: score, member: member))
  }

  /// Adds a member or gives it another score, which is no NaN. Returns whether the member is new.
  @discardableResult
  package func set(_ member: RedisBytes, _ score: Double, limits: EncodingLimits) -> Bool {
    if let place = self.scores.find(member) {
      self.change(place, member, to: score)
      return false
    }
    self.append(member, score, limits: limits)
    return true
  }

  /// Adds a member that is not there.
  package func append(_ member: RedisBytes, _ score: Double, limits: EncodingLimits) {
    let score = self.stored(score)
    self.scores.append(member, score)
    self.order.insert(SortedSetOrder.Entry(score: score, member: member))
    if self.isSmall, self.count > limits.sortedSetEntries || member.count > limits.sortedSetValue {
      self.isSmall = false
    }
  }

  /// Gives the member at a place of `scores` another score.
  package func change(_ place: Int, _ member: RedisBytes, to score: Double) {
    let score = self.stored(score)
    let old = self.scores[place: place]
    guard old != score || old.sign != score.sign else { return }
    self.order.remove(SortedSetOrder.Entry(score: old, member: member))
    self.order.insert(SortedSetOrder.Entry(score: score, member: member))
    self.scores[place: place] = score
  }

  /// A listpack holds whole scores as integers, of which none is -0.
  private func stored(_ score: Double) -> Double { self.isSmall && score == 0 ? 0 : score }

  /// Returns whether the member was there.
  @discardableResult
  package func remove(_ member: RedisBytes) -> Bool {
    guard let score = self.scores.remove(member) else { return false }
    self.order.remove(SortedSetOrder.Entry(score: score, member: member))
    return true
  }

  /// Removes the members of these ranks.
  package func remove(_ ranks: Range<Int>) {
    self.order.visit(in: ranks) { self.scores.remove($0.member) }
    self.order.remove(ranks)
  }

  /// Runs `body` on each member, lowest score first. `body` must not change the set.
  @inline(__always)
  package func visit(_ body: (SortedSetOrder.Entry) -> Void) { self.order.visit(in: 0..<self.count, body) }

  /// Makes a large set the small one it can be, as Redis does with a result that it stores: `longest` is the longest
  /// member's length.
  package func settle(longest: Int, limits: EncodingLimits) {
    guard self.count <= limits.sortedSetEntries, longest <= limits.sortedSetValue else { return }
    self.isSmall = true
    for place in 0..<self.scores.end where self.scores.isEntry(place) && self.scores[place: place] == 0 {
      self.change(place, self.scores.key(at: place), to: 0)
    }
  }

  /// Gives up the compact encoding.
  package func makeLarge() { self.isSmall = false }

  package func copy() -> SortedSetValue {
    SortedSetValue(self.scores.copy(), self.order.copy(), isSmall: self.isSmall)
  }
}
