/// The stand-in for a secret: `redacted-` and four hex digits made of the secret's bytes.
///
/// The same secret has the same pseudonym on every machine, so that matching works on redacted messages. Sixteen bits
/// are so few that of any dictionary one word in 65,536 has this pseudonym: it does not tell which one it was.
package enum Pseudonym {
  static let prefix = Array("redacted-".utf8)
  static let length = 13

  /// For values that are new in every request.
  static let oneTime = Array("redacted-0000".utf8)

  package static func text(of secret: String) -> String {
    var value = SecretValue()
    for byte in secret.utf8 { value.append(byte) }
    return String(decoding: value.pseudonym, as: UTF8.self)
  }

  /// Whether a pseudonym stands anywhere in the text.
  package static func occurs(in text: [UInt8]) -> Bool {
    text.indices.contains { self.stands(at: $0, in: text) }
  }

  /// Where pseudonyms stand in the text.
  static func places(in text: [UInt8]) -> [Range<Int>] {
    text.indices.filter { self.stands(at: $0, in: text) }.map { $0..<($0 + self.length) }
  }

  private static func stands(at index: Int, in text: [UInt8]) -> Bool {
    guard text[index] == self.prefix[0], index + self.length <= text.count else { return false }
    return text[index..<(index + self.prefix.count)].elementsEqual(self.prefix)
      && text[(index + self.prefix.count)..<(index + self.length)].allSatisfy(\.isLowercaseHex)
  }

  /// In base64, as fields of bytes have it in JSON.
  private static let encodedPrefix = Array("cmVkYWN0ZWQt".utf8)
  private static let encodedLength = 18

  /// The length of a pseudonym at `index` that is none of a text: of bytes in base64, or of a number that JSON has as a
  /// string.
  fileprivate static func lengthOfTyped(at index: Int, in text: [UInt8]) -> Int? {
    switch text[index] {
    case self.encodedPrefix[0]:
      let end = index + self.encodedLength
      guard end <= text.count, text[index...].starts(with: self.encodedPrefix) else { return nil }
      var decoder = Base64Decoder(capacity: self.encodedLength)
      for byte in text[index..<end] { guard decoder.append(byte) else { return nil } }
      guard let decoded = decoder.finish(), self.stands(at: 0, in: decoded) else { return nil }
      return self.encodedLength + text[end...].prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
    case UInt8(ascii: "1"):
      let quote = UInt8(ascii: "\"")
      guard index > 0, text[index - 1] == quote, index + 10 < text.count, text[index + 10] == quote,
        SecretValue(text[index..<(index + 10)]).isNumberPseudonym
      else { return nil }
      return 10
    default: return nil
    }
  }

  /// The text with every pseudonym made the same one.
  package static func levelled(_ text: [UInt8]) -> [UInt8] {
    var result = text
    var index = 0
    while index + self.length <= result.count {
      if let length = self.lengthOfTyped(at: index, in: result)
        ?? (self.stands(at: index, in: result) ? self.length : nil)
      {
        result.replaceSubrange(index..<(index + length), with: self.oneTime)
        index += self.length
      } else {
        index += 1
      }
    }
    return result
  }
}

/// A secret while it is read. Its bytes are not kept, but for the first few.
struct SecretValue: Sendable {
  private var hash = FNV1a()
  /// The first bytes, the first in the lowest bits.
  private var head: (UInt64, UInt64, UInt64) = (0, 0, 0)
  private static let headLength = 24
  private(set) var count = 0

  init() {}

  init(_ bytes: some Sequence<UInt8>) { for byte in bytes { self.append(byte) } }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    self.hash.append(byte)
    if self.count < 8 {
      self.head.0 |= UInt64(byte) << (8 * UInt64(self.count))
    } else if self.count < 16 {
      self.head.1 |= UInt64(byte) << (8 * UInt64(self.count - 8))
    } else if self.count < Self.headLength {
      self.head.2 |= UInt64(byte) << (8 * UInt64(self.count - 16))
    }
    self.count += 1
  }

  /// Whether the value is a pseudonym already, be it that of a text, of bytes in base64 or of a number in a string; it then
  /// stands for itself.
  var isPseudonym: Bool {
    switch self.count {
    case Pseudonym.length:
      let bytes = self.start
      return bytes.starts(with: Pseudonym.prefix) && bytes[9..<13].allSatisfy { $0.isLowercaseHex }
    case 10: return self.isNumberPseudonym
    case 18, 20: return Pseudonym.lengthOfTyped(at: 0, in: self.start) == self.count
    default: return false
    }
  }

  var pseudonym: [UInt8] {
    if self.isPseudonym { return self.start }
    let folded = self.hash.folded16
    return Pseudonym.prefix
      + stride(from: UInt16(12), through: 0, by: -4).map { UInt8.lowercaseHex((folded >> $0) & 15) }
  }

  /// A number that stands for a number: within 32 bits, signed, and told from others by its first digits.
  var number: [UInt8] {
    if self.isNumberPseudonym { return self.start }
    return Array("\(Self.leastNumber + Int64(self.hash.folded16))".utf8)
  }

  /// The same as a value.
  var wholeNumber: Int64 {
    self.isNumberPseudonym
      ? Int64(String(decoding: self.start.prefix(10), as: UTF8.self)) ?? 0
      : Self.leastNumber + Int64(self.hash.folded16)
  }

  /// With `.0` behind it, it is one that stands for a fraction.
  var isNumberPseudonym: Bool {
    guard self.count == 10 || self.count == 12 && self.start[10...].elementsEqual(".0".utf8),
      let number = Int64(String(decoding: self.start.prefix(10), as: UTF8.self))
    else { return false }
    return Self.leastNumber...(Self.leastNumber + 65_535) ~= number
  }

  private static let leastNumber: Int64 = 1_999_900_000

  /// As far as it is kept.
  private var start: [UInt8] {
    (0..<min(self.count, Self.headLength)).map { index in
      let word = index < 8 ? self.head.0 : index < 16 ? self.head.1 : self.head.2
      return UInt8(truncatingIfNeeded: word >> UInt64(8 * (index & 7)))
    }
  }
}

extension UInt8 {
  /// The digit of a value below 16.
  static func lowercaseHex(_ value: UInt16) -> UInt8 {
    let digit = UInt8(truncatingIfNeeded: value & 15)
    return digit < 10 ? 0x30 + digit : 0x57 + digit
  }

  var isLowercaseHex: Bool { (0x30...0x39).contains(self) || (0x61...0x66).contains(self) }

  /// The value of a hex digit of either case.
  var hexValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }

  /// An ASCII letter, a digit or `_`.
  @inline(__always)
  var isWord: Bool { (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 || self == 0x5F }
}
