/// A JSONPath expression, ready to select from any number of documents.
///
/// Source: RFC 9535, all of it.
package struct JSONPath: Sendable {
  /// The expression as written.
  package let text: String
  let query: JSONPathQuery

  /// - Throws: `JSONPathError` for an expression that is not well-formed or not well-typed.
  package init(_ text: String) throws(JSONPathError) {
    var parser = JSONPathParser(text)
    query = try parser.expression()
    self.text = text
  }

  /// Whether the expression can select one node at most: names and indices only.
  package var isSingular: Bool { query.singularSteps != nil }

  /// The location that a singular expression names; nil for others, and where an index counts from the end.
  package var location: JSONLocation? {
    guard let steps = query.singularSteps else { return nil }
    let countsFromEnd = steps.contains { if case .index(let index) = $0 { index < 0 } else { false } }
    return countsFromEnd ? nil : JSONLocation(steps)
  }

  /// The values selected, in the order of RFC 9535; members of objects in the order they were sent.
  ///
  /// Of members with the same key only the last one exists.
  ///
  /// - Throws: `JSONPathLimitError` when the selection goes beyond `limits`.
  package func select(
    _ document: JSON, limits: JSONPathLimits = JSONPathLimits()
  ) throws(JSONPathLimitError) -> [JSON] {
    var evaluator = JSONPathEvaluator(document, limits: limits, keepsLocations: false)
    return try evaluator.nodes(of: query).map(\.value)
  }

  /// The same with what it looked at, counted as `maximumVisits` does, added to `visits`; also where it fails.
  package func select(
    _ document: JSON, limits: JSONPathLimits, visits: inout Int
  ) throws(JSONPathLimitError) -> [JSON] {
    var evaluator = JSONPathEvaluator(document, limits: limits, keepsLocations: false)
    defer { visits += evaluator.visits }
    return try evaluator.nodes(of: query).map(\.value)
  }

  /// The values selected and where each one stands.
  package func selectNodes(
    _ document: JSON, limits: JSONPathLimits = JSONPathLimits()
  ) throws(JSONPathLimitError) -> [(location: JSONLocation, value: JSON)] {
    var evaluator = JSONPathEvaluator(document, limits: limits, keepsLocations: true)
    return try evaluator.nodes(of: query).map { (location: $0.location, value: $0.value) }
  }
}

extension JSONPath: Hashable {
  package static func == (left: JSONPath, right: JSONPath) -> Bool {
    left.text.hasSameScalars(as: right.text)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(text)
  }
}
