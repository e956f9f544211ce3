/// Finds what is wrong with a contract before its first request is sent.
package enum ContractCheck {
  /// What is wrong with one entry, in the order of its text.
  ///
  /// - Parameters:
  ///   - defined: The names of services and variables there are; names that the entry captures are added.
  ///   - services: Know whether an expression is an XPath.
  ///   - isMock: Whether it is what a mock asks of requests, which has no variables.
  package static func problems(
    in entry: Entry, of source: SourceText, defined: inout Set<String>,
    services: ContractServices = ContractServices(), isMock: Bool = false
  ) -> [Diagnostic] {
    var walk = Walk(source: source, defined: defined, services: services, isMock: isMock)
    walk.request(entry.request)
    if let response = entry.response { walk.response(response) }
    defined = walk.defined
    return walk.problems
  }

  /// The row of a word, or what to tell its writer.
  static func rule<Rule>(
    _ word: Word, in table: [String: Rule], _ arguments: KeyPath<Rule, ClosedRange<Int>>, kind: String,
    source: SourceText
  ) throws(Diagnostic) -> Rule {
    let place = Diagnostic.Place(source, at: word.span.lowerBound)
    guard let rule = table[word.name] else {
      throw Diagnostic(
        "the \(kind) \(word.name) is not evaluated", at: place,
        nearest: nearestWord(to: word.name, among: table.keys.sorted()),
        fix: "evaluated are \(table.keys.sorted().joined(separator: ", "))")
    }
    let wanted = rule[keyPath: arguments]
    guard wanted.contains(word.arguments.count) else {
      throw Diagnostic(
        "\(word.name) takes \(wanted.lowerBound) argument\(wanted.lowerBound == 1 ? "" : "s"), not \(word.arguments.count)",
        at: place)
    }
    return rule
  }
}

/// One walk over an entry.
private struct Walk {
  let source: SourceText
  var defined: Set<String>
  let services: ContractServices
  let isMock: Bool
  var problems: [Diagnostic] = []

  mutating func request(_ request: Request) {
    for section in request.sections where section.kind == .options {
      guard case .pairs(let pairs) = section.lines else { continue }
      // `variable: name=value` defines a name for this entry and those after it.
      for pair in pairs where pair.key.literal == "variable" {
        if let name = pair.value.spelling.split(separator: "=", maxSplits: 1).first {
          self.defined.insert(String(name))
        }
      }
    }
    if let rules = request.sections.first(where: { $0.kind == .asserts }) {
      self.problems.append(
        Diagnostic(
          "rules of a request are for mocks, and this is a contract",
          at: Diagnostic.Place(self.source, at: rules.span.lowerBound),
          fix: "write [Asserts] below the response line, such as `HTTP 200`"))
    }
    self.template(request.target)
    self.pairs(request.headers)
    for section in request.sections { if case .pairs(let pairs) = section.lines { self.pairs(pairs) } }
    self.body(request.body)
  }

  mutating func response(_ response: Response) {
    for section in response.sections {
      guard case .captures(let captures) = section.lines else { continue }
      for capture in captures {
        self.words(capture.query, capture.filters)
        self.template(capture.name)
        if let name = capture.name.literal { self.defined.insert(name) }
      }
    }
    self.pairs(response.headers)
    for section in response.sections {
      guard case .asserts(let asserts) = section.lines else { continue }
      for assert in asserts {
        self.words(assert.query, assert.filters)
        self.word(assert.predicate, WordTable.predicates, \.arguments, "predicate")
        if assert.predicate.name == "matches" { self.pattern(assert.predicate) }
      }
    }
    self.body(response.body)
  }

  private mutating func words(_ query: Query, _ filters: [Word]) {
    self.word(query, WordTable.queries, \.arguments, "query")
    for filter in filters { self.word(filter, WordTable.filters, \.arguments, "filter") }
    for word in [query] + filters {
      switch word.name {
      case "jsonpath": self.path(word)
      case "regex", "replaceRegex": self.pattern(word)
      case "xpath": self.misuse(word) { [services] in services.xpathProblem($0) }
      case "toDate", "dateFormat", "format":
        self.misuse(word) { DateFormat($0) == nil ? "a date has no part that is written so" : nil }
      default: break
      }
    }
  }

  private mutating func word<Rule>(
    _ word: Word, _ table: [String: Rule], _ arguments: KeyPath<Rule, ClosedRange<Int>>, _ kind: String
  ) {
    do {
      _ = try ContractCheck.rule(word, in: table, arguments, kind: kind, source: self.source)
    } catch {
      self.problems.append(error)
    }
    for literal in word.arguments {
      switch literal {
      case .string(let template), .raw(let template), .variable(let template), .file(let template):
        self.template(template)
      case .multiline(let text): self.template(text.text)
      default: break
      }
    }
  }

  private mutating func path(_ word: Word) {
    guard case .string(let template)? = word.arguments.first, let text = template.literal else { return }
    do {
      _ = try JSONPath.reading(text)
    } catch {
      guard case .misuse(let reason) = error else { return }
      self.problems.append(Diagnostic(reason, at: Diagnostic.Place(self.source, at: template.offset)))
    }
  }

  /// Notes what is wrong with a word's first argument, where that is known already.
  private mutating func misuse(_ word: Word, problem: (String) -> String?) {
    guard case .string(let template)? = word.arguments.first, let text = template.literal,
      let reason = problem(text)
    else { return }
    self.problems.append(Diagnostic(reason, at: Diagnostic.Place(self.source, at: template.offset)))
  }

  private mutating func pattern(_ word: Word) {
    let text: String? =
      switch word.arguments.first {
      case .string(let template), .raw(let template): template.literal
      case .regex(let text): text
      default: nil
      }
    guard let text else { return }
    do {
      _ = try Pattern(text)
    } catch {
      self.problems.append(Diagnostic(error.description, at: Diagnostic.Place(self.source, at: word.span.lowerBound)))
    }
  }

  private mutating func pairs(_ pairs: [KeyValue]) {
    for pair in pairs {
      self.template(pair.key)
      self.template(pair.value)
    }
  }

  private mutating func body(_ body: BodyText?) {
    switch body {
    case .json(let template), .xml(let template), .oneline(let template), .file(let template): self.template(template)
    case .multiline(let text) where text.hasPlaceholders: self.template(text.text)
    case .messages(let messages): for message in messages { self.body(message.body) }
    case .multiline, .hex, .base64, nil: break
    }
  }

  private mutating func template(_ template: Template) {
    if let offset = template.firstTag {
      self.problems.append(ContractScope.tag(at: Diagnostic.Place(self.source, at: offset)))
    }
    for (name, offset) in template.placeholderNames where !self.defined.contains(name) {
      let place = Diagnostic.Place(self.source, at: offset)
      self.problems.append(
        self.isMock
          ? ContractScope.undefinedInRule(name, at: place)
          : ContractScope.undefined(name, among: self.defined.sorted(), at: place))
    }
  }
}
