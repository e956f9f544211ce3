/// A call of one of the functions of RFC 9535 section 2.4, its arguments of the declared types.
indirect enum JSONPathCall: Sendable {
  case length(JSONPathQuery.Comparable)
  case count(JSONPathQuery)
  case value(JSONPathQuery)
  case matches(JSONPathQuery.Comparable, Matcher, isWhole: Bool)

  enum Matcher: Sendable {
    /// Written in the expression: compiled once, nil when it is no I-Regexp and so matches nothing.
    case fixed(Pattern?)
    case computed(JSONPathQuery.Comparable)
  }

  /// Whether the call gives a value that can be compared, not true or false.
  var givesValue: Bool {
    if case .matches = self { false } else { true }
  }
}
