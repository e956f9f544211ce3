/// One escape of a JSON string while it is read: RFC 8259, section 7.
struct JSONEscape: Sendable {
  /// What an escape stood for, as UTF-8, and where it began.
  struct Decoded {
    var bytes: Bytes
    var start: Int
  }

  private enum State {
    case none, backslash
    case unicode(digits: Int, value: UInt32)
    /// After the first half of a surrogate pair.
    case half(UInt32)
    case halfBackslash(UInt32)
    case halfUnicode(UInt32, digits: Int, value: UInt32)
  }

  private var state = State.none
  private var at = 0

  /// Whether the next byte belongs to an escape, or may.
  var isOpen: Bool { if case .none = self.state { false } else { true } }

  /// Whether a quote that came now would be escaped.
  var isEscaping: Bool {
    switch self.state {
    case .backslash, .halfBackslash: true
    default: false
    }
  }

  /// Where the open escape began.
  var start: Int? { self.isOpen ? self.at : nil }

  /// Takes a backslash or a byte after one; gives what the escape stood for when it is complete.
  mutating func step(_ byte: UInt8, at offset: Int) -> Decoded? {
    switch self.state {
    case .none:
      self.at = offset
      self.state = .backslash
    case .backslash:
      if byte == UInt8(ascii: "u") {
        self.state = .unicode(digits: 0, value: 0)
      } else {
        return self.end(with: Bytes(Self.plain(byte)))
      }
    case .unicode(let digits, let value):
      guard let digit = byte.hexValue else { return self.end(with: Bytes(byte)) }
      let value = value << 4 | UInt32(digit)
      if digits < 3 {
        self.state = .unicode(digits: digits + 1, value: value)
      } else if (0xD800..<0xDC00).contains(value) {
        self.state = .half(value)
      } else {
        return self.end(with: Bytes(scalar: value))
      }
    case .half(let high):
      guard byte == UInt8(ascii: "\\") else { return self.end(with: Bytes(byte)) }
      self.state = .halfBackslash(high)
    case .halfBackslash(let high):
      guard byte == UInt8(ascii: "u") else { return self.end(with: Bytes(Self.plain(byte))) }
      self.state = .halfUnicode(high, digits: 0, value: 0)
    case .halfUnicode(let high, let digits, let value):
      guard let digit = byte.hexValue else { return self.end(with: Bytes(byte)) }
      let value = value << 4 | UInt32(digit)
      if digits < 3 {
        self.state = .halfUnicode(high, digits: digits + 1, value: value)
      } else if (0xDC00..<0xE000).contains(value) {
        return self.end(with: Bytes(scalar: 0x10000 + ((high - 0xD800) << 10) + (value - 0xDC00)))
      } else {
        return self.end(with: Bytes(scalar: value))
      }
    }
    return nil
  }

  private mutating func end(with bytes: Bytes) -> Decoded {
    self.state = .none
    return Decoded(bytes: bytes, start: self.at)
  }

  private static func plain(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    default: byte
    }
  }
}

/// Up to four bytes, without memory of their own.
struct Bytes: Sequence, IteratorProtocol {
  private var rest: UInt32
  private var count: Int

  init(_ byte: UInt8) {
    self.rest = UInt32(byte)
    self.count = 1
  }

  /// The UTF-8 of a scalar; of half a surrogate pair, that of U+FFFD.
  init(scalar value: UInt32) {
    let encoded = UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}")
    self.rest = 0
    self.count = 0
    for byte in encoded ?? UTF8.encodedReplacementCharacter {
      self.rest |= UInt32(byte) << UInt32(8 * self.count)
      self.count += 1
    }
  }

  mutating func next() -> UInt8? {
    guard self.count > 0 else { return nil }
    defer { self.rest >>= 8 }
    self.count -= 1
    return UInt8(truncatingIfNeeded: self.rest)
  }
}
