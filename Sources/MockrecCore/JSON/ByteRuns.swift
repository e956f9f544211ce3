/// Runs of bytes that JSON texts are mostly made of, eight bytes at a time.
extension UnsafeBufferPointer<UInt8> {
  private static var ones: UInt64 { 0x0101_0101_0101_0101 }
  private static var tops: UInt64 { 0x8080_8080_8080_8080 }

  /// Eight bytes, the first one in the lowest bits.
  ///
  /// - Precondition: `offset + 8 <= count`
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The offset behind the white space (RFC 8259, 2) that stands at `start`.
  @inline(__always)
  func endOfWhitespace(from start: Int) -> Int {
    var offset = start
    while offset < self.count {
      let byte = self[offset]
      if byte > 0x20 { return offset }
      if byte == 0x0A {
        offset &+= 1
        // An indentation, mostly.
        while offset &+ 8 <= self.count {
          let spaces = (self.word(at: offset) ^ (Self.ones &* 0x20)).trailingZeroBitCount &>> 3
          offset &+= spaces
          if spaces < 8 { break }
        }
      } else if byte == 0x20 || byte == 0x0D || byte == 0x09 {
        offset &+= 1
      } else {
        return offset
      }
    }
    return offset
  }

  /// The offset of the first byte that may mean something in a string: a quote, a backslash, a control character, `mark`,
  /// or, where wanted, a byte beyond ASCII. The last few bytes of a text are left to be looked at one by one.
  @inline(__always)
  func endOfPlainText(from start: Int, mark: UInt8, stopsBeyondASCII: Bool) -> Int {
    var offset = start
    while offset &+ 8 <= self.count {
      let word = self.word(at: offset)
      let quote = word ^ (Self.ones &* 0x22)
      let backslash = word ^ (Self.ones &* 0x5C)
      let other = word ^ (Self.ones &* UInt64(mark))
      // The high bit of a byte is set where it is one of these. A borrow can set it in a later byte by mistake, never in
      // the first.
      var hits = (word &- (Self.ones &* 0x20)) & ~word
      hits |= (quote &- Self.ones) & ~quote
      hits |= (backslash &- Self.ones) & ~backslash
      hits |= (other &- Self.ones) & ~other
      if stopsBeyondASCII { hits |= word }
      hits &= Self.tops
      if hits != 0 { return offset &+ (hits.trailingZeroBitCount &>> 3) }
      offset &+= 8
    }
    return offset
  }
}
