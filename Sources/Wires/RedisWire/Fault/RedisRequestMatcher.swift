import MockrecCore
import MockrecWire
import NIOCore

/// Patterns by command and then by key, byte by byte: a request is held only against those that its key may fulfil.
struct RedisRequestMatcher: RequestMatcher {
  private let patterns: [RedisRequestPattern]
  /// The first is of patterns without a command.
  private let tries: [KeyTrie]
  /// Which of `tries` is that of a command, by its number; 0 for none.
  private let named: [Int]
  private let table = RedisFactTable.shared

  init(_ patterns: [RedisRequestPattern]) {
    self.patterns = patterns
    var tries = [KeyTrie()]
    var named = [Int](repeating: 0, count: RedisFactTable.shared.count)
    func trie(of command: String) -> Int {
      let number = RedisRequestPattern.facts(command).number
      if named[number] == 0 {
        tries.append(KeyTrie())
        named[number] = tries.count - 1
      }
      return named[number]
    }
    for (number, pattern) in patterns.enumerated() {
      if pattern.commands.isEmpty { tries[0].add(pattern, number) }
      for command in pattern.commands { tries[trie(of: command)].add(pattern, number) }
      guard pattern.includesEverything else { continue }
      for command in ["FLUSHALL", "FLUSHDB", "SWAPDB"] { tries[trie(of: command)].anyKey.append(number) }
    }
    self.tries = tries
    self.named = named
  }

  func mayFind(_ frame: UnsafeRawBufferPointer) -> Bool {
    var reader = RedisFrameReader(frame)
    guard let name = reader.next() else { return false }
    let facts = self.table.facts(name)
    let named = self.named[facts.number]
    if !self.tries[0].anyKey.isEmpty || named != 0 && !self.tries[named].anyKey.isEmpty { return true }
    guard named != 0 || self.tries[0].hasKeys else { return false }
    let count = reader.left
    var index = 0
    while let argument = reader.next() {
      index += 1
      guard facts.keys.mayBeKey(index, of: count) else { continue }
      if self.tries[0].visit(argument, { _ in true }) { return true }
      if named != 0, self.tries[named].visit(argument, { _ in true }) { return true }
    }
    return false
  }

  func find(_ request: any WireRequest, into numbers: inout [Int]) {
    guard let request = request as? RedisRequest, !request.context.isInTransaction else { return }
    if !request.context.queued.isEmpty || request.frame.readableBytesView.first != UInt8(ascii: "*") {
      // What EXEC carries out lies in no frame, and an inline command is none that could be read where it lies.
      for number in self.patterns.indices where self.patterns[number].matches(request) { numbers.append(number) }
      return
    }
    request.frame.withUnsafeReadableBytes { self.collect($0, into: &numbers) }
    guard !numbers.isEmpty else { return }
    numbers.sort()
    var last = -1
    numbers.removeAll { number in
      defer { last = number }
      return number == last || !self.patterns[number].matches(request)
    }
  }

  /// Appends the patterns that the command's keys may fulfil, some more than once.
  private func collect(_ frame: UnsafeRawBufferPointer, into numbers: inout [Int]) {
    var reader = RedisFrameReader(frame)
    guard let name = reader.next() else { return }
    let facts = self.table.facts(name)
    let named = self.named[facts.number]
    let count = reader.left
    numbers += self.tries[0].anyKey
    if named != 0 { numbers += self.tries[named].anyKey }
    var index = 0
    while let argument = reader.next() {
      index += 1
      guard facts.keys.mayBeKey(index, of: count) else { continue }
      for trie in named == 0 ? [0] : [0, named] {
        _ = self.tries[trie].visit(argument) { number in
          numbers.append(number)
          return false
        }
      }
    }
  }
}

extension KeyPositions {
  /// Whether the argument at `index` is a key, or may be one where other arguments tell.
  ///
  /// - Parameter count: How many arguments there are behind the name.
  @inline(__always)
  fileprivate func mayBeKey(_ index: Int, of count: Int) -> Bool {
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
private struct KeyTrie: Sendable {
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

  mutating func add(_ pattern: RedisRequestPattern, _ number: Int) {
    guard let key = pattern.key else { return self.anyKey.append(number) }
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
