extension WordTable {
  /// Filters that make a value of another type.
  static let conversionFilters: [FilterRule] = [
    FilterRule("toInt") { value, _ throws(WordError) in
      if let number = value.number ?? value.string.flatMap({ JSONNumber($0) }) {
        if let integer = number.int64 { return .number(integer) }
        // A fraction is cut off, as in other languages.
        if let integer = Int64(exactly: number.double.rounded(.towardZero)) { return .number(integer) }
      }
      throw .unfit(value, "which is no whole number")
    },
    FilterRule("toFloat") { value, _ throws(WordError) in
      guard let text = value.number?.text ?? value.string, let float = Double(text), let number = JSONNumber(float)
      else { throw .unfit(value, "which is no number") }
      return .json(.number(number))
    },
    FilterRule("toString") { value, _ throws(WordError) in
      guard let text = value.variableText else { throw value.isNo("text") }
      return .text(text)
    },
    FilterRule("toHex") { value, _ throws(WordError) in
      guard case .bytes(let bytes) = value else { throw .unfit(value, "which is not bytes") }
      return .text(bytes.map(Excerpt.hex).joined())
    },
    FilterRule("utf8Decode") { value, _ throws(WordError) in
      guard case .bytes(let bytes) = value, let text = String(validating: bytes, as: UTF8.self) else {
        throw .unfit(value, "which is no UTF-8")
      }
      return .text(text)
    },
    FilterRule("utf8Encode") { value, _ throws(WordError) in
      guard let text = value.string else { throw .unfit(value, "which is no string") }
      return .bytes(Array(text.utf8))
    },
  ]
}
