/// What a contract's response expects of an answer.
///
/// The literal parts (status line, headers, body) are examples and rules at once: an assert on a part takes the place of
/// the literal comparison there, and what the service varies by itself is compared by type alone.
package struct ContractExpectation: Sendable {
  package let response: Response
  package let source: SourceText
  let asserts: [Assert]
  let captures: [Capture]
  /// - Parameters:
  ///   - source: The text that the response was read from: where findings point.
  package init(_ response: Response, in source: SourceText) {
    self.response = response
    self.source = source
    var (asserts, captures): ([Assert], [Capture]) = ([], [])
    for section in response.sections {
      switch section.lines {
      case .asserts(let list): asserts += list
      case .captures(let list): captures += list
      case .pairs: break
      }
    }
    self.asserts = asserts
    self.captures = captures
  }

  /// How much the contract expects here; 0 is a response that anything meets.
  package var count: Int {
    (self.expectsVersion ? 1 : 0) + (self.expectsStatus ? 1 : 0) + self.response.headers.count
      + (self.response.body == nil ? 0 : 1) + self.asserts.count + self.captures.count
  }

  /// Holds an answer against the contract.
  ///
  /// - Parameters:
  ///   - scope: Of the side that answered.
  ///   - noise: What the service varies by itself: literal parts may differ there.
  /// - Throws: where the contract itself cannot be read: a variable that is not there, a word that is not evaluated.
  package func evaluate(
    _ answer: Answer, in scope: ContractScope, ignoring noise: Noise = Noise()
  ) throws(Diagnostic) -> Evaluation {
    var run = EvaluationRun(expectation: self, answer: answer, scope: scope, noise: noise)
    try run.captureAll()
    // Collected first: the literal parts must know what asserts speak of.
    var judged: [ExpectationFailure] = []
    for assert in self.asserts {
      if let failure = try run.judge(assert) { judged.append(failure) }
    }
    run.checkStatusLine()
    try run.checkHeaders()
    try run.checkBody()
    run.result.failures += judged
    run.result.expectations = self.count
    return run.result
  }

  var expectsVersion: Bool { self.version.map { $0 != "*" } ?? false }
  var expectsStatus: Bool { !self.response.status.isEmpty && self.response.status != "*" }

  /// What stands behind the slash of the verb.
  var version: String? {
    self.response.verb.firstIndex(of: "/").map { String(self.response.verb[$0...].dropFirst()) }
  }
}

/// One evaluation under way.
struct EvaluationRun {
  let expectation: ContractExpectation
  let answer: Answer
  var scope: ContractScope
  let noise: Noise
  var result = Evaluation()

  var source: SourceText { self.expectation.source }

  mutating func failLiteral(
    _ path: String, at offset: Int, expected: String, actual: String, change: Change? = nil
  ) {
    self.result.failures.append(
      ExpectationFailure(
        path, at: Diagnostic.Place(self.source, at: offset), expected: expected, actual: actual, path: path,
        isLiteral: true, change: change))
  }

  mutating func checkStatusLine() {
    let response = self.expectation.response
    if self.expectation.expectsVersion, !self.result.asserted.version, let wanted = self.expectation.version {
      let given = self.answer.version.split(separator: "/").last.map(String.init) ?? ""
      let same = { (text: String) in text.hasSuffix(".0") && text != "1.0" ? String(text.dropLast(2)) : text }
      if same(wanted) != same(given) {
        self.failLiteral("version", at: response.span.lowerBound, expected: wanted, actual: given)
      }
    }
    guard self.expectation.expectsStatus, !self.result.asserted.status else { return }
    let given = self.answer.status.map(String.init) ?? self.answer.statusText
    if response.status != given {
      self.failLiteral(
        "status", at: self.statusOffset, expected: response.status, actual: given,
        change: Comparison.statusChange(response.status, given))
    }
  }

  /// Where the status stands, behind the verb and white space.
  private var statusOffset: Int {
    let response = self.expectation.response
    let line = self.source.bytes.dropFirst(response.span.lowerBound + response.verb.utf8.count)
    return line.firstIndex { $0 != .space && $0 != .tab } ?? response.span.lowerBound
  }

  /// A header holds when any of its repetitions has the value.
  mutating func checkHeaders() throws(Diagnostic) {
    for header in self.expectation.response.headers {
      let name = try self.scope.text(header.key, in: self.source)
      let wanted = try self.scope.text(header.value, in: self.source)
      let given = self.answer.fields[all: name]
      guard !self.result.asserted.headers.contains(name.lowercased()), !given.contains(wanted) else { continue }
      if self.noise.headers[name.lowercased()]?.permits(given) ?? false { continue }
      self.failLiteral(
        "header \(name)", at: header.value.offset, expected: Excerpt.text(wanted),
        actual: given.isEmpty ? "no such header" : Excerpt.text(given.joined(separator: ", ")),
        change: HeaderDiff.change(name.lowercased(), [wanted], given))
    }
  }
}
