import MockrecWire

/// Puts what was read from a cassette's files into the order in which it is served.
struct IndexBuilder {
  /// What several builders read, each list as it is: a copy of all of it would take longer than the rest.
  private let parts: [[CassetteBuilder.Item]]
  /// How many items the parts before each have.
  private let firsts: [Int]
  private let mocks: MockBook?
  private var entries: [String] = []
  private var summaries: [(request: String, status: String)] = []
  private var table: KeyTable
  /// The group of each item, and how many items each group has.
  private var groupOf: [Int32] = []
  private var sizes: [Int32] = []
  private var mockNames: [String] = []
  private var mockSummaries: [(request: String, status: String)] = []

  init(_ parts: [[CassetteBuilder.Item]], _ mocks: [WrittenMock], of wire: (any Wire)?) {
    self.parts = parts.filter { !$0.isEmpty }
    var (firsts, count): ([Int], Int) = ([], 0)
    for items in self.parts {
      firsts.append(count)
      count += items.count
    }
    self.firsts = firsts
    // The names of mocks come behind those of what was recorded.
    let first = count
    let pages = mocks.enumerated().map { index, mock in
      MockBook.Page(mock: mock.mock, entry: Int32(first + index), reply: mock.reply, line: mock.line)
    }
    self.mocks = wire.flatMap { pages.isEmpty ? nil : MockBook(pages, of: $0) }
    self.table = KeyTable(capacity: count)
    self.groupOf.reserveCapacity(count)
    self.sizes.reserveCapacity(count)
    self.entries.reserveCapacity(count)
    self.summaries.reserveCapacity(count)
    for items in parts {
      for index in items.indices { self.add(items[index].key, items[index].entry, items[index].status) }
    }
    self.mockNames = mocks.map(\.name)
    self.mockSummaries = mocks.map(\.summary)
  }

  private mutating func add(_ key: MatchKey, _ entry: String, _ status: String) {
    let group = self.table.insert(key)
    if group == self.sizes.count { self.sizes.append(0) }
    self.sizes[group] += 1
    self.groupOf.append(Int32(group))
    self.entries.append(entry)
    // Behind its first line a head has the fields that have to match.
    let isLine = !key.head.utf8.contains(UInt8(ascii: "\n"))
    self.summaries.append((isLine ? key.head : String(key.head.prefix { $0 != "\n" }), status))
  }

  func finish() -> CassetteIndex {
    // The items of each group, one after the other.
    var starts: [Int] = []
    starts.reserveCapacity(self.sizes.count + 1)
    var next = 0
    for size in self.sizes {
      starts.append(next)
      next += Int(size)
    }
    var order = [Int](repeating: 0, count: self.entries.count)
    var fill = starts
    for index in self.entries.indices {
      let group = Int(self.groupOf[index])
      order[fill[group]] = index
      fill[group] += 1
    }
    var steps: [CassetteIndex.Step] = []
    steps.reserveCapacity(self.entries.count)
    var groups: [CassetteIndex.Group] = []
    groups.reserveCapacity(self.sizes.count)
    for (group, size) in self.sizes.enumerated() {
      let first = starts[group]
      if size > 1 { order[first..<(first + Int(size))].sort(by: self.isEarlier) }
      var calls = 0
      var (isBytes, takesAnyBody) = (true, false)
      for index in order[first..<(first + Int(size))] {
        let place = self.place(of: index)
        calls = min(calls + self.parts[place.part][place.index].times, Int(Int32.max))
        let reply = self.parts[place.part][place.index].reply
        takesAnyBody = takesAnyBody || self.parts[place.part][place.index].takesAnyBody
        isBytes = isBytes && reply.file == nil && reply.tag == 0 && reply.delay == nil
        steps.append(CassetteIndex.Step(reply: reply, entry: Int32(index), upTo: Int32(calls)))
      }
      groups.append(
        .init(steps: first..<(first + Int(size)), calls: calls, isBytes: isBytes, takesAnyBody: takesAnyBody))
    }
    return CassetteIndex(
      entries: self.entries + self.mockNames, summaries: self.summaries + self.mockSummaries, mocks: self.mocks,
      steps: steps, groups: groups, table: self.table,
      dialogues: self.dialogues(), heads: self.heads, speakers: self.speakers)
  }

  /// Of requests that are sequences of messages.
  private var heads: Set<String> {
    var heads: Set<String> = []
    for items in self.parts { for item in items where item.isSequence { heads.insert(item.key.head) } }
    return heads
  }

  /// Of those, the ones under which any request was answered before its client had said anything.
  private var speakers: Set<String> {
    var heads: Set<String> = []
    for items in self.parts {
      for item in items where item.reply.stream?.pieces.first?.heard == 0 { heads.insert(item.key.head) }
    }
    return heads
  }

  /// What may be asked under heads under which any request is answered before its end.
  private func dialogues() -> [String: [Dialogue.Opening]] {
    var heads: Set<String> = []
    for items in self.parts {
      for item in items where item.isDialogue || item.reply.stream.map({ $0.isEarly || $0.isOpenEnded }) == true {
        heads.insert(item.key.head)
      }
    }
    guard !heads.isEmpty else { return [:] }
    var openings: [String: [Dialogue.Opening]] = [:]
    var (index, seen): (Int, Set<Int32>) = (0, [])
    for items in self.parts {
      for item in items {
        let group = self.groupOf[index]
        index += 1
        guard heads.contains(item.key.head), seen.insert(group).inserted else { continue }
        openings[item.key.head, default: []].append(Dialogue.Opening(group: group, digests: item.digests))
      }
    }
    return openings
  }

  /// Where an item stands among those of its builder.
  private func place(of index: Int) -> (part: Int, index: Int) {
    // The last part that begins at it or before. There may be as many as items.
    var (low, high) = (0, self.firsts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if self.firsts[middle] <= index { low = middle } else { high = middle }
    }
    return (low, index - self.firsts[low])
  }

  private func occurrence(_ index: Int) -> Int {
    let place = self.place(of: index)
    return self.parts[place.part][place.index].occurrence
  }

  /// By occurrence, and by name where people named the files themselves.
  private func isEarlier(_ a: Int, _ b: Int) -> Bool {
    (self.occurrence(a), self.entries[a]) < (self.occurrence(b), self.entries[b])
  }
}
