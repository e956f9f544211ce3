import MockrecCore

/// An entry that answers more requests than the one it shows, or not always: somebody wrote it.
package struct Mock: Sendable {
  /// Which requests it may answer, as far as their heads tell.
  package var pattern: any RequestPattern
  /// Whether it names one target, and comes before what was recorded of that; others come behind.
  package var isExact: Bool
  /// The more specific of two comes first: the larger one, word by word.
  package var specificity: [Int]
  /// Whether it answers every request that fulfils its pattern, in whatever state a scenario is.
  package var isUnconditional: Bool
  /// What else a request has to fulfil: where it does not. Called where the pattern's head matches.
  package var failures: @Sendable (MockRequest) -> [Mismatch]
  /// Why a request that fulfils all that can be judged cannot be judged whole, and so is not answered.
  package var doubt: @Sendable (MockRequest) -> MockFailure? = { _ in nil }
  package var scenario: ScenarioStep
  /// Makes the reply of each request; nil where the entry's own is sent as it stands.
  package var render: (@Sendable (MockRequest) throws(MockFailure) -> Message)?
  /// Whether its wire answers more requests for it: `WireNotation.published`.
  package var publishes = false

  package init(
    pattern: any RequestPattern, isExact: Bool, specificity: [Int], scenario: ScenarioStep, isUnconditional: Bool,
    failures: @escaping @Sendable (MockRequest) -> [Mismatch]
  ) {
    self.pattern = pattern
    self.isExact = isExact
    self.specificity = specificity
    self.scenario = scenario
    self.isUnconditional = isUnconditional
    self.failures = failures
  }
}

extension Mock {
  /// Whether nothing is left for one that is asked after this.
  package func takesAll(of other: Mock) -> Bool {
    self.isUnconditional && self.isExact == other.isExact && self.pattern.covers(other.pattern)
  }
}

/// A request that a mock may answer.
package struct MockRequest: Sendable {
  package var request: any WireRequest
  /// Of its head and its body.
  package var key: MatchKey
  /// As it came; nil where it was too long to be kept.
  package var body: [UInt8]?
  /// The moment of the request, and what is random in its reply.
  package var scope: ContractScope
  /// The next number of a counter, from 1.
  package var counter: @Sendable (_ name: String) -> Int

  package init(
    request: any WireRequest, key: MatchKey, body: [UInt8]?, scope: ContractScope,
    counter: @escaping @Sendable (_ name: String) -> Int
  ) {
    self.request = request
    self.key = key
    self.body = body
    self.scope = scope
    self.counter = counter
  }
}

/// Why a mock cannot answer a request that is its own.
package struct MockFailure: Error, Sendable, CustomStringConvertible {
  package enum Kind: Sendable {
    case broken
    /// The answer did not come in time.
    case late
    /// More is asked than can be answered.
    case busy
  }

  /// With its place, in one line.
  package var reason: String
  package var kind: Kind

  package init(_ reason: String, kind: Kind = .broken) {
    self.reason = reason
    self.kind = kind
  }

  package var description: String { self.reason }
}
