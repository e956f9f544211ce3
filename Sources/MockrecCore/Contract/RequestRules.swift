/// What the `[Asserts]` of a request section ask of the requests that an entry answers.
package struct RequestRules: Sendable {
  private let expectation: ContractExpectation

  /// - Returns: nil for a request without asserts.
  package init?(_ request: Request, in source: SourceText) {
    let sections = request.sections.filter { $0.kind == .asserts }
    guard !sections.isEmpty else { return nil }
    self.init(sections, source)
  }

  /// Whether any of them looks at the body.
  package var readsBody: Bool { self.expectation.asserts.contains { WordTable.readsBody($0.query.name) } }

  /// Those that do not.
  package var withoutBody: RequestRules {
    let asserts = self.expectation.asserts.filter { !WordTable.readsBody($0.query.name) }
    return RequestRules([Section(kind: .asserts, lines: .asserts(asserts))], self.expectation.source)
  }

  private init(_ sections: [Section], _ source: SourceText) {
    self.expectation = ContractExpectation(Response(verb: "", status: "", sections: sections), in: source)
  }

  /// How many there are.
  package var count: Int { self.expectation.asserts.count }

  /// Words that have no value for a request.
  private static let ofAnswers: Set = ["status", "version", "duration", "redirects", "certificate", "ip", "cookie"]

  /// What is wrong with the rules themselves.
  package func problems(_ services: ContractServices) -> [Diagnostic] {
    var defined: Set<String> = []
    let ofAnswers = self.expectation.asserts.map(\.query).filter { Self.ofAnswers.contains($0.name) }.map { query in
      Diagnostic(
        "`\(query.name)` is of an answer, and a mock asks what the request is",
        at: Diagnostic.Place(self.expectation.source, at: query.span.lowerBound),
        fix: "ask for query, header, body, jsonpath, xpath or regex")
    }
    return ofAnswers
      + ContractCheck.problems(
        in: Entry(request: Request(verb: "", target: Template("")), response: self.expectation.response),
        of: self.expectation.source, defined: &defined, services: services, isMock: true)
  }

  /// The rules that a request does not fulfil.
  ///
  /// - Parameter request: With its fields, its body and, in `url`, its target.
  package func failures(_ request: Answer, in scope: ContractScope) -> [ExpectationFailure] {
    do throws(Diagnostic) {
      return try self.expectation.evaluate(request, in: scope).failures
    } catch {
      let place = error.place ?? Diagnostic.Place(self.expectation.source, at: 0)
      return [ExpectationFailure(error.message, at: place, expected: "a rule that can be asked", actual: "")]
    }
  }
}
