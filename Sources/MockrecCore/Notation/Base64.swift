/// Undoes base64, a character at a time. Padding may be left out.
///
/// Source: RFC 4648, section 4.
struct Base64Decoder {
  private var bytes: [UInt8] = []
  private var bits: UInt32 = 0
  private var count = 0
  private var padding = 0

  init(capacity: Int) { self.bytes.reserveCapacity(capacity / 4 * 3 + 3) }

  /// Takes a character; false where it cannot stand here.
  mutating func append(_ character: UInt8) -> Bool {
    if character == UInt8(ascii: "=") {
      self.padding += 1
      return self.count % 4 >= 2 && self.count % 4 + self.padding <= 4
    }
    guard self.padding == 0, let value = Self.value(character) else { return false }
    self.bits = self.bits << 6 | UInt32(value)
    self.count += 1
    if self.count % 4 == 0 {
      self.bytes.append(UInt8(truncatingIfNeeded: self.bits >> 16))
      self.bytes.append(UInt8(truncatingIfNeeded: self.bits >> 8))
      self.bytes.append(UInt8(truncatingIfNeeded: self.bits))
    }
    return true
  }

  /// The bytes; nil where the text stops in the middle of one.
  consuming func finish() -> [UInt8]? {
    switch self.count % 4 {
    case 1: return nil
    case 2: self.bytes.append(UInt8(truncatingIfNeeded: self.bits >> 4))
    case 3:
      self.bytes.append(UInt8(truncatingIfNeeded: self.bits >> 10))
      self.bytes.append(UInt8(truncatingIfNeeded: self.bits >> 2))
    default: break
    }
    return self.bytes
  }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x41...0x5A: character - 0x41
    case 0x61...0x7A: character - 0x61 + 26
    case 0x30...0x39: character - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

/// Writes bytes as base64 with padding, in lines of 76 characters where they do not fit on one.
func base64Text(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(bytes.count / 3 * 4 + bytes.count / 57 + 8)
  for (line, start) in stride(from: 0, to: bytes.count, by: 57).enumerated() {
    if line > 0 { text.append(.lineFeed) }
    for offset in stride(from: start, to: min(start + 57, bytes.count), by: 3) {
      let second = offset + 1 < bytes.count ? bytes[offset + 1] : nil
      let third = offset + 2 < bytes.count ? bytes[offset + 2] : nil
      let bits = Int(bytes[offset]) << 16 | Int(second ?? 0) << 8 | Int(third ?? 0)
      text.append(alphabet[bits >> 18])
      text.append(alphabet[bits >> 12 & 63])
      text.append(second == nil ? UInt8(ascii: "=") : alphabet[bits >> 6 & 63])
      text.append(third == nil ? UInt8(ascii: "=") : alphabet[bits & 63])
    }
  }
  return String(decoding: text, as: UTF8.self)
}
