extension EvaluationRun {
  mutating func captureAll() throws(Diagnostic) {
    for capture in self.expectation.captures {
      let name = try capture.name.rendered(self.variables, in: self.source)
      let (value, trouble) = try self.value(of: capture.query, capture.filters)
      guard let value, let json = value.json ?? self.text(of: value) else {
        self.result.failures.append(
          ExpectationFailure(
            "capture \(name)", at: Diagnostic.Place(self.source, at: capture.span.lowerBound), expected: "a value",
            actual: trouble ?? "nothing"))
        continue
      }
      self.variables[name] = json
      self.result.captures[name] = json
      if capture.redacted { self.result.secrets.insert(json.variableText) }
    }
  }

  /// Why the assert does not hold; nil where it does.
  mutating func judge(_ assert: Assert) throws(Diagnostic) -> ExpectationFailure? {
    let query = try self.rule(assert.query, in: WordTable.queries, \.arguments, kind: "query")
    let arguments = try self.values(assert.query.arguments)
    query.subject.note(arguments, in: &self.result.asserted)
    let predicate = try self.rule(assert.predicate, in: WordTable.predicates, \.arguments, kind: "predicate")
    let operands = try self.values(assert.predicate.arguments)
    let (value, trouble) = try self.value(of: assert.query, assert.filters)

    let outcome: Result<Bool, WordError>
    if assert.predicate.name == "exists" {
      outcome = .success((value != nil) != assert.negated)
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
    case .failure(.cannot(let reason)): actual = reason
    case .failure(.misuse(let reason)): throw self.misuse(reason, assert.predicate)
    }
    let words = [assert.predicate.name] + operands.map(\.shown)
    let expected = (assert.negated ? "not " : "") + words.joined(separator: " ")
    let subject = ([assert.query.name] + arguments.map(\.shown) + assert.filters.map(\.name)).joined(separator: " ")
    return ExpectationFailure(
      "\(subject) \(expected)", at: Diagnostic.Place(self.source, at: assert.span.lowerBound), expected: expected,
      actual: actual, path: query.subject.path(arguments))
  }

  /// What a query gives after its filters, or why it gives nothing.
  private func value(
    of query: Query, _ filters: [Word]
  ) throws(Diagnostic) -> (value: ContractValue?, trouble: String?) {
    let rule = try self.rule(query, in: WordTable.queries, \.arguments, kind: "query")
    let arguments = try self.values(query.arguments)
    var value: ContractValue?
    do {
      value = try rule.evaluate(WordContext(answer: self.answer, variables: self.variables), arguments)
    } catch {
      return (nil, try self.reason(error, query))
    }
    for filter in filters {
      let rule = try self.rule(filter, in: WordTable.filters, \.arguments, kind: "filter")
      let arguments = try self.values(filter.arguments)
      guard let input = value else { return (nil, nil) }
      do {
        value = try rule.apply(input, arguments)
      } catch {
        return (nil, try self.reason(error, filter))
      }
    }
    return (value, nil)
  }

  private func reason(_ error: WordError, _ word: Word) throws(Diagnostic) -> String {
    switch error {
    case .cannot(let reason): return reason
    case .misuse(let reason): throw self.misuse(reason, word)
    }
  }

  private func misuse(_ reason: String, _ word: Word) -> Diagnostic {
    Diagnostic(reason, at: Diagnostic.Place(self.source, at: word.span.lowerBound))
  }

  private func text(of value: ContractValue) -> JSON? {
    guard case .bytes(let bytes) = value else { return nil }
    return String(validating: bytes, as: UTF8.self).map { .string($0) }
  }

  private func rule<Rule>(
    _ word: Word, in table: [String: Rule], _ arguments: KeyPath<Rule, ClosedRange<Int>>, kind: String
  ) throws(Diagnostic) -> Rule {
    try ContractCheck.rule(word, in: table, arguments, kind: kind, source: self.source)
  }

  private func values(_ literals: [Literal]) throws(Diagnostic) -> [ContractValue] {
    var values: [ContractValue] = []
    for literal in literals { values.append(try self.value(literal)) }
    return values
  }

  private func value(_ literal: Literal) throws(Diagnostic) -> ContractValue {
    switch literal {
    case .null: return .json(.null)
    case .bool(let value): return .json(.bool(value))
    case .number(let spelling):
      guard let number = JSONNumber(spelling) else {
        throw Diagnostic("\(spelling) is no number", at: Diagnostic.Place(self.source, at: 0))
      }
      return .json(.number(number))
    case .string(let template), .raw(let template):
      return .text(try template.rendered(self.variables, in: self.source))
    case .regex(let text): return .text(text)
    case .multiline(let text):
      return try self.multiline(text)
    case .hex(let bytes, _), .base64(let bytes, _): return .bytes(bytes)
    case .file(let name): return .bytes(try self.file(name))
    case .variable(let template): return .json(try template.variable(self.variables, in: self.source))
    }
  }
}
