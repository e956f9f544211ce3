/// The parts of a JSON number for exact comparison: `0.digits × 10^(point + exponent)`.
///
/// The exponent stays text, because it may be longer than any integer type holds.
struct JSONDecimal {
  private let isNegative: Bool
  /// Significant digits, no zeros at either end; empty for zero.
  private let digits: [UInt8]
  private let point: Int
  private let exponent: [UInt8]
  private let isExponentNegative: Bool

  /// - Precondition: `text` is a `number` of RFC 8259.
  init(_ text: String) {
    var isNegative = false
    var isExponentNegative = false
    var digits: [UInt8] = []
    var exponent: [UInt8] = []
    var point = 0
    var isPastPoint = false
    var isExponent = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "-"):
        if isExponent { isExponentNegative = true } else { isNegative = true }
      case UInt8(ascii: "."):
        isPastPoint = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        isExponent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if isExponent {
          if !exponent.isEmpty || digit != 0 { exponent.append(digit) }
        } else {
          let isLeadingZero = digits.isEmpty && digit == 0
          if !isLeadingZero { digits.append(digit) }
          if isPastPoint, isLeadingZero { point -= 1 }
          if !isPastPoint, !isLeadingZero { point += 1 }
        }
      default:
        break
      }
    }
    while digits.last == 0 { digits.removeLast() }
    self.isNegative = isNegative && !digits.isEmpty
    self.digits = digits
    self.point = point
    self.exponent = exponent
    self.isExponentNegative = isExponentNegative
  }

  func isEqual(to other: JSONDecimal) -> Bool {
    guard isNegative == other.isNegative, digits == other.digits else { return false }
    return digits.isEmpty || scaleDifference(to: other) == 0
  }

  func isLess(than other: JSONDecimal) -> Bool {
    if isNegative != other.isNegative { return isNegative }
    return isNegative ? other.isCloserToZero(than: self) : isCloserToZero(than: other)
  }

  /// The value when it is whole and fits.
  var int64: Int64? {
    let scale = scale
    guard !digits.isEmpty else { return 0 }
    guard scale >= digits.count, scale <= 19 else { return nil }
    var value: Int64 = 0
    for position in 0..<scale {
      let digit = position < digits.count ? Int64(digits[position]) : 0
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      // Counted downwards when negative, because the least Int64 has no positive counterpart.
      let (sum, isOver) = product.addingReportingOverflow(isNegative ? -digit : digit)
      guard !isTooLarge, !isOver else { return nil }
      value = sum
    }
    return value
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(isNegative)
    hasher.combine(digits)
    if !digits.isEmpty { hasher.combine(scale) }
  }

  private func isCloserToZero(than other: JSONDecimal) -> Bool {
    if digits.isEmpty || other.digits.isEmpty { return !other.digits.isEmpty }
    let difference = scaleDifference(to: other)
    return difference == 0 ? digits.lexicographicallyPrecedes(other.digits) : difference < 0
  }

  /// `point + exponent`, held at ±10^16: exact below that, the same for all numbers beyond.
  private var scale: Int {
    let bound = 10_000_000_000_000_000
    var value = 0
    for digit in exponent {
      value = min(value * 10 + Int(digit), bound * 10)
    }
    return max(-bound, min(bound, (isExponentNegative ? -value : value) + point))
  }

  /// The sign, and for small values the amount, of this scale minus the other's, exact for exponents of any length.
  private func scaleDifference(to other: JSONDecimal) -> Int {
    // Subtracted digit by digit from the front. Once the difference is past this bound, what follows (at most 18 either
    // way for each place) can no longer change its sign, nor can the points, which are shorter than the text.
    let bound = 1_000_000_000_000_000
    let length = max(exponent.count, other.exponent.count)
    var difference = 0
    for place in (0..<length).reversed() {
      difference = difference * 10 + exponentDigit(place) - other.exponentDigit(place)
      difference = max(-bound, min(bound, difference))
    }
    return difference + point - other.point
  }

  /// The exponent's digit that stands for 10^`place`, with the exponent's sign.
  private func exponentDigit(_ place: Int) -> Int {
    guard place < exponent.count else { return 0 }
    let digit = Int(exponent[exponent.count - 1 - place])
    return isExponentNegative ? -digit : digit
  }
}
