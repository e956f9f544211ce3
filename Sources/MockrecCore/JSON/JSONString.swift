/// The escapes of string literals, as JSON (RFC 8259 section 7) and JSONPath (RFC 9535 section 2.3.1.1) share them.
package enum JSONString {
  /// The text as a JSON string in double quotes: only what must be escaped is.
  package static func quote(_ text: String) -> String {
    var output: [UInt8] = []
    appendQuoted(text, quote: UInt8(ascii: "\""), to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// The text that a JSON string in double quotes stands for.
  package static func unquote(_ literal: String) throws(JSONError) -> String {
    guard case .string(let text) = try JSON.parse(literal) else {
      throw JSONError(offset: 0, message: "expected a string in double quotes")
    }
    return text
  }

  /// Appends `text` between two of `quote`, escaping that quote, the backslash and control characters.
  static func appendQuoted(_ text: String, quote: UInt8, to output: inout [UInt8]) {
    output.append(quote)
    self.appendEscaped(text, quote: quote, to: &output)
    output.append(quote)
  }

  /// Appends `text` as it stands between two of `quote`.
  package static func appendEscaped(_ text: String, quote: UInt8, to output: inout [UInt8]) {
    for byte in text.utf8 {
      if byte == quote || byte == UInt8(ascii: "\\") {
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
      } else if byte < 0x20 {
        appendControl(byte, to: &output)
      } else {
        output.append(byte)
      }
    }
  }

  private static func appendControl(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    default: output.append(contentsOf: [0x75, 0x30, 0x30, 0x30 + byte >> 4, hexDigit(byte & 0xF)])
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// What a backslash and this letter stand for, where that is one ASCII character; quotes stand for themselves.
  static func shortEscape(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "/"), UInt8(ascii: "\\"): letter
    default: nil
    }
  }

  /// The scalar of a surrogate pair.
  static func scalar(high: UInt32, low: UInt32) -> UInt32 {
    0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF)
  }

  /// The text that the inside of a JSON string stands for.
  ///
  /// - Precondition: `content` passed `JSONScanner.skipString`.
  static func unescape(_ content: UnsafeBufferPointer<UInt8>) -> String {
    // An escape is never shorter than what it stands for, so the content's length is room enough.
    String(unsafeUninitializedCapacity: content.count) { output in
      var written = 0
      var offset = 0
      while offset < content.count {
        if content[offset] != UInt8(ascii: "\\") {
          output[written] = content[offset]
          written += 1
          offset += 1
        } else if content[offset + 1] != UInt8(ascii: "u") {
          output[written] = shortEscape(content[offset + 1]) ?? content[offset + 1]
          written += 1
          offset += 2
        } else {
          var value = hexUnit(content, offset + 2)
          offset += 6
          if value & 0xF800 == 0xD800 {
            value = scalar(high: value, low: hexUnit(content, offset + 2))
            offset += 6
          }
          for byte in UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
            output[written] = byte
            written += 1
          }
        }
      }
      return written
    }
  }

  private static func hexUnit(_ content: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt32 {
    (start..<start + 4).reduce(0) { $0 << 4 | UInt32(hexValue(content[$1]) ?? 0) }
  }
}
