/// A filter whose arguments may be read ahead, to be applied to any number of values.
package struct BoundFilter: Sendable {
  package var name: String { self.rule.name }
  private let rule: FilterRule

  /// nil for a word that is no filter.
  package init?(_ name: String) {
    guard let rule = WordTable.filters[name] else { return nil }
    self.rule = rule
  }

  /// An argument that is a text, in the form in which the filter uses it.
  ///
  /// - Throws: `misuse` for what is none: a JSONPath, a pattern, a date's format.
  package func reading(_ text: String, at index: Int) throws(WordError) -> ContractValue {
    switch (self.name, index) {
    case ("jsonpath", 0): .read(.path(try JSONPath.reading(text)))
    case ("regex", 0), ("replaceRegex", 0): .read(.pattern(try Pattern.reading(text)))
    case ("dateFormat", 0), ("format", 0), ("toDate", 0): .read(.format(try DateFormat.reading(text, of: self.name)))
    default: .text(text)
    }
  }

  /// The value that the filter makes of one; nil where it gives nothing.
  package func apply(
    _ value: ContractValue, _ arguments: [ContractValue], in scope: ContractScope
  ) throws(WordError) -> ContractValue? {
    try self.rule.apply(scope, value, arguments)
  }
}

extension ContractValue {
  /// An argument between slashes, ready to be used.
  ///
  /// - Throws: `misuse` for what is no pattern.
  package static func reading(pattern text: String) throws(WordError) -> ContractValue {
    .read(.pattern(try Pattern.reading(text)))
  }

  /// - Throws: `misuse` for what is no JSONPath.
  package static func reading(path text: String) throws(WordError) -> ContractValue {
    .read(.path(try JSONPath.reading(text)))
  }
}
