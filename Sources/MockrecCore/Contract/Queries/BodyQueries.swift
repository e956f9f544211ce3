extension WordTable {
  /// Queries of the body.
  static let bodyQueries: [QueryRule] = [
    QueryRule("body", of: .body) { context, _ throws(WordError) in .text(try text(of: context.answer)) },
    QueryRule("bytes", of: .body) { context, _ in .bytes(context.answer.body) },
    QueryRule("rawbytes", of: .body) { context, _ in .bytes(context.answer.rawBody) },
    QueryRule("regex", of: .body, arguments: 1...1) { context, arguments throws(WordError) in
      try firstGroup(of: arguments.pattern(0, of: "regex"), in: text(of: context.answer))
    },
    QueryRule("jsonpath", of: .json, arguments: 1...1) { context, arguments throws(WordError) in
      let path = try arguments.jsonPath(0, of: "jsonpath")
      return .oneOrList(try path.values(in: try json(of: context.answer)))
    },
  ]

  private static func text(of answer: Answer) throws(WordError) -> String {
    guard let text = answer.text else { throw .cannot("a body of \(answer.body.count) bytes that is no text") }
    return text
  }

  private static func json(of answer: Answer) throws(WordError) -> JSON {
    if case .json(let json) = answer.content { return json }
    do { return try JSON.parse(answer.body) } catch {
      throw .cannot(answer.body.isEmpty ? "no body" : "a body that is \(error.description)")
    }
  }

  /// What the first group took, or nothing.
  static func firstGroup(of pattern: Pattern, in text: String) throws(WordError) -> ContractValue? {
    guard pattern.groupCount > 0 else {
      throw .misuse("the pattern needs a group in parentheses: what it takes is the value")
    }
    guard let match = pattern.firstMatch(in: text), match.count > 1, let group = match[1] else { return nil }
    return .text(String(group))
  }
}
