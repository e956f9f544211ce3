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
