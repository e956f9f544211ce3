/// Why a word of the language gives nothing.
package enum WordError: Error {
  /// The contract is wrong: an argument of the wrong type, a path that does not parse.
  case misuse(String)
  /// The answer does not have what the word needs: text that is no number, a body that is no JSON.
  case cannot(String)
  /// The same of one value, and why: `which is no string`.
  case unfit(ContractValue, String)

  package var reason: String {
    switch self {
    case .misuse(let reason), .cannot(let reason): reason
    case .unfit(let value, let reason): "\(value.kind) \(value.shown), \(reason)"
    }
  }

  /// The reason without the value, which may be a secret.
  package var withoutValue: String {
    if case .unfit(let value, let reason) = self { "\(value.kind), \(reason)" } else { self.reason }
  }
}

/// What a query may look at.
struct WordContext {
  let answer: Answer
  let scope: ContractScope
}

/// The part of an answer that a query speaks of.
enum QuerySubject: Sendable {
  case nothing, status, version, body
  /// The header that the query's argument names.
  case header
  case cookies
  /// What the query's argument, a JSONPath, selects.
  case json

  /// Notes the part as one that an assert judges.
  func note(_ arguments: [ContractValue], in asserted: inout Asserted) {
    switch self {
    case .nothing: break
    case .status: asserted.status = true
    case .version: asserted.version = true
    case .body: asserted.body = true
    case .header: asserted.headers.insert((arguments.first?.string ?? "").lowercased())
    case .cookies: asserted.headers.insert("set-cookie")
    case .json:
      if let path = try? arguments.jsonPath(0, of: "jsonpath") { asserted.paths.append(path) }
    }
  }

  /// The part's name in findings.
  func path(_ arguments: [ContractValue]) -> String? {
    switch self {
    case .nothing: nil
    case .status: "status"
    case .version: "version"
    case .body: "body"
    case .header: "header \(arguments.first?.string ?? "")"
    case .cookies: "header Set-Cookie"
    case .json: arguments.first?.string
    }
  }
}

/// A word that begins an assert or a capture and takes a value out of the answer.
struct QueryRule: Sendable {
  let name: String
  let subject: QuerySubject
  let arguments: ClosedRange<Int>
  let evaluate: @Sendable (WordContext, [ContractValue]) throws(WordError) -> ContractValue?

  init(
    _ name: String, of subject: QuerySubject = .nothing, arguments: ClosedRange<Int> = 0...0,
    evaluate: @escaping @Sendable (WordContext, [ContractValue]) throws(WordError) -> ContractValue?
  ) {
    self.name = name
    self.subject = subject
    self.arguments = arguments
    self.evaluate = evaluate
  }
}

/// A word that makes another value of a value.
struct FilterRule: Sendable {
  let name: String
  let arguments: ClosedRange<Int>
  let apply: @Sendable (ContractScope, ContractValue, [ContractValue]) throws(WordError) -> ContractValue?

  init(
    _ name: String, arguments: ClosedRange<Int> = 0...0,
    apply: @escaping @Sendable (ContractValue, [ContractValue]) throws(WordError) -> ContractValue?
  ) {
    self.init(name, arguments: arguments) { _, value, arguments throws(WordError) in try apply(value, arguments) }
  }

  /// A filter that asks the world outside.
  init(
    _ name: String, arguments: ClosedRange<Int> = 0...0,
    asking apply:
      @escaping @Sendable (ContractScope, ContractValue, [ContractValue]) throws(WordError) -> ContractValue?
  ) {
    self.name = name
    self.arguments = arguments
    self.apply = apply
  }
}

/// A word that judges a value.
struct PredicateRule: Sendable {
  let name: String
  let arguments: ClosedRange<Int>
  let holds: @Sendable (ContractValue, [ContractValue]) throws(WordError) -> Bool

  init(
    _ name: String, arguments: ClosedRange<Int> = 0...0,
    holds: @escaping @Sendable (ContractValue, [ContractValue]) throws(WordError) -> Bool
  ) {
    self.name = name
    self.arguments = arguments
    self.holds = holds
  }
}

/// All words, by name. A new word is a row in the table of its group; a word of the grammar that has no row is an error.
enum WordTable {
  static let queries = table(messageQueries + bodyQueries, \.name)
  static let filters = table(
    listFilters + textFilters + conversionFilters + codingFilters + dateFilters, \.name)
  static let predicates = table(comparisons + textPredicates + typePredicates + formatPredicates, \.name)

  private static func table<Rule>(_ rules: [Rule], _ name: (Rule) -> String) -> [String: Rule] {
    Dictionary(rules.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension [ContractValue] {
  /// The argument at `index` as text.
  func text(_ index: Int, of word: String) throws(WordError) -> String {
    guard index < self.count, let text = self[index].string else {
      throw .misuse("\(word) takes a string here, in quotes")
    }
    return text
  }

  func integer(_ index: Int, of word: String) throws(WordError) -> Int {
    guard index < self.count, let value = self[index].number?.int64, let integer = Int(exactly: value) else {
      throw .misuse("\(word) takes a whole number here")
    }
    return integer
  }

  /// A pattern between slashes, or one in quotes.
  func pattern(_ index: Int, of word: String) throws(WordError) -> Pattern {
    let text: String
    if index < self.count, case .read(.pattern(let pattern)) = self[index] { return pattern }
    if index < self.count, case .pattern(let pattern) = self[index] {
      text = pattern
    } else {
      text = try self.text(index, of: word)
    }
    return try Pattern.reading(text)
  }

  func jsonPath(_ index: Int, of word: String) throws(WordError) -> JSONPath {
    if index < self.count, case .read(.path(let path)) = self[index] { return path }
    return try JSONPath.reading(try self.text(index, of: word))
  }
}

extension JSONPath {
  /// - Throws: `misuse` for a text that is no expression.
  static func reading(_ text: String) throws(WordError) -> JSONPath {
    do { return try JSONPath(text) } catch { throw .misuse(error.description) }
  }

  func values(in document: JSON) throws(WordError) -> [JSON] {
    do { return try self.select(document) } catch { throw .cannot(error.description) }
  }
}

extension Pattern {
  /// - Throws: `misuse` for a text that is no pattern.
  static func reading(_ text: String) throws(WordError) -> Pattern {
    do { return try Pattern(text) } catch { throw .misuse(error.description) }
  }

  /// - Throws: `cannot` for a text that is too long for the pattern.
  func holds(of text: String) throws(WordError) -> Bool {
    do { return try self.contains(text) } catch { throw .cannot(error.description) }
  }

  /// What the first group took, or nothing.
  func firstGroup(in text: String) throws(WordError) -> ContractValue? {
    guard self.groupCount > 0 else {
      throw .misuse("the pattern needs a group in parentheses: what it takes is the value")
    }
    do {
      guard let match = try self.firstMatch(in: text), match.count > 1, let group = match[1] else { return nil }
      return .text(String(group))
    } catch { throw .cannot(error.description) }
  }
}
