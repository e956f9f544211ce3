/// Members in order of score, then of bytes, found by rank or by what stands below a bound.
///
/// The entries stand in chunks of at most `chunkCapacity`; a Fenwick tree over the chunks' sizes gives ranks. Finding
/// is O(log n), inserting and removing O(log n) and the move of at most one chunk.
package final class SortedSetOrder {
  package struct Entry {
    package var score: Double
    package var member: RedisBytes

    @inline(__always)
    static func < (left: Entry, right: Entry) -> Bool {
      left.score < right.score || (left.score == right.score && left.member < right.member)
    }
  }

  private final class Chunk {
    var entries: [Entry]
    init(_ entries: [Entry]) { self.entries = entries }
  }

  private static var chunkCapacity: Int { 128 }

  private var chunks: [Chunk] = []
  /// Sums of chunk sizes, one-based as Fenwick trees are; entry 0 is unused.
  private var tree: [Int] = [0]
  package private(set) var count = 0

  package init() {}

  package func insert(_ entry: Entry) {
    guard !self.chunks.isEmpty else {
      self.chunks.append(Chunk([entry]))
      return self.rebuild()
    }
    var (index, offset) = self.place { $0 < entry }
    if index == self.chunks.count {
      index -= 1
      offset = self.chunks[index].entries.count
    }
    let chunk = self.chunks[index]
    chunk.entries.insert(entry, at: offset)
    if chunk.entries.count > Self.chunkCapacity {
      self.split(index, at: offset == Self.chunkCapacity ? Self.chunkCapacity : Self.chunkCapacity / 2)
    } else {
      self.count += 1
      self.add(1, to: index)
    }
  }

  /// Removes an entry that is there.
  package func remove(_ entry: Entry) {
    let (index, offset) = self.place { $0 < entry }
    guard index < self.chunks.count else { return }
    self.chunks[index].entries.remove(at: offset)
    if self.chunks[index].entries.isEmpty {
      self.chunks.remove(at: index)
      self.rebuild()
    } else {
      self.count -= 1
      self.add(-1, to: index)
    }
  }

  /// Removes the entries of these ranks.
  package func remove(_ ranks: Range<Int>) {
    guard !ranks.isEmpty else { return }
    var (index, offset) = self.place(ofRank: ranks.lowerBound)
    var left = ranks.count
    if left < self.chunks[index].entries.count, offset + left <= self.chunks[index].entries.count {
      self.chunks[index].entries.removeSubrange(offset..<(offset + left))
      self.count -= left
      return self.add(-left, to: index)
    }
    while left > 0 {
      let chunk = self.chunks[index]
      let taken = min(left, chunk.entries.count - offset)
      chunk.entries.removeSubrange(offset..<(offset + taken))
      left -= taken
      offset = 0
      index += 1
    }
    self.chunks.removeAll { $0.entries.isEmpty }
    self.rebuild()
  }

  /// How many entries satisfy `isBelow`, which is true for a beginning of the order and false for the rest.
  @inline(__always)
  package func rank(where isBelow: (Entry) -> Bool) -> Int {
    let (index, offset) = self.place(where: isBelow)
    return self.sum(before: index) + offset
  }

  /// The rank of an entry that is there.
  package func rank(of entry: Entry) -> Int { self.rank { $0 < entry } }

  package subscript(rank: Int) -> Entry {
    let (index, offset) = self.place(ofRank: rank)
    return self.chunks[index].entries[offset]
  }

  /// Runs `body` on the entries of these ranks, from the last when `isReversed`.
  @inline(__always)
  package func visit(in ranks: Range<Int>, isReversed: Bool = false, _ body: (Entry) -> Void) {
    guard !ranks.isEmpty else { return }
    var (index, offset) = self.place(ofRank: isReversed ? ranks.upperBound - 1 : ranks.lowerBound)
    var left = ranks.count
    while left > 0 {
      let chunk = self.chunks[index]
      if isReversed {
        let taken = min(left, offset + 1)
        for step in 0..<taken { body(chunk.entries[offset - step]) }
        left -= taken
        index -= 1
        if left > 0 { offset = self.chunks[index].entries.count - 1 }
      } else {
        let taken = min(left, chunk.entries.count - offset)
        for step in 0..<taken { body(chunk.entries[offset + step]) }
        left -= taken
        index += 1
        offset = 0
      }
    }
  }

  package func copy() -> SortedSetOrder {
    let copy = SortedSetOrder()
    copy.chunks = self.chunks.map { Chunk($0.entries) }
    copy.tree = self.tree
    copy.count = self.count
    return copy
  }

  /// The first entry that is not below, as chunk and offset; the chunks' count when all are.
  @inline(__always)
  private func place(where isBelow: (Entry) -> Bool) -> (chunk: Int, offset: Int) {
    var low = 0
    var high = self.chunks.count
    while low < high {
      let middle = (low + high) / 2
      let entries = self.chunks[middle].entries
      if isBelow(entries[entries.count - 1]) { low = middle + 1 } else { high = middle }
    }
    guard low < self.chunks.count else { return (low, 0) }
    let entries = self.chunks[low].entries
    var first = 0
    var end = entries.count - 1
    while first < end {
      let middle = (first + end) / 2
      if isBelow(entries[middle]) { first = middle + 1 } else { end = middle }
    }
    return (low, first)
  }

  /// The place of a rank below `count`.
  private func place(ofRank rank: Int) -> (chunk: Int, offset: Int) {
    var index = 0
    var left = rank
    var step = 1
    while step * 2 < self.tree.count { step *= 2 }
    while step > 0 {
      if index + step < self.tree.count, self.tree[index + step] <= left {
        index += step
        left -= self.tree[index]
      }
      step /= 2
    }
    return (index, left)
  }

  private func sum(before chunk: Int) -> Int {
    var sum = 0
    var index = chunk
    while index > 0 {
      sum += self.tree[index]
      index &= index - 1
    }
    return sum
  }

  private func add(_ change: Int, to chunk: Int) {
    var index = chunk + 1
    while index < self.tree.count {
      self.tree[index] += change
      index += index & -index
    }
  }

  private func split(_ index: Int, at offset: Int) {
    let chunk = self.chunks[index]
    let upper = Chunk(Array(chunk.entries[offset...]))
    chunk.entries.removeSubrange(offset...)
    self.chunks.insert(upper, at: index + 1)
    self.rebuild()
  }

  /// Makes the sums anew after the number of chunks changed.
  private func rebuild() {
    self.tree = [Int](repeating: 0, count: self.chunks.count + 1)
    self.count = 0
    for index in 1..<max(1, self.tree.count) {
      let size = self.chunks[index - 1].entries.count
      self.count += size
      self.tree[index] += size
      let parent = index + (index & -index)
      if parent < self.tree.count { self.tree[parent] += self.tree[index] }
    }
  }
}
