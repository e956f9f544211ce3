/// A set of bytes; those from 128 on are in it all or not at all.
struct ByteSet {
  private let low: UInt64
  private let high: UInt64
  private let beyond: Bool

  init(_ characters: StaticString, beyond: Bool = false) {
    var words: (UInt64, UInt64) = (0, 0)
    characters.withUTF8Buffer { bytes in
      for byte in bytes where byte < 64 { words.0 |= 1 << UInt64(byte) }
      for byte in bytes where byte >= 64 && byte < 128 { words.1 |= 1 << UInt64(byte - 64) }
    }
    (self.low, self.high, self.beyond) = (words.0, words.1, beyond)
  }

  private init(low: UInt64, high: UInt64, beyond: Bool) {
    (self.low, self.high, self.beyond) = (low, high, beyond)
  }

  /// Every byte that is not in this set.
  var inverted: ByteSet { ByteSet(low: ~self.low, high: ~self.high, beyond: !self.beyond) }

  /// This set and the control characters, of which NUL stands for the end of the file.
  var withControls: ByteSet {
    ByteSet(low: self.low | 0xFFFF_FFFF, high: self.high | 1 << 63, beyond: self.beyond)
  }

  @inline(__always) func contains(_ byte: UInt8) -> Bool {
    if byte < 64 { return self.low >> UInt64(byte) & 1 == 1 }
    if byte < 128 { return self.high >> UInt64(byte - 64) & 1 == 1 }
    return self.beyond
  }
}

extension ByteSet {
  /// What a key is made of without escapes; letters beyond ASCII too.
  static let key = ByteSet(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.[]@$", beyond: true)
}
