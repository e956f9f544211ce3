import MockrecCore

/// Tells from a command's bytes that no pattern can concern it. Most commands of a client fall through here: nothing is
/// allocated or retained, and tables that hold nothing but numbers are all that is looked at.
struct RedisRequestSieve: Sendable {
  /// What becomes of commands of one name.
  private struct Gate: Sendable {
    var name: RedisName?
    /// A pattern asks for no key.
    var isOpen = false
    var keys = KeyPositions.none
    /// Which keys patterns ask for; 0 where none does.
    var filter = 0
  }

  /// Keys that patterns ask for, as numbers.
  private struct Filter: Sendable {
    /// The words of its literals' bits in `bits`, a power of two of them; none where there are no literals.
    var start = 0
    var count = 0
    /// Which trie is of its globs, and bytes with which such a key begins; none below 0.
    var globs = -1
    var begins: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var isEmpty: Bool { self.count == 0 && self.globs < 0 }

    @inline(__always)
    func mayBegin(_ byte: UInt8) -> Bool {
      let word =
        switch byte >> 6 {
        case 0: self.begins.0
        case 1: self.begins.1
        case 2: self.begins.2
        default: self.begins.3
        }
      return word >> UInt64(byte & 63) & 1 == 1
    }
  }

  /// Open addressing, at most a quarter full. Names that are not here are those of commands that no pattern names.
  private let gates: [Gate]
  /// Of commands that are not in `gates`.
  private let rest: Gate
  /// The first is of keys that patterns without a command ask for.
  private let filters: [Filter]
  private let bits: [UInt64]
  private let tries: [KeyTrie]

  init(_ patterns: [RedisRequestPattern]) {
    let table = RedisFactTable.shared
    var gates: [String: Gate] = [:]
    var filters = [KeyFilter()]
    var rest = Gate(keys: .one)
    // Where a pattern names no command, each command's keys are looked at in their own places.
    if patterns.contains(where: \.commands.isEmpty) {
      for name in table.names { gates[name] = Gate(keys: RedisRequestPattern.facts(name).keys) }
    }
    for pattern in patterns {
      for name in pattern.commands {
        var gate = gates[name] ?? Gate(keys: RedisRequestPattern.facts(name).keys)
        if let key = pattern.key {
          if gate.filter == 0 {
            gate.filter = filters.count
            filters.append(KeyFilter())
          }
          filters[gate.filter].add(key)
        } else {
          gate.isOpen = true
        }
        gates[name] = gate
      }
      if pattern.includesEverything {
        for name in RedisCommand.emptying { gates[name, default: Gate()].isOpen = true }
      }
      guard pattern.commands.isEmpty else { continue }
      if let key = pattern.key { filters[0].add(key) } else { rest.isOpen = true }
    }
    self.rest = rest
    var (bits, tries): ([UInt64], [KeyTrie]) = ([], [])
    self.filters = filters.map { filter in
      let own = filter.bits
      var flat = Filter(start: bits.count, count: own.count)
      bits += own
      if filter.globs.hasKeys {
        flat.globs = tries.count
        flat.begins = filter.begins
        tries.append(filter.globs)
      }
      return flat
    }
    self.bits = bits
    self.tries = tries
    var size = 16
    while size < gates.count * 4 { size *= 2 }
    var slots = [Gate](repeating: Gate(), count: size)
    for (word, gate) in gates {
      guard let name = RedisName(word: word) else { continue }
      var at = name.digest & (size - 1)
      while slots[at].name != nil { at = (at + 1) & (size - 1) }
      slots[at] = gate
      slots[at].name = name
    }
    self.gates = slots
  }

  /// Whether a command may fulfil a pattern.
  func passes(_ frame: UnsafeRawBufferPointer) -> Bool {
    if self.rest.isOpen { return true }
    var reader = RedisFrameReader(frame)
    // A longer name is looked at more closely.
    guard let word = reader.next(), let name = RedisName(word) else { return true }
    return self.gates.withUnsafeBufferPointer { gates in
      var at = name.digest & (gates.count - 1)
      while let known = gates[at].name {
        if known == name { return self.passes(&reader, gates[at]) }
        at = (at + 1) & (gates.count - 1)
      }
      return self.passes(&reader, self.rest)
    }
  }

  @inline(__always)
  private func passes(_ reader: inout RedisFrameReader, _ gate: Gate) -> Bool {
    if gate.isOpen { return true }
    return self.filters.withUnsafeBufferPointer { filters in
      guard gate.filter != 0 || !filters[0].isEmpty else { return false }
      let count = reader.left
      var index = 0
      while let argument = reader.next() {
        index += 1
        guard gate.keys.mayBeKey(index, of: count) else { continue }
        let digest = KeyDigest.of(argument)
        if !filters[0].isEmpty, self.passes(argument, digest, filters[0]) { return true }
        if gate.filter != 0, self.passes(argument, digest, filters[gate.filter]) { return true }
      }
      return false
    }
  }

  @inline(__always)
  private func passes(_ key: UnsafeRawBufferPointer, _ digest: UInt64, _ filter: Filter) -> Bool {
    if filter.count > 0 {
      let word = filter.start + (Int(truncatingIfNeeded: digest >> 6) & (filter.count - 1))
      if self.bits.withUnsafeBufferPointer({ $0[word] >> (digest & 63) & 1 == 1 }) { return true }
    }
    guard filter.globs >= 0, key.first.map(filter.mayBegin) ?? true else { return false }
    return self.tries[filter.globs].visit(key) { _ in true }
  }
}

/// Keys that patterns ask for: a bit for the digest of each, and the beginnings of those that are no whole keys.
private struct KeyFilter {
  private(set) var literals: [UInt64] = []
  private(set) var globs = KeyTrie()
  /// Bytes with which a key may begin that is no literal, a bit for each.
  private(set) var begins: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  mutating func add(_ key: TextPattern) {
    if var literal = key.literal {
      return self.literals.append(literal.withUTF8 { KeyDigest.of(UnsafeRawBufferPointer($0)) })
    }
    self.globs.add(key, 0)
    guard let first = key.prefix.first else {
      self.begins = (.max, .max, .max, .max)
      return
    }
    let bit = UInt64(1) << UInt64(first & 63)
    switch first >> 6 {
    case 0: self.begins.0 |= bit
    case 1: self.begins.1 |= bit
    case 2: self.begins.2 |= bit
    default: self.begins.3 |= bit
    }
  }

  /// A bit in 256 is set, at most: of keys that nobody asks for as many are looked at in vain.
  var bits: [UInt64] {
    guard !self.literals.isEmpty else { return [] }
    var size = 4
    while size < self.literals.count * 4 { size *= 2 }
    var bits = [UInt64](repeating: 0, count: size)
    for digest in self.literals { bits[Int(digest >> 6) & (size - 1)] |= 1 << (digest & 63) }
    return bits
  }
}

private enum KeyDigest {
  /// Eight bytes at a time. Only that equal keys have equal digests counts, and that few others do.
  @inline(__always)
  static func of(_ key: UnsafeRawBufferPointer) -> UInt64 {
    var digest = UInt64(truncatingIfNeeded: key.count)
    var at = 0
    while at + 8 <= key.count {
      digest = self.mixed(digest, key.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    var rest: UInt64 = 0
    while at < key.count {
      rest = rest << 8 | UInt64(key[at])
      at += 1
    }
    return self.mixed(digest, rest)
  }

  @inline(__always)
  private static func mixed(_ digest: UInt64, _ word: UInt64) -> UInt64 {
    let product = (digest ^ word) &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 32
  }
}
