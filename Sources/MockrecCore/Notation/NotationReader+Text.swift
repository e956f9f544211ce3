extension NotationReader {
  /// Refuses what is not text: bytes that are not UTF-8, and NUL. Steps over a byte order mark.
  ///
  /// Many bytes at a time while they are ASCII, as nearly all are.
  mutating func checkText() throws(Diagnostic) {
    var offset = 0
    let raw = UnsafeRawBufferPointer(self.bytes)
    while offset < raw.count {
      offset = self.endOfASCII(from: offset)
      guard offset < raw.count else { break }
      guard let length = self.scalarLength(at: offset) else {
        throw self.failure(
          raw[offset] == 0 ? "a NUL byte: this is not a text" : "bytes that are not UTF-8", at: offset,
          fix: "write binary bodies as `base64,…;`, `hex,…;` or `file,NAME;`")
      }
      offset += length
    }
    if self.byte(0) == 0xEF, self.byte(1) == 0xBB, self.byte(2) == 0xBF { self.at = 3 }
  }

  /// The offset of the first byte that is not ASCII, or NUL, or a few bytes before it: words are looked at as a whole.
  @inline(__always)
  private func endOfASCII(from start: Int) -> Int {
    var offset = start
    while offset + 32 <= self.bytes.count {
      let odd =
        self.oddBytes(at: offset) | self.oddBytes(at: offset + 8) | self.oddBytes(at: offset + 16)
        | self.oddBytes(at: offset + 24)
      guard odd & 0x8080_8080_8080_8080 == 0 else { break }
      offset += 32
    }
    while offset + 8 <= self.bytes.count {
      guard self.oddBytes(at: offset) & 0x8080_8080_8080_8080 == 0 else { break }
      offset += 8
    }
    return offset
  }

  /// Eight bytes: the high bit is set in the first term by non-ASCII, in the second by a NUL (and by nothing else in a
  /// word that has neither).
  @inline(__always)
  private func oddBytes(at offset: Int) -> UInt64 {
    let word = self.bytes.word(at: offset)
    return word | ((word &- 0x0101_0101_0101_0101) & ~word)
  }

  /// The length of the well-formed UTF-8 sequence at an offset; nil where there is none.
  ///
  /// Source: The Unicode Standard, table 3-7.
  private func scalarLength(at offset: Int) -> Int? {
    let first = self.byte(offset)
    let second: ClosedRange<UInt8>
    let length: Int
    switch first {
    case 0x01...0x7F: return 1
    case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
    case 0xE0: (second, length) = (0xA0...0xBF, 3)
    case 0xED: (second, length) = (0x80...0x9F, 3)
    case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
    case 0xF0: (second, length) = (0x90...0xBF, 4)
    case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
    case 0xF4: (second, length) = (0x80...0x8F, 4)
    default: return nil
    }
    guard second.contains(self.byte(offset + 1)) else { return nil }
    for index in 2..<max(2, length) where self.byte(offset + index) & 0xC0 != 0x80 { return nil }
    return length
  }
}
