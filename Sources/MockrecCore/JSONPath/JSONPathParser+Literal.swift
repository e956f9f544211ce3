extension JSONPathParser {
  /// Reads a string in quotes of either kind.
  mutating func string() throws(JSONPathError) -> String {
    let start = offset
    let quote = next
    offset += 1
    var text = String.UnicodeScalarView()
    while true {
      guard offset < scalars.count else { throw failure("this string is not closed", at: start) }
      let scalar = next
      offset += 1
      switch scalar {
      case quote:
        return String(text)
      case "\\":
        text.append(try escape(quote: quote))
      case _ where scalar.value < 0x20:
        throw failure("a control character must be escaped", at: offset - 1)
      default:
        text.append(scalar)
      }
    }
  }

  private mutating func escape(quote: Unicode.Scalar) throws(JSONPathError) -> Unicode.Scalar {
    let start = offset - 1
    let letter = next
    guard offset < scalars.count else { throw failure("expected an escape") }
    offset += 1
    if letter == quote { return quote }
    if letter != "u" {
      guard letter.isASCII, let value = JSONString.shortEscape(UInt8(letter.value)) else {
        throw failure("there is no such escape in a string in \(quote)", at: start)
      }
      return Unicode.Scalar(value)
    }
    var value = try hexUnit()
    if 0xD800...0xDBFF ~= value, next == "\\", peek(1) == "u" {
      offset += 2
      let low = try hexUnit()
      guard 0xDC00...0xDFFF ~= low else { throw failure("half of a surrogate pair stands alone", at: start) }
      value = JSONString.scalar(high: value, low: low)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw failure("half of a surrogate pair stands alone", at: start)
    }
    return scalar
  }

  private mutating func hexUnit() throws(JSONPathError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard next.isASCII, let digit = hexValue(UInt8(next.value)) else {
        throw failure("\\u needs four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  /// Reads a number literal, which is one of JSON.
  mutating func number() throws(JSONPathError) -> JSONNumber {
    let start = offset
    var text = String.UnicodeScalarView()
    while "+-.eE".unicodeScalars.contains(next) || isDigit(next) {
      text.append(next)
      offset += 1
    }
    guard let number = JSONNumber(String(text)) else { throw failure("this is not a number of JSON", at: start) }
    return number
  }
}
