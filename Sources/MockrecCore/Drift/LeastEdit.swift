/// Which elements of two arrays belong together where they say nothing of it themselves.
enum LeastEdit {
  /// Past this many insertions and removals only the common beginning and end are found.
  private static let maximumEdits = 200
  /// Stretches of more pairs than this are paired in the order they stand.
  private static let maximumPairs = 4_096

  /// The longest common subsequence, ascending.
  ///
  /// - Complexity: O((m + n) · edits) comparisons, edits bounded.
  ///
  /// Source: E. Myers, An O(ND) Difference Algorithm and Its Variations, 1986.
  static func equalPairs(_ m: Int, _ n: Int, isSame: (Int, Int) -> Bool) -> [(Int, Int)] {
    var (head, tail) = (0, 0)
    while head < min(m, n), isSame(head, head) { head += 1 }
    while tail < min(m, n) - head, isSame(m - 1 - tail, n - 1 - tail) { tail += 1 }
    var pairs = (0..<head).map { ($0, $0) }
    let (rows, columns) = (m - head - tail, n - head - tail)
    if rows > 0, columns > 0 {
      pairs += self.middle(rows, columns) { isSame($0 + head, $1 + head) }.map { ($0 + head, $1 + head) }
    }
    return pairs + (0..<tail).reversed().map { (m - 1 - $0, n - 1 - $0) }
  }

  /// The way through both arrays with the fewest steps aside; nothing where those are too many.
  private static func middle(_ m: Int, _ n: Int, isSame: (Int, Int) -> Bool) -> [(Int, Int)] {
    let most = min(m + n, self.maximumEdits)
    // On each diagonal k = x - y the furthest x; a copy of each round leads back.
    var furthest = [Int](repeating: 0, count: 2 * most + 3)
    var rounds: [[Int]] = []
    for edits in 0...most {
      rounds.append(furthest)
      for k in stride(from: -edits, through: edits, by: 2) {
        let at = k + most + 1
        let goesDown = k == -edits || (k != edits && furthest[at - 1] < furthest[at + 1])
        var x = goesDown ? furthest[at + 1] : furthest[at - 1] + 1
        while x < m, x - k < n, x - k >= 0, isSame(x, x - k) { x += 1 }
        furthest[at] = x
        if x >= m, x - k >= n { return self.path(back: rounds, from: (m, n), most) }
      }
    }
    return []
  }

  private static func path(back rounds: [[Int]], from end: (Int, Int), _ most: Int) -> [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    var (x, y) = end
    for (edits, furthest) in rounds.enumerated().reversed() {
      let (k, at) = (x - y, x - y + most + 1)
      let goesDown = k == -edits || (k != edits && furthest[at - 1] < furthest[at + 1])
      let fromX = goesDown ? furthest[at + 1] : furthest[at - 1]
      let fromY = fromX - (goesDown ? k + 1 : k - 1)
      while x > fromX, y > fromY {
        (x, y) = (x - 1, y - 1)
        pairs.append((x, y))
      }
      (x, y) = (fromX, fromY)
    }
    return pairs.reversed()
  }

  /// Pairs elements of which no two are equal, the more alike the sooner; what is left over is alone.
  static func similarPairs(_ ours: ArraySlice<JSON>, _ theirs: ArraySlice<JSON>) -> [JSONDiff.Pair] {
    let (m, n) = (ours.count, theirs.count)
    guard m > 0, n > 0, m != n || m > 1, m * n <= self.maximumPairs else {
      let pairs: [JSONDiff.Pair] = zip(ours.indices, theirs.indices).map { ($0, $1) }
      return pairs + ours.indices.dropFirst(n).map { ($0, nil) } + theirs.indices.dropFirst(m).map { (nil, $0) }
    }
    // The least cost of pairing the first i with the first j; one element alone costs 1.
    var costs = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: m + 1)
    for i in 0...m { costs[i][0] = Double(i) }
    for j in 0...n { costs[0][j] = Double(j) }
    for i in 1...m {
      for j in 1...n {
        let change = self.cost(ours[ours.startIndex + i - 1], theirs[theirs.startIndex + j - 1])
        costs[i][j] = min(costs[i - 1][j - 1] + change, costs[i - 1][j] + 1, costs[i][j - 1] + 1)
      }
    }
    var pairs: [JSONDiff.Pair] = []
    var (i, j) = (m, n)
    while i > 0 || j > 0 {
      let (left, right) = (ours.startIndex + i - 1, theirs.startIndex + j - 1)
      // Of ways that cost the same, the one that has what is left over last.
      if j > 0, costs[i][j] == costs[i][j - 1] + 1 {
        pairs.append((nil, right))
        j -= 1
      } else if i > 0, costs[i][j] == costs[i - 1][j] + 1 {
        pairs.append((left, nil))
        i -= 1
      } else {
        pairs.append((left, right))
        (i, j) = (i - 1, j - 1)
      }
    }
    return pairs.reversed()
  }

  /// What it costs to take one for the other: at most a little less than one removed and one added.
  private static func cost(_ a: JSON, _ b: JSON) -> Double { min(1.9, 2 - 2 * self.similarity(a, b)) }

  /// From 0, nothing alike, to 1.
  private static func similarity(_ a: JSON, _ b: JSON) -> Double {
    switch (a, b) {
    case (.object(let ours), .object(let theirs)):
      let (left, right) = (ours.effectiveMembers, theirs.effectiveMembers)
      guard !left.isEmpty || !right.isEmpty else { return 1 }
      let shared = left.reduce(0.0) { sum, member in
        sum + (theirs[member.key].map { $0 == member.value ? 1 : $0.kind == member.value.kind ? 0.5 : 0.25 } ?? 0)
      }
      return shared / Double(Set((left + right).map(\.key)).count)
    default: return a == b ? 1 : a.kind == b.kind ? 0.5 : 0
    }
  }
}
