/// Passes over the tokens of RFC 8259, checking each one and building nothing.
///
/// The parser and the layouts stand on it, so that both take exactly the same texts for JSON.
/// A lone surrogate escape (`\ud800`) is refused: no Unicode text can hold it, and a stand-in would make different
/// strings equal.
struct JSONScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var offset = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { offset >= bytes.count }

  /// The byte here, or 0 at the end: no token starts with it.
  @inline(__always)
  var next: UInt8 {
    offset < bytes.count ? bytes[offset] : 0
  }

  @inline(__always)
  mutating func advance() {
    offset &+= 1
  }

  /// What was passed since `start`.
  @inline(__always)
  func slice(from start: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[start..<offset])
  }

  @inline(__always)
  mutating func skipWhitespace() {
    offset = bytes.endOfWhitespace(from: offset)
  }

  /// Passes over `word`, one of the three names that JSON has.
  @inline(__always)
  mutating func skipName(_ word: StaticString) throws(JSONError) {
    try check(word)
    offset &+= word.utf8CodeUnitCount
  }

  @inline(never)
  private func check(_ word: StaticString) throws(JSONError) {
    for position in 0..<word.utf8CodeUnitCount {
      guard offset + position < bytes.count, bytes[offset + position] == word.utf8Start[position] else {
        throw failure("expected \(word)")
      }
    }
  }

  @inline(__always)
  mutating func skipNumber() throws(JSONError) {
    if next == UInt8(ascii: "-") { offset &+= 1 }
    if next == UInt8(ascii: "0") {
      offset &+= 1
      if isDigit(next) { throw failure("a number has no zeros in front") }
    } else {
      try skipDigits()
    }
    if next == UInt8(ascii: ".") {
      offset &+= 1
      try skipDigits()
    }
    if next | 0x20 == UInt8(ascii: "e") {
      offset &+= 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset &+= 1 }
      try skipDigits()
    }
  }

  @inline(__always)
  private mutating func skipDigits() throws(JSONError) {
    guard isDigit(next) else { throw failure("expected a digit") }
    repeat { offset &+= 1 } while isDigit(next)
  }

  @inline(__always)
  private func isDigit(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10
  }

  /// Passes over the string that starts here with its quote, and returns whether it has escapes.
  ///
  /// What is rare is left to functions that take a copy, so that a caller's scanner can stay in registers.
  @inline(__always)
  mutating func skipString() throws(JSONError) -> Bool {
    let start = offset
    offset = endOfPlainText(from: start &+ 1)
    if next == UInt8(ascii: "\"") {
      offset &+= 1
      return false
    }
    let rest = try restOfString(from: start)
    offset = rest.end
    return rest.hasEscapes
  }

  @inline(__always)
  private func endOfPlainText(from start: Int) -> Int {
    bytes.endOfPlainText(from: start, mark: UInt8(ascii: "\""), stopsBeyondASCII: true)
  }

  @inline(never)
  private func restOfString(from start: Int) throws(JSONError) -> (end: Int, hasEscapes: Bool) {
    var scanner = self
    return try scanner.skipRestOfString(from: start)
  }

  private mutating func skipRestOfString(from start: Int) throws(JSONError) -> (end: Int, hasEscapes: Bool) {
    var hasEscapes = false
    while true {
      guard offset < bytes.count else { throw JSONError(offset: start, message: "this string is not closed") }
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") { return (offset &+ 1, hasEscapes) }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        try skipEscape()
      } else if byte < 0x20 {
        throw failure("a control character stands bare in a string; it must be escaped")
      } else if byte >= 0x80 {
        try skipMultibyte()
      } else {
        offset &+= 1
      }
      offset = endOfPlainText(from: offset)
    }
  }

  private mutating func skipEscape() throws(JSONError) {
    let start = offset
    offset += 1
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset += 1
    case UInt8(ascii: "u"):
      let unit = try skipHex()
      guard unit & 0xF800 == 0xD800 else { return }
      guard unit < 0xDC00, next == UInt8(ascii: "\\"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "u")
      else { throw JSONError(offset: start, message: "half of a surrogate pair stands alone") }
      offset += 1
      guard try skipHex() & 0xFC00 == 0xDC00 else {
        throw JSONError(offset: start, message: "half of a surrogate pair stands alone")
      }
    default:
      throw JSONError(offset: start, message: "there is no such escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
    }
  }

  /// Passes over `u` and its four hex digits, and returns their value.
  private mutating func skipHex() throws(JSONError) -> UInt16 {
    offset += 1
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = hexValue(next) else { throw failure("\\u needs four hexadecimal digits") }
      value = value << 4 | UInt16(digit)
      offset += 1
    }
    return value
  }

  /// Passes over one scalar beyond ASCII. Source: RFC 3629 section 4.
  private mutating func skipMultibyte() throws(JSONError) {
    let lead = bytes[offset]
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard lead >= 0xC2, lead <= 0xF4, offset + length <= bytes.count else { throw failure("not UTF-8") }
    let second = bytes[offset + 1]
    let isSecondValid =
      switch lead {
      case 0xE0: second >= 0xA0
      case 0xED: second < 0xA0
      case 0xF0: second >= 0x90
      case 0xF4: second < 0x90
      default: true
      }
    guard isSecondValid else { throw failure("not UTF-8") }
    for position in 1..<length where bytes[offset + position] & 0xC0 != 0x80 {
      throw failure("not UTF-8")
    }
    offset += length
  }

  /// An error here. Where the text ends is said, since that is what is wrong then.
  @inline(never)
  func failure(_ message: String) -> JSONError {
    JSONError(offset: offset, message: isAtEnd ? "the text ends here; \(message)" : message)
  }
}

/// The value of a hexadecimal digit, of either case.
func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
