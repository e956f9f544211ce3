import MockrecCore

extension KeyPositions {
  /// Whether the argument at `index` is a key, or may be one where other arguments tell.
  ///
  /// - Parameter count: How many arguments there are behind the name.
  @inline(__always)
  func mayBeKey(_ index: Int, of count: Int) -> Bool {
    switch self {
    case .none: return false
    case .range(let first, let last, let step):
      // A destination may stand behind STORE.
      let last = last < 0 ? count + 1 + last : last
      return index >= first && (index <= last && (index - first).isMultiple(of: step) || first == 1 && index > 3)
    case .counted, .destinationAndCounted, .streams: return true
    }
  }
}

/// Keys and beginnings of keys, byte by byte.
struct KeyTrie: Sendable {
  private struct Node: Sendable {
    var byte: UInt8
    /// Whether patterns end here.
    var isEnd = false
    /// The next node for another byte in this place, and the first behind this byte; 0 for none.
    var sibling: Int32 = 0
    var child: Int32 = 0
  }

  private struct End: Sendable {
    /// Patterns that are this key.
    var literals: [Int] = []
    /// Patterns that begin so.
    var globs: [(pattern: TextPattern, number: Int)] = []
  }

  private var nodes = [Node(byte: 0)]
  private var ends: [Int: End] = [:]
  /// Patterns that any key fulfils, and none.
  var anyKey: [Int] = []

  var hasKeys: Bool { !self.ends.isEmpty }

  /// - Parameter key: nil for any.
  mutating func add(_ key: TextPattern?, _ number: Int) {
    guard let key else { return self.anyKey.append(number) }
    var at = 0
    for byte in key.prefix { at = self.step(at, byte) }
    self.nodes[at].isEnd = true
    if key.literal == nil {
      self.ends[at, default: End()].globs.append((key, number))
    } else {
      self.ends[at, default: End()].literals.append(number)
    }
  }

  private mutating func step(_ at: Int, _ byte: UInt8) -> Int {
    var child = Int(self.nodes[at].child)
    while child != 0 {
      if self.nodes[child].byte == byte { return child }
      child = Int(self.nodes[child].sibling)
    }
    self.nodes.append(Node(byte: byte, sibling: self.nodes[at].child))
    self.nodes[at].child = Int32(self.nodes.count - 1)
    return self.nodes.count - 1
  }

  /// Calls `body` with the patterns that a key fulfils until it returns true.
  ///
  /// - Returns: Whether it did. Allocates nothing.
  @inline(__always)
  func visit(_ key: UnsafeRawBufferPointer, _ body: (Int) -> Bool) -> Bool {
    self.nodes.withUnsafeBufferPointer { nodes in
      var at = 0
      var index = 0
      while true {
        if nodes[at].isEnd, let end = self.ends[at] {
          for (pattern, number) in end.globs where pattern.matches(key) && body(number) { return true }
          if index == key.count { for number in end.literals where body(number) { return true } }
        }
        guard index < key.count else { return false }
        var next = Int(nodes[at].child)
        while next != 0, nodes[next].byte != key[index] { next = Int(nodes[next].sibling) }
        guard next != 0 else { return false }
        at = next
        index += 1
      }
    }
  }
}
