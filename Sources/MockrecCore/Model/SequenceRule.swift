/// What follows when every recorded answer to a request was given.
public enum SequenceRule: String, Sendable, Hashable, CaseIterable {
  /// The last answer is given again.
  case `repeat`
  /// The request is a miss.
  case once
}
