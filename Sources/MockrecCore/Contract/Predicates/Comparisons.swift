extension WordTable {
  /// Predicates that hold a value against another by order or equality.
  static let comparisons: [PredicateRule] = [
    PredicateRule("==", arguments: 1...1) { isEqual($0, $1[0]) },
    PredicateRule("!=", arguments: 1...1) { !isEqual($0, $1[0]) },
    ordering(">") { $0 > 0 },
    ordering(">=") { $0 >= 0 },
    ordering("<") { $0 < 0 },
    ordering("<=") { $0 <= 0 },
  ]

  /// Values of one type by value, numbers numerically; text and bytes never equal each other.
  static func isEqual(_ value: ContractValue, _ other: ContractValue) -> Bool { value == other }

  private static func ordering(_ name: String, _ isWanted: @escaping @Sendable (Int) -> Bool) -> PredicateRule {
    PredicateRule(name, arguments: 1...1) { value, arguments throws(WordError) in
      switch (value, arguments[0]) {
      case (.json(.number(let a)), .json(.number(let b))): return isWanted(a == b ? 0 : a < b ? -1 : 1)
      case (.json(.string(let a)), .json(.string(let b))):
        let scalars = (a.unicodeScalars, b.unicodeScalars)
        return isWanted(
          scalars.0.elementsEqual(scalars.1) ? 0 : scalars.0.lexicographicallyPrecedes(scalars.1) ? -1 : 1)
      case (.date(let a), .date(let b)): return isWanted(a == b ? 0 : a < b ? -1 : 1)
      default: throw .unfit(value, "which has no order beside \(arguments[0].kind)")
      }
    }
  }
}
