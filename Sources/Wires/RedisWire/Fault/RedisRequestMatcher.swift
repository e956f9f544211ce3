import MockrecCore
import MockrecWire
import NIOCore

/// Patterns by command and then by key, byte by byte: a request is held only against those that its key may fulfil.
struct RedisRequestMatcher: RequestMatcher {
  private let patterns: [RedisRequestPattern]
  /// Patterns without a command.
  private let any: KeyTrie
  /// Patterns of a command, by its number; nil where there are none.
  private let named: [KeyTrie?]

  init(_ patterns: [RedisRequestPattern]) {
    self.patterns = patterns
    var any = KeyTrie()
    var named = [KeyTrie?](repeating: nil, count: RedisFactTable.shared.count)
    for (number, pattern) in patterns.enumerated() {
      if pattern.commands.isEmpty { any.add(pattern, number) }
      for command in pattern.commands {
        let index = RedisRequestPattern.facts(command).number
        var trie = named[index] ?? KeyTrie()
        trie.add(pattern, number)
        named[index] = trie
      }
      if pattern.includesEverything {
        for command in ["FLUSHALL", "FLUSHDB", "SWAPDB"] {
          let index = RedisRequestPattern.facts(command).number
          var trie = named[index] ?? KeyTrie()
          trie.addAnyKey(number)
          named[index] = trie
        }
      }
    }
    self.any = any
    self.named = named
  }

  func mayFind(_ frame: UnsafeRawBufferPointer) -> Bool {
    self.visit(frame) { _ in false }
  }

  func find(_ request: any WireRequest, into numbers: inout [Int]) {
    guard let request = request as? RedisRequest, !request.context.isInTransaction else { return }
    if !request.context.queued.isEmpty || request.frame.readableBytesView.first != UInt8(ascii: "*") {
      // What EXEC carries out lies in no frame, and an inline command is none that could be read where it lies.
      for number in self.patterns.indices where self.patterns[number].matches(request) { numbers.append(number) }
      return
    }
    _ = request.frame.withUnsafeReadableBytes { frame in
      self.visit(frame) { number in
        numbers.append(number)
        return true
      }
    }
    guard !numbers.isEmpty else { return }
    numbers.sort()
    var last = -1
    numbers.removeAll { number in
      defer { last = number }
      return number == last || !self.patterns[number].matches(request)
    }
  }

  /// Calls `body` with the patterns that the command's keys may fulfil, some more than once, until it returns false.
  ///
  /// - Returns: Whether it was called with any.
  @inline(__always)
  private func visit(_ frame: UnsafeRawBufferPointer, _ body: (Int) -> Bool) -> Bool {
    var reader = RedisFrameReader(frame)
    guard let name = reader.next() else { return false }
    let facts = RedisFactTable.shared.facts(name)
    let named = self.named[facts.number]
    guard named != nil || !self.any.isEmpty else { return false }
    var found = false
    func look(_ number: Int) -> Bool {
      found = true
      return body(number)
    }
    guard self.any.visitAnyKey(look), named?.visitAnyKey(look) ?? true else { return true }
    guard self.any.hasKeys || named?.hasKeys == true else { return found }
    var index = 0
    let count = reader.left
    while let argument = reader.next() {
      index += 1
      guard facts.keys.mayBeKey(index, of: count) else { continue }
      guard self.any.visit(argument, look), named?.visit(argument, look) ?? true else { return true }
    }
    return found
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
    /// The next node for another byte in this place, and the first behind this byte; 0 for none.
    var sibling: Int32 = 0
    var child: Int32 = 0
    /// Patterns that are this key.
    var literals: [Int] = []
    /// Patterns that begin so.
    var globs: [(pattern: TextPattern, number: Int)] = []
  }

  private var nodes = [Node(byte: 0)]
  private var anyKey: [Int] = []

  var hasKeys: Bool { self.nodes.count > 1 || !self.nodes[0].globs.isEmpty || !self.nodes[0].literals.isEmpty }
  var isEmpty: Bool { self.anyKey.isEmpty && !self.hasKeys }

  mutating func addAnyKey(_ number: Int) { self.anyKey.append(number) }

  mutating func add(_ pattern: RedisRequestPattern, _ number: Int) {
    guard let key = pattern.key else { return self.addAnyKey(number) }
    var at = 0
    for byte in key.prefix { at = self.step(at, byte) }
    if key.literal == nil {
      self.nodes[at].globs.append((key, number))
    } else {
      self.nodes[at].literals.append(number)
    }
  }

  private mutating func step(_ at: Int, _ byte: UInt8) -> Int {
    if let next = self.next(at, byte) { return next }
    self.nodes.append(Node(byte: byte, sibling: self.nodes[at].child))
    self.nodes[at].child = Int32(self.nodes.count - 1)
    return self.nodes.count - 1
  }

  @inline(__always)
  private func next(_ at: Int, _ byte: UInt8) -> Int? {
    var child = Int(self.nodes[at].child)
    while child != 0 {
      if self.nodes[child].byte == byte { return child }
      child = Int(self.nodes[child].sibling)
    }
    return nil
  }

  /// - Returns: Whether to go on.
  @inline(__always)
  func visitAnyKey(_ body: (Int) -> Bool) -> Bool {
    for number in self.anyKey { guard body(number) else { return false } }
    return true
  }

  @inline(__always)
  func visit(_ key: UnsafeRawBufferPointer, _ body: (Int) -> Bool) -> Bool {
    var at = 0
    var index = 0
    while true {
      if !self.nodes[at].globs.isEmpty {
        for (pattern, number) in self.nodes[at].globs where pattern.matches(key) {
          guard body(number) else { return false }
        }
      }
      guard index < key.count else { break }
      guard let next = self.next(at, key[index]) else { return true }
      at = next
      index += 1
    }
    for number in self.nodes[at].literals { guard body(number) else { return false } }
    return true
  }
}
