/// The arguments of a command that is a whole array of bulk strings, one after the other, where they lie.
struct RedisFrameReader {
  private let bytes: UnsafeRawBufferPointer
  private var at = 1
  private var left: Int
  private var isBroken = false

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    self.left = 0
    guard bytes.first == UInt8(ascii: "*") else {
      self.isBroken = true
      return
    }
    self.left = self.number()
  }

  /// Whether all arguments were read, and were bulk strings.
  var isWhole: Bool { !self.isBroken && self.left == 0 }

  mutating func next() -> UnsafeRawBufferPointer? {
    guard self.left > 0, !self.isBroken else { return nil }
    guard self.at < self.bytes.count, self.bytes[self.at] == UInt8(ascii: "$") else {
      self.isBroken = true
      return nil
    }
    self.at += 1
    let length = self.number()
    guard length >= 0, self.at + length + 2 <= self.bytes.count else {
      self.isBroken = true
      return nil
    }
    defer { self.at += length + 2 }
    self.left -= 1
    return UnsafeRawBufferPointer(rebasing: self.bytes[self.at..<(self.at + length)])
  }

  /// The number that the line begins with; -1 where it is none. The reader stands behind the line then.
  private mutating func number() -> Int {
    var value = 0
    var digits = 0
    while self.at < self.bytes.count, self.bytes[self.at] != 0x0A {
      let digit = Int(self.bytes[self.at]) - 0x30
      if digit >= 0, digit <= 9, digits < 18 {
        value = value * 10 + digit
        digits += 1
      } else if self.bytes[self.at] != 0x0D {
        digits = 100
      }
      self.at += 1
    }
    self.at += 1
    return digits > 0 && digits < 100 ? value : -1
  }
}

/// A command's name in capitals, of up to 16 letters, as two numbers: compared and looked up without a text.
struct RedisName: Sendable, Hashable {
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
}
