extension JSONPathEvaluator {
  /// Whether a condition holds at the current node. Source: RFC 9535 section 2.3.5.2.
  mutating func holds(
    _ condition: JSONPathQuery.Condition, at current: JSON
  ) throws(JSONPathLimitError) -> Bool {
    try visit()
    switch condition {
    case .any(let conditions):
      for condition in conditions where try holds(condition, at: current) { return true }
      return false
    case .all(let conditions):
      for condition in conditions where try !holds(condition, at: current) { return false }
      return true
    case .not(let condition):
      return try !holds(condition, at: current)
    case .comparison(let left, let comparison, let right):
      let (left, right) = (try value(of: left, at: current), try value(of: right, at: current))
      if let left, let right { try visit(left, right) }
      return Self.compare(left, comparison, right)
    case .exists(let query):
      if let steps = query.singularSteps {
        return value(at: steps, from: query.isRelative ? current : root) != nil
      }
      return try !nodes(of: query, current: current).isEmpty
    case .call(let call):
      return try truth(of: call, at: current)
    }
  }

  /// The value of one side of a comparison; nil is Nothing.
  private mutating func value(
    of comparable: JSONPathQuery.Comparable, at current: JSON
  ) throws(JSONPathLimitError) -> JSON? {
    switch comparable {
    case .literal(let value):
      return value
    case .query(let query):
      return query.singularSteps.flatMap { value(at: $0, from: query.isRelative ? current : root) }
    case .call(let call):
      return try value(of: call, at: current)
    }
  }

  /// Counts what two values cost to be compared.
  private mutating func visit(_ left: JSON, _ right: JSON) throws(JSONPathLimitError) {
    switch (left, right) {
    case (.string(let left), .string(let right)):
      try visit(min(left.utf8.count, right.utf8.count) / Self.textPerVisit)
    case (.array(let left), .array(let right)) where left.count == right.count:
      try visit(left.count)
      for (left, right) in zip(left, right) { try visit(left, right) }
    case (.object(let left), .object(let right)):
      try visit(min(left.count, right.count))
      for member in left.members {
        if let value = right[member.key] { try visit(member.value, value) } else { return }
      }
    default: break
    }
  }

  /// Bytes of text that are gone through while a value is looked at.
  private static let textPerVisit = 64

  private static func compare(_ left: JSON?, _ comparison: JSONPathQuery.Comparison, _ right: JSON?) -> Bool {
    switch comparison {
    case .equal: left == right
    case .notEqual: left != right
    case .less: isLess(left, right)
    case .lessOrEqual: isLess(left, right) || left == right
    case .greater: isLess(right, left)
    case .greaterOrEqual: isLess(right, left) || left == right
    }
  }

  private static func isLess(_ left: JSON?, _ right: JSON?) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): left < right
    // The order of UTF-8 bytes is that of Unicode scalars.
    case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    default: false
    }
  }

  // MARK: Functions, RFC 9535 sections 2.4.4 to 2.4.8

  private mutating func value(of call: JSONPathCall, at current: JSON) throws(JSONPathLimitError) -> JSON? {
    switch call {
    case .length(let argument):
      switch try value(of: argument, at: current) {
      case .string(let text):
        try visit(text.utf8.count / Self.textPerVisit)
        return .number(JSONNumber(text.unicodeScalars.count))
      case .array(let elements): return .number(JSONNumber(elements.count))
      case .object(let object): return .number(JSONNumber(object.effectiveMembers.count))
      default: return nil
      }
    case .count(let query):
      return .number(JSONNumber(try nodes(of: query, current: current).count))
    case .value(let query):
      let nodes = try nodes(of: query, current: current)
      return nodes.count == 1 ? nodes[0].value : nil
    case .matches:
      return nil
    }
  }

  private mutating func truth(of call: JSONPathCall, at current: JSON) throws(JSONPathLimitError) -> Bool {
    guard case .matches(let argument, let matcher, let isWhole) = call,
      case .string(let text) = try value(of: argument, at: current)
    else { return false }
    let pattern: Pattern?
    switch matcher {
    case .fixed(let fixed):
      pattern = fixed
    case .computed(let comparable):
      guard case .string(let source) = try value(of: comparable, at: current) else { return false }
      pattern = self.pattern(source)
    }
    guard let pattern else { return false }
    try visit(text.utf8.count)
    do {
      return try isWhole ? pattern.matchesWhole(text) : pattern.contains(text)
    } catch {
      throw JSONPathLimitError(message: error.description)
    }
  }

  private mutating func pattern(_ source: String) -> Pattern? {
    if let lastPattern, lastPattern.text.hasSameScalars(as: source) { return lastPattern.pattern }
    let pattern = try? Pattern(source, syntax: .iRegexp)
    lastPattern = (source, pattern)
    return pattern
  }
}
