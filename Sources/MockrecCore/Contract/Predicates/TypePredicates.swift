extension WordTable {
  /// Predicates of what a value is. `exists` is asked of nothing too, and so is answered before any rule.
  static let typePredicates: [PredicateRule] = [
    PredicateRule("exists") { _, _ in true },
    PredicateRule("isBoolean") { value, _ in value.json?.bool != nil },
    PredicateRule("isNumber") { value, _ in value.number != nil },
    PredicateRule("isInteger") { value, _ in value.number?.isInteger == true },
    PredicateRule("isFloat") { value, _ in value.number?.isInteger == false },
    PredicateRule("isString") { value, _ in value.string != nil },
    PredicateRule("isList") { value, _ in value.list != nil },
    PredicateRule("isObject") { value, _ in
      if case .nodes = value { true } else { value.json?.object != nil }
    },
    PredicateRule("isCollection") { value, _ in value.isCollection },
    PredicateRule("isDate") { value, _ in if case .date = value { true } else { false } },
    PredicateRule("isEmpty") { value, _ throws(WordError) in
      guard let count = value.count else { throw .unfit(value, "which has no length") }
      return count == 0
    },
  ]
}

extension ContractValue {
  fileprivate var isCollection: Bool {
    switch self {
    case .bytes, .nodes, .json(.array), .json(.object): true
    case .json, .date, .pattern, .read: false
    }
  }

  /// Whether there is anything: an empty node set is nothing.
  var exists: Bool { if case .nodes(0) = self { false } else { true } }

  /// How many elements, members, bytes or characters it has; nil for a value without a length.
  var count: Int? {
    switch self {
    case .bytes(let bytes): bytes.count
    case .nodes(let count): count
    case .date, .pattern, .read: nil
    case .json(.array(let elements)): elements.count
    case .json(.object(let object)): object.effectiveMembers.count
    case .json(.string(let text)): text.unicodeScalars.count
    case .json: nil
    }
  }
}
