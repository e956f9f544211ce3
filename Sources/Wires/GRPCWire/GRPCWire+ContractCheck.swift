import MockrecCore
import MockrecWire

extension GRPCWire {
  package func problems(of entry: Entry, in source: SourceText) -> [Diagnostic] {
    [self.surplus(entry, in: source), Self.statusProblem(entry, in: source)].compactMap { $0 }
      + Self.queryProblems(entry, in: source)
  }

  /// More messages than the call takes.
  private func surplus(_ entry: Entry, in source: SourceText) -> Diagnostic? {
    guard let messages = entry.request.body?.each, messages.count > 1,
      let path = entry.request.target.literal(from: 1)?.filter({ $0 != " " && $0 != "\t" }),
      let method = self.types.method(of: "/" + path), !method.isClientStreaming
    else { return nil }
    return Diagnostic(
      "\(path) takes one message, and here are \(messages.count)",
      at: .init(source, at: messages[1].offset ?? entry.span.lowerBound),
      fix: "leave out all but one, or make an entry of each")
  }

  private static func statusProblem(_ entry: Entry, in source: SourceText) -> Diagnostic? {
    guard let response = entry.response, !response.status.isEmpty, response.status != "*",
      GRPCStatus.number(response.status) == nil
    else { return nil }
    return Diagnostic(
      "'\(response.status)' is no status of gRPC", at: .init(source, at: response.span.lowerBound),
      nearest: nearestWord(to: response.status, among: GRPCStatus.names),
      fix: "one of \(GRPCStatus.names.joined(separator: ", "))")
  }

  /// Queries that no answer of gRPC has anything for, or that speak of the status as what it is not.
  private static func queryProblems(_ entry: Entry, in source: SourceText) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    for section in entry.response?.sections ?? [] {
      switch section.lines {
      case .asserts(let asserts):
        for assert in asserts {
          problems += [self.problem(assert.query, in: source) ?? self.comparison(assert, in: source)].compactMap { $0 }
        }
      case .captures(let captures): problems += captures.compactMap { self.problem($0.query, in: source) }
      case .pairs: break
      }
    }
    return problems
  }

  private static let meaningless: Set<String> = ["version", "cookie", "redirects"]

  private static func problem(_ query: Query, in source: SourceText) -> Diagnostic? {
    let place = Diagnostic.Place(source, at: query.span.lowerBound)
    if self.meaningless.contains(query.name) {
      return Diagnostic(
        "the query \(query.name) finds nothing in an answer of gRPC", at: place,
        fix: "ask for `status`, `jsonpath`, or `header` (metadata, from before and behind the messages)")
    }
    guard query.name == "header", case .string(let name)? = query.arguments.first,
      name.literal?.equalsIgnoringCase(GRPCStatus.field) == true
    else { return nil }
    return Diagnostic(
      "the status is no metadata here", at: place, fix: "write `status == \"NOT_FOUND\"`, or `GRPC NOT_FOUND`")
  }

  /// A status that is compared with what none is.
  private static func comparison(_ assert: Assert, in source: SourceText) -> Diagnostic? {
    guard assert.query.name == "status", assert.filters.isEmpty, let operand = assert.predicate.arguments.first,
      ["==", "!="].contains(assert.predicate.name)
    else { return nil }
    let place = Diagnostic.Place(source, at: assert.predicate.span.lowerBound)
    switch operand {
    case .number(let number):
      let name = GRPCStatus.name(number)
      return Diagnostic(
        "a status of gRPC is a word, not a number", at: place,
        fix: name == number
          ? "one of \(GRPCStatus.names.joined(separator: ", "))" : "write \"\(name)\" in place of \(number)")
    case .string(let template):
      guard let text = template.literal, GRPCStatus.number(text) == nil else { return nil }
      return Diagnostic(
        "'\(text)' is no status of gRPC", at: place, nearest: nearestWord(to: text, among: GRPCStatus.names),
        fix: "one of \(GRPCStatus.names.joined(separator: ", "))")
    default: return nil
    }
  }

  /// The status by its word, and bytes as gRPC sends them: both sides' answers have them so.
  package func expected(of entry: Entry, in source: SourceText) -> Response? {
    guard var response = entry.response else { return nil }
    response.status = GRPCStatus.name(response.status)
    for index in response.headers.indices {
      let header = response.headers[index]
      guard let name = header.key.literal, let value = header.value.literal, Self.isBinary(name) else { continue }
      // Base64 needs no escapes.
      response.headers[index].value = Template(Self.unpadded(value), offset: header.value.offset)
    }
    return response
  }

  /// Whether metadata of this name is base64 (PROTOCOL-HTTP2.md, Binary-Header).
  static func isBinary(_ name: String) -> Bool { name.lowercased().hasSuffix("-bin") }

  /// Senders may pad, and should not.
  static func unpadded(_ value: String) -> String { value.filter { $0 != "=" } }
}
