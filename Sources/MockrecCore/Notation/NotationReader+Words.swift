extension NotationReader {
  /// The letters and digits that stand here.
  func wordRange() -> Range<Int> {
    var end = self.at
    while self.byte(end).isLetter || self.byte(end).isDigit { end += 1 }
    return self.at..<end
  }

  mutating func assert() throws(Diagnostic) -> Assert {
    let leading = self.takePending()
    let start = self.at
    let query = try self.query()
    let filters = try self.filters()
    let range = self.predicateRange()
    var name = self.string(range)
    var isNegated = false
    var at = range
    if name == "not" {
      isNegated = true
      self.at = range.upperBound
      self.skipSpaces()
      at = self.predicateRange()
      name = self.string(at)
    }
    guard let rule = Vocabulary.predicates[name] else {
      if name.isEmpty {
        throw self.failure(
          "an assert ends with a predicate", at: self.at, fix: isNegated ? nil : "such as `exists` or `== 42`")
      }
      throw isNegated
        ? self.unknown("predicate", name, at: at.lowerBound)
        : self.unknown("filter or predicate", name, at: at.lowerBound)
    }
    let predicate = try self.arguments(of: rule, at)
    let span = start..<self.at
    let comment = try self.finishLine(after: "the predicate")
    return Assert(
      leading: leading, query: query, filters: filters, negated: isNegated, predicate: predicate, comment: comment,
      span: span)
  }

  mutating func capture(colon: Int) throws(Diagnostic) -> Capture {
    let leading = self.takePending()
    let start = self.at
    let name = try self.text(.key)
    self.at = colon + 1
    self.skipSpaces()
    let query = try self.query()
    let filters = try self.filters()
    let range = self.predicateRange()
    let word = self.string(range)
    let isRedacted = word == "redact"
    if isRedacted {
      self.at = range.upperBound
    } else if !range.isEmpty {
      throw Vocabulary.predicates[word] != nil || word == "not"
        ? self.failure("a capture has no predicate", at: self.at, fix: "write the assert in [Asserts]")
        : self.unknown("filter", word, at: self.at)
    }
    let span = start..<self.at
    let comment = try self.finishLine(after: "the capture")
    return Capture(
      leading: leading, name: name, query: query, filters: filters, redacted: isRedacted, comment: comment, span: span)
  }

  private mutating func query() throws(Diagnostic) -> Query {
    let range = self.wordRange()
    guard let rule = Vocabulary.queries[self.string(range)] else {
      guard !range.isEmpty else {
        throw self.failure("here a query begins", at: self.at, fix: "such as `jsonpath \"$.id\"` or `header \"ETag\"`")
      }
      throw self.unknown("query", self.string(range), at: range.lowerBound)
    }
    return try self.arguments(of: rule, range)
  }

  /// Reads filters, and leaves the first word that is none.
  private mutating func filters() throws(Diagnostic) -> [Word] {
    var filters: [Word] = []
    while true {
      self.skipSpaces()
      let range = self.wordRange()
      guard !range.isEmpty, let rule = Vocabulary.filters[self.string(range)] else { return filters }
      filters.append(try self.arguments(of: rule, range))
    }
  }

  /// A word, or one of the signs that predicates are written with.
  private func predicateRange() -> Range<Int> {
    let word = self.wordRange()
    guard word.isEmpty else { return word }
    var end = self.at
    while [UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">")].contains(self.byte(end)) {
      end += 1
    }
    return self.at..<end
  }

  /// Steps over a word and reads the arguments that it takes.
  mutating func arguments(of rule: WordRule, _ range: Range<Int>) throws(Diagnostic) -> Word {
    self.at = range.upperBound
    var word = Word(rule.name)
    for kinds in rule.arguments {
      let end = self.at
      self.skipSpaces()
      let start = self.at
      guard start > end, !self.isLineEnd(start), self.current != UInt8(ascii: "#") else {
        throw self.failure("`\(rule.name)` takes \(kinds.description)", at: end)
      }
      let literal = try self.literal()
      guard kinds.isSuperset(of: literal.kind) else {
        throw self.failure("`\(rule.name)` takes \(kinds.description), not \(literal.kind.description)", at: start)
      }
      if !rule.choices.isEmpty, case .string(let template) = literal, let choice = template.literal,
        !rule.choices.contains(choice)
      {
        throw self.failure(
          "`\(rule.name)` has no \"\(choice)\"", at: start,
          nearest: nearestWord(to: choice, among: rule.choices).map { "\"\($0)\"" },
          fix: "one of \(rule.choices.joined(separator: ", "))")
      }
      word.arguments.append(literal)
    }
    guard self.isLineEnd(self.at) || self.isBetweenWords(self.current) else {
      throw self.failure("white space separates words", at: self.at, fix: "write a space here")
    }
    word.span = range.lowerBound..<self.at
    return word
  }

  private func isBetweenWords(_ byte: UInt8) -> Bool {
    byte == .space || byte == .tab || byte == UInt8(ascii: "#") || byte == .closeBrace
  }

  func unknown(_ what: String, _ word: String, at offset: Int) -> Diagnostic {
    var candidates: [String] = []
    if what.hasPrefix("query") { candidates += Vocabulary.queries.keys }
    if what.hasPrefix("filter") { candidates += Vocabulary.filters.keys }
    if what.hasSuffix("predicate") { candidates += Vocabulary.predicates.keys }
    candidates.sort()
    let nearest = nearestWord(to: word, among: candidates)
    // A list is a help while it is short.
    let list = nearest == nil && candidates.count <= 20 ? "one of \(candidates.joined(separator: " "))" : nil
    return self.failure("there is no \(what) `\(word)`", at: offset, nearest: nearest, fix: list)
  }
}
