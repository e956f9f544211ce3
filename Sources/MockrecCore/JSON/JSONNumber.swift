/// A JSON number as it was written, compared by its exact decimal value.
///
/// No digit is lost whatever the length, and `1e999999999` costs no more than its text.
public struct JSONNumber: Sendable {
  /// The number as written, always a `number` of RFC 8259 section 6.
  public let text: String

  /// Reads a number; nil when `text` is not one by the grammar of RFC 8259 section 6.
  public init?(_ text: String) {
    var copy = text
    let isNumber = copy.withUTF8 { bytes in
      var scanner = JSONScanner(bytes)
      guard (try? scanner.skipNumber()) != nil else { return false }
      return scanner.isAtEnd
    }
    guard isNumber else { return nil }
    self.text = text
  }

  /// The shortest spelling that reads back as `value`; nil for infinities and NaN, which JSON does not have.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = value.description
  }

  public init(_ value: some FixedWidthInteger) {
    text = String(value)
  }

  /// - Precondition: `scanned` passed `JSONScanner.skipNumber`.
  init(scanned: UnsafeBufferPointer<UInt8>) {
    text = String(decoding: scanned, as: UTF8.self)
  }

  /// The nearest double, infinite when the number is too large for one.
  public var double: Double {
    Double(text) ?? .nan
  }

  /// The value when it is a whole number that fits, in whatever spelling: 12 for `12`, `12.0` and `1.2e1`.
  public var int64: Int64? {
    Int64(text) ?? JSONDecimal(text).int64
  }

  /// Whether the number is spelled as an integer, without fraction and exponent: true for `1`, false for `1.0`.
  public var isInteger: Bool {
    !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
  }
}

extension JSONNumber: Hashable, Comparable, CustomStringConvertible {
  public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
    left.text == right.text || JSONDecimal(left.text).isEqual(to: JSONDecimal(right.text))
  }

  public static func < (left: JSONNumber, right: JSONNumber) -> Bool {
    JSONDecimal(left.text).isLess(than: JSONDecimal(right.text))
  }

  public func hash(into hasher: inout Hasher) {
    JSONDecimal(text).hash(into: &hasher)
  }

  public var description: String { text }
}
