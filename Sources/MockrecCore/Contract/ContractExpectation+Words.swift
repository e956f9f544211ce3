extension EvaluationRun {
  mutating func captureAll() throws(Diagnostic) {
    for capture in self.expectation.captures {
      let name = try self.scope.text(capture.name, in: self.source)
      let (value, trouble) = try self.value(of: capture.query, capture.filters)
      guard let value else {
        self.result.failures.append(
          ExpectationFailure(
            "capture \(name)", at: Diagnostic.Place(self.source, at: capture.span.lowerBound), expected: "a value",
            actual: trouble ?? "nothing"))
        continue
      }
      self.scope.variables[name] = value
      self.result.captures[name] = value
      if capture.redacted, let text = value.variableText { self.result.secrets.insert(text) }
    }
  }

  /// Why the assert does not hold; nil where it does.
  mutating func judge(_ assert: Assert) throws(Diagnostic) -> ExpectationFailure? {
    let query = try self.rule(assert.query, in: WordTable.queries, \.arguments, kind: "query")
    let arguments = try self.scope.values(assert.query.arguments, in: self.source)
    query.subject.note(arguments, in: &self.result.asserted)
    let predicate = try self.rule(assert.predicate, in: WordTable.predicates, \.arguments, kind: "predicate")
    let operands = try self.scope.values(assert.predicate.arguments, in: self.source)
    let (value, trouble) = try self.value(of: assert.query, assert.filters)

    let outcome: Result<Bool, WordError>
    if assert.predicate.name == "exists" {
      outcome = .success((value?.exists ?? false) != assert.negated)
    } else if let value {
      do {
        outcome = .success(try predicate.holds(value, operands) != assert.negated)
      } catch { outcome = .failure(error) }
    } else {
      outcome = .success(false)
    }
    var actual = value?.shown ?? trouble ?? "nothing"
    switch outcome {
    case .success(true): return nil
    case .success(false): break
    case .failure(let error): actual = try self.reason(error, assert.predicate)
    }
    let words = [assert.predicate.name] + operands.map(\.shown)
    let expected = (assert.negated ? "not " : "") + words.joined(separator: " ")
    let subject = ([assert.query.name] + arguments.map(\.shown) + assert.filters.map(\.name)).joined(separator: " ")
    // The word that does not do what it should: the predicate, or the query that gives nothing to judge.
    let place = trouble == nil ? assert.predicate.span.lowerBound : assert.span.lowerBound
    return ExpectationFailure(
      "\(subject) \(expected)", at: Diagnostic.Place(self.source, at: place), expected: expected, actual: actual,
      path: query.subject.path(arguments))
  }

  /// What a query gives after its filters, or why it gives nothing.
  private func value(
    of query: Query, _ filters: [Word]
  ) throws(Diagnostic) -> (value: ContractValue?, trouble: String?) {
    let rule = try self.rule(query, in: WordTable.queries, \.arguments, kind: "query")
    let arguments = try self.scope.values(query.arguments, in: self.source)
    var value: ContractValue?
    do {
      value = try rule.evaluate(WordContext(answer: self.answer, scope: self.scope), arguments)
    } catch {
      return (nil, try self.reason(error, query))
    }
    for filter in filters {
      let rule = try self.rule(filter, in: WordTable.filters, \.arguments, kind: "filter")
      let arguments = try self.scope.values(filter.arguments, in: self.source)
      guard let input = value else { return (nil, nil) }
      do {
        value = try rule.apply(self.scope, input, arguments)
      } catch {
        return (nil, try self.reason(error, filter))
      }
    }
    return (value, nil)
  }

  private func reason(_ error: WordError, _ word: Word) throws(Diagnostic) -> String {
    guard case .misuse(let reason) = error else { return error.reason }
    throw Diagnostic(reason, at: Diagnostic.Place(self.source, at: word.span.lowerBound))
  }

  private func rule<Rule>(
    _ word: Word, in table: [String: Rule], _ arguments: KeyPath<Rule, ClosedRange<Int>>, kind: String
  ) throws(Diagnostic) -> Rule {
    try ContractCheck.rule(word, in: table, arguments, kind: kind, source: self.source)
  }
}
