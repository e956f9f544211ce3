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

  /// The text with every pseudonym made the same one.
  package static func levelled(_ text: [UInt8]) -> [UInt8] {
    var result = text
    var index = 0
    while index + self.length <= result.count {
      if self.stands(at: index, in: result) {
        result.replaceSubrange(index..<(index + self.length), with: self.oneTime)
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
  /// The first sixteen bytes, the first in the lowest bits.
  private var head: (UInt64, UInt64) = (0, 0)
  private(set) var count = 0

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    self.hash.append(byte)
    if self.count < 8 {
      self.head.0 |= UInt64(byte) << (8 * UInt64(self.count))
    } else if self.count < 16 {
      self.head.1 |= UInt64(byte) << (8 * UInt64(self.count - 8))
    }
    self.count += 1
  }

  /// Whether the value is a pseudonym already, which then stands for itself.
  var isPseudonym: Bool {
    guard self.count == Pseudonym.length else { return false }
    let bytes = self.start
    return bytes.starts(with: Pseudonym.prefix) && bytes[9..<13].allSatisfy { $0.isLowercaseHex }
  }

  var pseudonym: [UInt8] {
    if self.isPseudonym { return Array(self.start[..<Pseudonym.length]) }
    let folded = self.hash.folded16
    return Pseudonym.prefix
      + stride(from: UInt16(12), through: 0, by: -4).map { UInt8.lowercaseHex((folded >> $0) & 15) }
  }

  /// A number that stands for a number: within 32 bits, signed, and told from others by its first digits.
  var number: [UInt8] {
    if self.isNumberPseudonym { return Array(self.start[..<10]) }
    return Array("\(1_999_900_000 + Int(self.hash.folded16))".utf8)
  }

  var isNumberPseudonym: Bool {
    guard self.count == 10, let number = Int(String(decoding: self.start[..<10], as: UTF8.self)) else { return false }
    return number >= 1_999_900_000 && number <= 1_999_965_535
  }

  private var start: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? self.head.0 : self.head.1) >> UInt64(8 * ($0 & 7))) }
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
