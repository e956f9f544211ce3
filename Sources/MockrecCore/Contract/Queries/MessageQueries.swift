extension WordTable {
  /// Queries of the status line and the fields.
  static let messageQueries: [QueryRule] = [
    QueryRule("status", of: .status) { context, _ in
      let answer = context.answer
      // Wires without numbers have a word.
      return answer.status.map { .number($0) } ?? (answer.statusText.isEmpty ? nil : .text(answer.statusText))
    },
    QueryRule("version", of: .version) { context, _ in
      .text(context.answer.version.split(separator: "/").last.map(String.init) ?? "")
    },
    QueryRule("url") { context, _ in .text(context.answer.url) },
    QueryRule("query", arguments: 1...1, evaluate: query),
    QueryRule("duration") { context, _ in .number(context.answer.duration.milliseconds) },
    QueryRule("header", of: .header, arguments: 1...1, evaluate: header),
    QueryRule("cookie", of: .cookies, arguments: 1...1, evaluate: cookie),
    QueryRule("variable", arguments: 1...1, evaluate: variable),
    QueryRule("ip") { context, _ in context.answer.transfer.ip.isEmpty ? nil : .text(context.answer.transfer.ip) },
    QueryRule("redirects") { context, _ in
      .list(
        context.answer.transfer.redirects.map { redirect in
          ["status": .number(JSONNumber(redirect.status)), "location": .string(redirect.location)]
        })
    },
    QueryRule("certificate", arguments: 1...1, evaluate: certificate),
  ]

  /// A parameter of the URL, decoded; the list of its values where it is there more than once.
  @Sendable private static func query(
    _ context: WordContext, _ arguments: [ContractValue]
  ) throws(WordError) -> ContractValue? {
    let name = try arguments.text(0, of: "query")
    return .oneOrList(WebAddress.query(of: context.answer.url).filter { $0.name == name }.map { .string($0.value) })
  }

  @Sendable private static func header(
    _ context: WordContext, _ arguments: [ContractValue]
  ) throws(WordError) -> ContractValue? {
    .oneOrList(context.answer.fields[all: try arguments.text(0, of: "header")].map { .string($0) })
  }

  @Sendable private static func variable(
    _ context: WordContext, _ arguments: [ContractValue]
  ) throws(WordError) -> ContractValue? {
    context.scope.variables[try arguments.text(0, of: "variable")]
  }

  /// `cookie "name"` or `cookie "name[Attribute]"`. Source: RFC 6265, 5.2.
  @Sendable private static func cookie(
    _ context: WordContext, _ arguments: [ContractValue]
  ) throws(WordError) -> ContractValue? {
    let wanted = try arguments.text(0, of: "cookie")
    let name = wanted.prefix { $0 != "[" }
    let attribute = wanted.dropFirst(name.count + 1).prefix { $0 != "]" }
    let cookies = context.answer.fields[all: "Set-Cookie"].map { value in
      value.split(separator: ";", omittingEmptySubsequences: false).map { part in
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (name: String(pair[0].trimmingBlanks), value: pair.count > 1 ? String(pair[1].trimmingBlanks) : nil)
      }
    }
    guard let parts = cookies.last(where: { $0.first?.name == String(name) }) else { return nil }
    if attribute.isEmpty || attribute.equalsIgnoringCase("Value") { return .text(parts[0].value ?? "") }
    guard let found = parts.dropFirst().first(where: { $0.name.equalsIgnoringCase(attribute) }) else { return nil }
    guard let value = found.value else { return .json(true) }
    return found.name.equalsIgnoringCase("Max-Age") ? Int(value).map { .number($0) } ?? .text(value) : .text(value)
  }
}

extension WordTable {
  @Sendable private static func certificate(
    _ context: WordContext, _ arguments: [ContractValue]
  ) throws(WordError) -> ContractValue? {
    guard let certificate = context.answer.transfer.certificate else { return nil }
    switch try arguments.text(0, of: "certificate") {
    case "Subject": return .text(certificate.subject)
    case "Issuer": return .text(certificate.issuer)
    case "Start-Date": return certificate.start.map { .date($0) }
    case "Expire-Date": return certificate.end.map { .date($0) }
    case "Serial-Number": return .text(certificate.serialNumber)
    case "Subject-Alt-Name": return certificate.alternativeName.map { .text($0) }
    case "Value": return .text(certificate.pem)
    case let name: throw .misuse("a certificate has no \(name)")
    }
  }
}

extension Duration {
  /// Whole milliseconds.
  package var milliseconds: Int64 {
    self.components.seconds * 1000 + self.components.attoseconds / 1_000_000_000_000_000
  }
}
