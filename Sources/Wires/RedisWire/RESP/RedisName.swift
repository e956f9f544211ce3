/// A command's name in capitals, of up to 16 letters, as two numbers: compared and looked up without a text.
struct RedisName: Sendable, Equatable {
  private var high: UInt64 = 0
  private var low: UInt64 = 0

  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= 16 else { return nil }
    for byte in bytes { self.append(byte) }
  }

  init?(word: String) {
    guard word.utf8.count <= 16 else { return nil }
    for byte in word.utf8 { self.append(byte) }
  }

  private mutating func append(_ byte: UInt8) {
    self.high = self.high << 8 | self.low >> 56
    self.low = self.low << 8 | UInt64(byte.asciiUppercased)
  }

  /// Where a table begins to look for the name.
  var digest: Int { Int(truncatingIfNeeded: ((self.low ^ self.high) &* 0x9E37_79B9_7F4A_7C15) >> 32) }
}

/// A few names that never change, asked for with every command.
struct RedisNameSet: Sendable {
  /// Open addressing, at most a quarter full.
  private let slots: [RedisName?]

  init(_ words: [String]) {
    let names = words.compactMap { RedisName(word: $0) }
    var size = 16
    while size < names.count * 4 { size *= 2 }
    var slots = [RedisName?](repeating: nil, count: size)
    for name in names {
      var at = name.digest & (size - 1)
      while slots[at] != nil { at = (at + 1) & (size - 1) }
      slots[at] = name
    }
    self.slots = slots
  }

  func contains(_ name: RedisName) -> Bool {
    var at = name.digest & (self.slots.count - 1)
    while let known = self.slots[at] {
      if known == name { return true }
      at = (at + 1) & (self.slots.count - 1)
    }
    return false
  }
}
