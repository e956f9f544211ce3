/// What came of holding one answer against what a contract expects.
package struct Evaluation: Sendable {
  /// In the order of the contract.
  package var failures: [ExpectationFailure] = []
  package var captures: Variables = [:]
  /// Captured values that must never be shown.
  package var secrets: Set<String> = []
  /// What asserts speak of: there they take the place of the literal comparison.
  package var asserted = Asserted()
  /// How much was checked. A contract of which nothing was checked is vacuous.
  package var expectations = 0

  package init() {}
}

/// One expectation that an answer does not meet.
package struct ExpectationFailure: Sendable, Hashable {
  /// What was checked: `status`, `header Content-Type`, `jsonpath "$.id" isUuid`.
  package var message: String
  /// Where the contract says so.
  package var place: Diagnostic.Place
  package var expected: String
  package var actual: String
  /// `status`, `header Content-Type`, `$.items[0].id`, `body`; nil where the check speaks of no part of the answer.
  package var path: String?
  /// Whether the literal response failed, and not an assert or a capture. In a recorded entry the literal response is
  /// the fake's own answer.
  package var isLiteral: Bool
  /// What has changed where a literal failed; nil where only the failure says so.
  package var change: Change?

  package init(
    _ message: String, at place: Diagnostic.Place, expected: String, actual: String, path: String? = nil,
    isLiteral: Bool = false, change: Change? = nil
  ) {
    self.message = message
    self.place = place
    self.expected = expected
    self.actual = actual
    self.path = path
    self.isLiteral = isLiteral
    self.change = change
  }
}

/// The parts of an answer that asserts speak of.
package struct Asserted: Sendable {
  package var status = false
  package var version = false
  /// A body that is no JSON.
  package var body = false
  /// In small letters.
  package var headers: Set<String> = []
  package var paths: [JSONPath] = []

  package init() {}

  package mutating func merge(_ other: Asserted) {
    self.status = self.status || other.status
    self.version = self.version || other.version
    self.body = self.body || other.body
    self.headers.formUnion(other.headers)
    self.paths += other.paths
  }
}
