/// The decisions of a merge of three: what both sides had, and what each made of it.
struct ThreeWay {
  /// Which side counts where they contradict each other.
  var prefersTheirs: Bool
  /// Where they do: names of parts and paths, in order.
  private(set) var contradictions: [String] = []

  init(prefersTheirs: Bool) { self.prefersTheirs = prefersTheirs }

  /// One value; nil where it is not there.
  ///
  /// - Parameter deeper: Merges two different values part by part; gives nil where they have no parts.
  mutating func value<Value: Equatable>(
    _ base: Value?, _ ours: Value?, _ theirs: Value?, at name: String,
    deeper: (inout ThreeWay, Value?, Value, Value) -> Value? = { _, _, _, _ in nil }
  ) -> Value? {
    if ours == theirs || theirs == base { return ours }
    if ours == base { return theirs }
    if let ours, let theirs, let merged = deeper(&self, base, ours, theirs) { return merged }
    self.contradictions.append(name)
    return self.prefersTheirs ? theirs : ours
  }

  /// Lists whose elements are known by their keys, each key once in a list.
  ///
  /// - Complexity: O(elements²) in what one side has and the other has not; linear otherwise.
  mutating func list<Value: Equatable>(
    _ base: [(key: String, value: Value)], _ ours: [(key: String, value: Value)],
    _ theirs: [(key: String, value: Value)], at name: String = "",
    deeper: (inout ThreeWay, String, Value?, Value, Value) -> Value? = { _, _, _, _, _ in nil }
  ) -> [(key: String, value: Value)] {
    let sides = [base, ours, theirs].map { Dictionary($0.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) }
    let order = Self.order(base.map(\.key), ours.map(\.key), theirs.map(\.key))
    return order.compactMap { key in
      let merged = self.value(sides[0][key], sides[1][key], sides[2][key], at: name + key) {
        deeper(&$0, key, $1, $2, $3)
      }
      return merged.map { (key, $0) }
    }
  }

  /// All keys of both sides: in the order of the side that moved something, else in ours, and what the other side alone
  /// has behind what it stands behind there.
  static func order(_ base: [String], _ ours: [String], _ theirs: [String]) -> [String] {
    let shared = Set(base).intersection(ours).intersection(theirs)
    let known = [base, ours, theirs].map { $0.filter(shared.contains) }
    let theirsMoved = known[1] == known[0] && known[2] != known[0]
    let (first, second) = theirsMoved ? (theirs, ours) : (ours, theirs)
    var order = first
    var placed = Set(first)
    var before: String?
    for key in second {
      if placed.insert(key).inserted {
        let place = before.flatMap { order.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        order.insert(key, at: place)
      }
      before = key
    }
    return order
  }
}
