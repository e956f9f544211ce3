/// The arguments of a command that is a whole array of bulk strings, one after the other, where they lie.
struct RedisFrameReader {
  private let bytes: UnsafeRawBufferPointer
  /// Bytes that were read.
  private(set) var at = 1
  /// Arguments that were not read.
  private(set) var left: Int
  private var isBroken = false

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    self.left = 0
    guard bytes.first == UInt8(ascii: "*") else {
      self.isBroken = true
      return
    }
    // Less than none is none.
    self.isBroken = bytes.count > 1 && bytes[1] != UInt8(ascii: "-")
    let count = self.number()
    guard count >= 0 else { return }
    self.isBroken = false
    self.left = count
  }

  /// Whether all arguments were read, and were bulk strings.
  var isWhole: Bool { !self.isBroken && self.left == 0 }

  @inline(__always)
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

  /// The line's number, digits as Redis takes them, a carriage return and any byte; -1 where it is none. The reader stands
  /// behind the line then.
  @inline(__always)
  private mutating func number() -> Int {
    let start = self.at
    var value = 0
    while self.at < self.bytes.count {
      let digit = Int(self.bytes[self.at]) - 0x30
      guard digit >= 0, digit <= 9 else { break }
      value = value &* 10 &+ digit
      self.at += 1
    }
    let digits = self.at - start
    guard digits > 0, digits <= 18, digits == 1 || self.bytes[start] != 0x30, self.at + 1 < self.bytes.count,
      self.bytes[self.at] == 0x0D
    else { return -1 }
    self.at += 2
    return value
  }
}
