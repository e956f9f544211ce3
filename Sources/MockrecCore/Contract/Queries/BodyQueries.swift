extension WordTable {
  /// Queries of the body.
  static let bodyQueries: [QueryRule] = [
    QueryRule("body", of: .body) { context, _ throws(WordError) in .text(try text(context)) },
    QueryRule("bytes", of: .body) { context, _ in .bytes(context.answer.body) },
    QueryRule("rawbytes", of: .body) { context, _ in .bytes(context.answer.rawBody) },
    QueryRule("regex", of: .body, arguments: 1...1) { context, arguments throws(WordError) in
      try arguments.pattern(0, of: "regex").firstGroup(in: text(context))
    },
    QueryRule("jsonpath", of: .json, arguments: 1...1) { context, arguments throws(WordError) in
      let path = try arguments.jsonPath(0, of: "jsonpath")
      return context.scope.selection(try path.values(in: try json(of: context.answer)))
    },
    QueryRule("xpath", arguments: 1...1) { context, arguments throws(WordError) in
      let type = MediaType(context.answer.fields[first: "Content-Type"] ?? "").essence
      return try context.scope.xpath(
        try arguments.text(0, of: "xpath"), XMLText(text(context), isHTML: type.contains("html")))
    },
    QueryRule("sha256", of: .body) { context, _ in .bytes(context.scope.services.sha256(context.answer.body)) },
    QueryRule("md5", of: .body) { context, _ in .bytes(context.scope.services.md5(context.answer.body)) },
  ]

  /// Whether a query looks at the body.
  static func readsBody(_ query: String) -> Bool { self.bodyQueries.contains { $0.name == query } }

  private static func text(_ context: WordContext) throws(WordError) -> String {
    guard let text = context.scope.text(of: context.answer) else {
      throw .cannot("a body of \(context.answer.body.count) bytes that is no text")
    }
    return text
  }

  private static func json(of answer: Answer) throws(WordError) -> JSON {
    if case .json(let json) = answer.content { return json }
    do { return try JSON.parse(answer.body) } catch {
      throw .cannot(answer.body.isEmpty ? "no body" : "a body that is \(error.description)")
    }
  }
}

extension ContractScope {
  func selection(_ values: [JSON]) -> ContractValue? { self.keepsNodeLists ? .list(values) : .oneOrList(values) }

  /// The body as text in the charset that its type names; nil where it is none.
  func text(of answer: Answer) -> String? {
    if let text = answer.text { return text }
    guard let charset = MediaType(answer.fields[first: "Content-Type"] ?? "").charset else { return nil }
    return self.services.decode(answer.body, charset)
  }

  func xpath(_ expression: String, _ document: XMLText) throws(WordError) -> ContractValue {
    switch try self.services.xpath(expression, document) {
    case .nodes(let count): return .nodes(count)
    case .text(let text): return .text(text)
    case .bool(let value): return .json(.bool(value))
    case .number(let value):
      if let whole = Int64(exactly: value) { return .number(whole) }
      guard let number = JSONNumber(value) else { throw .cannot("an XPath whose result is not a number") }
      return .json(.number(number))
    }
  }
}
