/// A filter whose arguments may be read ahead, to be applied to any number of values.
package struct BoundFilter: Sendable {
  package var name: String { self.rule.name }
  private let rule: FilterRule

  /// nil for a word that is no filter.
  package init?(_ name: String) {
    guard let rule = WordTable.filters[name] else { return nil }
    self.rule = rule
  }

  /// An argument in the form in which the filter uses it.
  ///
  /// - Throws: `misuse` for a text that is none: a JSONPath, a pattern, a date's format.
  package func reading(_ argument: ContractValue, at index: Int) throws(WordError) -> ContractValue {
    if case .pattern(let text) = argument { return .read(.pattern(try Pattern.reading(text))) }
    guard let text = argument.string else { return argument }
    return switch (self.name, index) {
    case ("jsonpath", 0): .read(.path(try JSONPath.reading(text)))
    case ("regex", 0), ("replaceRegex", 0): .read(.pattern(try Pattern.reading(text)))
    case ("dateFormat", 0), ("format", 0), ("toDate", 0): .read(.format(try DateFormat.reading(text, of: self.name)))
    default: argument
    }
  }

  /// The value that the filter makes of one; nil where it gives nothing.
  package func apply(
    _ value: ContractValue, _ arguments: [ContractValue], in scope: ContractScope
  ) throws(WordError) -> ContractValue? {
    try self.rule.apply(scope, value, arguments)
  }
}

extension JSONPath {
  /// The argument of a word that takes an expression.
  ///
  /// - Throws: `misuse` for what is none.
  package static func reading(_ argument: ContractValue) throws(WordError) -> ContractValue {
    guard let text = argument.string else { throw .misuse("a JSONPath stands in quotes") }
    return .read(.path(try JSONPath.reading(text)))
  }
}
