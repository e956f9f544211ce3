/// A pattern as a tree, before it becomes a program.
indirect enum PatternNode: Sendable {
  case empty
  case set(ScalarSet)
  case scalar(UInt32)
  case assertion(PatternAssertion)
  case sequence([PatternNode])
  /// One of these, the first one preferred.
  case choice([PatternNode])
  /// A capturing group, numbered from 1.
  case group(Int, PatternNode)
  /// No `maximum` is no bound.
  case repetition(PatternNode, minimum: Int, maximum: Int?, isLazy: Bool)
}

/// What must hold between two scalars.
enum PatternAssertion: Sendable, Hashable {
  case textStart
  case textEnd
  case lineStart
  case lineEnd
  case wordBoundary
  case noWordBoundary

  /// - Parameters: the scalars on either side, nil at the ends of the text.
  func holds(before: UInt32?, after: UInt32?) -> Bool {
    switch self {
    case .textStart: before == nil
    case .textEnd: after == nil
    case .lineStart: before == nil || before == 0x0A
    case .lineEnd: after == nil || after == 0x0A
    case .wordBoundary: Self.isWord(before) != Self.isWord(after)
    case .noWordBoundary: Self.isWord(before) == Self.isWord(after)
    }
  }

  private static func isWord(_ value: UInt32?) -> Bool {
    value.map(ScalarSet.preparedWords.contains) ?? false
  }
}
