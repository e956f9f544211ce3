extension Duration {
  /// A time as contracts write it: `500ms`, `2s`, `1m`, `1h`, or a number without a unit.
  ///
  /// - Parameter unit: What a bare number counts, in milliseconds.
  package init?(written text: String, unit: Int64 = 1) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number < 1 << 40 else { return nil }
    let factor: Int64
    switch text[digits.endIndex...] {
    case "": factor = unit
    case "ms": factor = 1
    case "s": factor = 1000
    case "m": factor = 60_000
    case "h": factor = 3_600_000
    default: return nil
    }
    self = .milliseconds(number * factor)
  }
}
