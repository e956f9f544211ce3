extension Vocabulary {
  /// What can be asserted of a value.
  ///
  /// Source: https://hurl.dev/docs/asserting-response.html#predicates.
  package static let predicates: [String: WordRule] = [
    WordRule("==", [.value], older: ["equals"]),
    WordRule("!=", [.value], older: ["notEquals"]),
    WordRule(">", [.ordered], older: ["greaterThan"]),
    WordRule(">=", [.ordered], older: ["greaterThanOrEquals"]),
    WordRule("<", [.ordered], older: ["lessThan"]),
    WordRule("<=", [.ordered], older: ["lessThanOrEquals"]),
    WordRule("startsWith", [.edge]),
    WordRule("endsWith", [.edge]),
    WordRule("contains", [.value]),
    WordRule("includes", [.value]),
    WordRule("matches", [.pattern]),
    WordRule("exists"),
    WordRule("isBoolean"),
    WordRule("isCollection"),
    WordRule("isDate"),
    WordRule("isEmpty"),
    WordRule("isFloat"),
    WordRule("isInteger"),
    WordRule("isIpv4"),
    WordRule("isIpv6"),
    WordRule("isIsoDate"),
    WordRule("isList"),
    WordRule("isNumber"),
    WordRule("isObject"),
    WordRule("isString"),
    WordRule("isUuid"),
  ].indexed()
}

extension LiteralKinds {
  /// What a text or bytes can begin or end with.
  fileprivate static let edge: LiteralKinds = [.string, .raw, .bytes, .variable]
}
