import MockrecWire

/// Puts what was read from a cassette's files into the order in which it is served.
struct IndexBuilder {
  private var entries: [String] = []
  private var summaries: [(request: String, status: String)] = []
  private var items: [CassetteBuilder.Item] = []
  private var table: [MatchKey: Int32] = [:]
  /// The group of each item, and how many items each group has.
  private var groupOf: [Int32] = []
  private var sizes: [Int32] = []

  init(capacity: Int) {
    self.items.reserveCapacity(capacity)
    self.table.reserveCapacity(capacity)
    self.groupOf.reserveCapacity(capacity)
    self.sizes.reserveCapacity(capacity)
    self.entries.reserveCapacity(capacity)
    self.summaries.reserveCapacity(capacity)
  }

  mutating func add(_ item: CassetteBuilder.Item) {
    let new = Int32(self.sizes.count)
    let group = Self.value(&self.table[item.key, default: new])
    if group == new { self.sizes.append(0) }
    self.sizes[Int(group)] += 1
    self.groupOf.append(group)
    self.entries.append(item.entry)
    self.summaries.append((item.key.head, item.status))
    self.items.append(item)
  }

  /// Reads a value through a reference, which puts the default of a new key into its table: the key is hashed once.
  private static func value(_ value: inout Int32) -> Int32 { value }

  func finish() -> CassetteIndex {
    // The items of each group, one after the other.
    var starts: [Int] = []
    starts.reserveCapacity(self.sizes.count + 1)
    var next = 0
    for size in self.sizes {
      starts.append(next)
      next += Int(size)
    }
    var order = [Int](repeating: 0, count: self.items.count)
    var fill = starts
    for index in self.items.indices {
      let group = Int(self.groupOf[index])
      order[fill[group]] = index
      fill[group] += 1
    }
    var steps: [CassetteIndex.Step] = []
    steps.reserveCapacity(self.items.count)
    var groups: [CassetteIndex.Group] = []
    groups.reserveCapacity(self.sizes.count)
    for (group, size) in self.sizes.enumerated() {
      let first = starts[group]
      if size > 1 { order[first..<(first + Int(size))].sort(by: self.isEarlier) }
      var calls = 0
      for index in order[first..<(first + Int(size))] {
        calls = min(calls + self.items[index].times, Int(Int32.max))
        steps.append(CassetteIndex.Step(reply: self.items[index].reply, entry: Int32(index), upTo: Int32(calls)))
      }
      groups.append(.init(steps: first..<(first + Int(size)), calls: calls))
    }
    return CassetteIndex(
      entries: self.entries, summaries: self.summaries, steps: steps, groups: groups, table: self.table)
  }

  /// By occurrence, and by name where people named the files themselves.
  private func isEarlier(_ a: Int, _ b: Int) -> Bool {
    (self.items[a].occurrence, self.items[a].entry) < (self.items[b].occurrence, self.items[b].entry)
  }
}
