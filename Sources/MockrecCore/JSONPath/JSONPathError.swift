/// Why a text is not a JSONPath expression.
package struct JSONPathError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where the trouble is, in Unicode scalars from the start of the expression.
  package let offset: Int
  /// What is wrong, in plain words.
  package let message: String

  package var description: String {
    "not a valid JSONPath at character \(offset + 1): \(message)"
  }
}

/// How much a selection may cost, since expression and document may come from anywhere.
package struct JSONPathLimits: Sendable, Hashable {
  /// The most nodes that any list may hold, that of the result and those on the way.
  package var maximumNodes: Int
  /// The most values that may be looked at, filters within filters included.
  package var maximumVisits: Int

  package init(maximumNodes: Int = 1_000_000, maximumVisits: Int = 50_000_000) {
    self.maximumNodes = maximumNodes
    self.maximumVisits = maximumVisits
  }
}

/// A selection that went beyond its `JSONPathLimits`.
package struct JSONPathLimitError: Error, Sendable, Hashable, CustomStringConvertible {
  package let message: String

  package var description: String { message }
}
