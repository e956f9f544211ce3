/// The sizes of the nodes in which Redis keeps a stream's entries: approximate trimming removes whole nodes.
///
/// Source: the listpack format, https://github.com/antirez/listpack/blob/master/listpack.md
package struct StreamNodes {
  private struct Node {
    var first: StreamID
    /// The field names of its first entry: an entry with the same ones does not repeat them.
    var fields: [RedisBytes]
    var live: Int
    /// Entries that are removed and still take room.
    var deleted = 0
    var bytes: Int
  }

  private var nodes: [Node] = []

  package var count: Int { self.nodes.count }

  /// How many live entries the first node has.
  package var firstCount: Int { self.nodes.first?.live ?? 0 }

  /// The live entries of the node at `place`, and the node's first ID.
  package func live(at place: Int) -> Int { self.nodes[place].live }

  /// Accounts for an appended entry. `fields` are names and values in turn.
  package mutating func append(_ id: StreamID, _ fields: ArraySlice<RedisBytes>, limits: EncodingLimits) {
    let size = fields.reduce(0) { $0 + $1.count }
    let limit = limits.streamNodeBytes == 0 ? 1 << 30 : limits.streamNodeBytes
    if let last = self.nodes.last, last.bytes + size < limit,
      limits.streamNodeEntries == 0 || last.live + last.deleted < limits.streamNodeEntries
    {
      let hasSameFields = Self.names(fields, equal: last.fields)
      self.nodes[self.nodes.count - 1].bytes += Self.bytes(id, fields, since: last.first, repeating: !hasSameFields)
      self.nodes[self.nodes.count - 1].live += 1
      return
    }
    let names = stride(from: fields.startIndex, to: fields.endIndex, by: 2).map { fields[$0] }
    var bytes = 7 + 4 * 2 + Self.bytes(id, fields, since: id, repeating: false)
    for name in names { bytes += Self.bytes(name) }
    self.nodes.append(Node(first: id, fields: names, live: 1, bytes: bytes))
  }

  /// Accounts for a removed entry.
  package mutating func remove(_ id: StreamID) {
    var low = 0
    var high = self.nodes.count
    while low < high {
      let middle = (low + high) / 2
      if self.nodes[middle].first <= id { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return }
    self.nodes[low - 1].live -= 1
    self.nodes[low - 1].deleted += 1
    if self.nodes[low - 1].live == 0 { self.nodes.remove(at: low - 1) }
  }

  /// Removes the first `count` live entries.
  package mutating func removeFirst(_ count: Int) {
    var left = count
    var whole = 0
    while whole < self.nodes.count, self.nodes[whole].live <= left {
      left -= self.nodes[whole].live
      whole += 1
    }
    self.nodes.removeFirst(whole)
    guard left > 0, !self.nodes.isEmpty else { return }
    self.nodes[0].live -= left
    self.nodes[0].deleted += left
  }

  private static func names(_ fields: ArraySlice<RedisBytes>, equal names: [RedisBytes]) -> Bool {
    guard fields.count == 2 * names.count else { return false }
    return names.indices.allSatisfy { names[$0] == fields[fields.startIndex + 2 * $0] }
  }

  private static func bytes(
    _ id: StreamID, _ fields: ArraySlice<RedisBytes>, since first: StreamID, repeating: Bool
  ) -> Int {
    var bytes = 2 + Self.bytes(Int64(truncatingIfNeeded: id.milliseconds &- first.milliseconds))
    bytes += Self.bytes(Int64(truncatingIfNeeded: id.sequence &- first.sequence))
    if repeating { bytes += Self.bytes(Int64(fields.count / 2)) }
    for (offset, field) in fields.enumerated() where repeating || offset % 2 == 1 { bytes += Self.bytes(field) }
    return bytes + Self.bytes(Int64(repeating ? fields.count + 4 : fields.count / 2 + 3))
  }

  private static func bytes(_ text: RedisBytes) -> Int {
    if text.count <= 20, let number = text.int64 { return Self.bytes(number) }
    return Self.withLength(text.count + (text.count < 64 ? 1 : text.count < 4096 ? 2 : 5))
  }

  private static func bytes(_ number: Int64) -> Int {
    switch number {
    case 0..<128: 2
    case -4096..<4096: 3
    case -32768..<32768: 4
    case -8_388_608..<8_388_608: 5
    case Int64(Int32.min)...Int64(Int32.max): 6
    default: 10
    }
  }

  /// Each element ends with its own length, for walking backwards.
  private static func withLength(_ count: Int) -> Int {
    count + (count < 128 ? 1 : count < 16384 ? 2 : count < 2_097_152 ? 3 : count < 268_435_456 ? 4 : 5)
  }
}
