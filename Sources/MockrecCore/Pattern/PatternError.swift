/// Why a text is not a pattern.
package struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where the trouble is, in Unicode scalars from the start of the pattern.
  package let offset: Int
  /// What is wrong, in plain words.
  package let message: String

  package var description: String {
    "not a valid pattern at character \(offset + 1): \(message)"
  }
}

/// A text that is too long for its pattern: matching it would have taken more than `PatternLimitError.steps` steps.
package struct PatternLimitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Some seconds on any machine.
  static let steps = 100_000_000

  package var description: String { "a text that is too long for the pattern: it takes more than \(Self.steps) steps" }
}
