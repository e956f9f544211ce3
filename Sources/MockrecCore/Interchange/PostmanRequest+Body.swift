extension PostmanRequest {
  mutating func addBody(_ body: FormatValue, to made: inout Request) throws(Diagnostic) {
    switch try body.text("mode") ?? "" {
    case "raw": try self.addRaw(body, to: &made)
    case "urlencoded": try self.addForm(body, to: &made)
    case "formdata": try self.addMultipart(body, to: &made)
    case "graphql": try self.addGraphQL(body, to: &made)
    case "file": self.note("bodies that are files on somebody's machine are left out: write `file,NAME;`")
    case "", "none": break
    case let mode: self.note("a body of the kind \(mode.prefix(20)) is left out")
    }
  }

  private mutating func addRaw(_ body: FormatValue, to made: inout Request) throws(Diagnostic) {
    guard let raw = try body.text("raw"), !raw.isEmpty else { return }
    let language = try body.member("options")?.member("raw")?.text("language") ?? ""
    self.add(raw, language: ["json", "xml"].contains(language) ? language : "", to: &made)
  }

  private mutating func addGraphQL(_ body: FormatValue, to made: inout Request) throws(Diagnostic) {
    guard let graphql = try body.member("graphql") else { return }
    let query = try graphql.text("query") ?? ""
    let variables = try graphql.member("variables")?.json
    let values = variables?.string ?? variables?.description ?? ""
    let hasValues = values.contains { !$0.isWhitespace }
    self.add(
      "{\"query\": \(JSONString.quote(query))\(hasValues ? ", \"variables\": \(values)" : "")}", language: "json",
      to: &made)
  }

  private mutating func add(_ text: String, language: String, to made: inout Request) {
    // As Postman's editor ends lines depends on the machine it ran on.
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n")
    let text = self.publicBody(PostmanTemplate.normalized(lines), language: language)
    guard let fenced = PostmanTemplate.fenced(text, language: language) else {
      return self.note("bodies with control characters or three backticks in them are left out")
    }
    made.body = fenced
  }

  /// The body with its secrets replaced, and its placeholders as they were.
  private mutating func publicBody(_ text: String, language: String) -> String {
    let first = text.first { !$0.isWhitespace }
    let isJSON = language == "json" || first == "{" || first == "["
    let kind = BodyKind(contentType: isJSON ? "application/json" : "text/plain")
    let bytes = Array(text.utf8)
    let redacted = self.redactor.body(bytes, as: kind)
    guard redacted != bytes else { return text }
    var result = String(decoding: redacted, as: UTF8.self)
    for piece in PostmanTemplate.pieces(text) where piece.isPlaceholder {
      let placeholder = "{{\(piece.text)}}"
      result = result.replacingAll(Pseudonym.text(of: placeholder), with: placeholder)
    }
    if Pseudonym.occurs(in: Array(result.utf8)) {
      self.note("secrets in bodies are not written: pseudonyms stand there, to be replaced by variables")
    }
    return result
  }

  private mutating func addForm(_ body: FormatValue, to made: inout Request) throws(Diagnostic) {
    var pairs: [KeyValue] = []
    for field in try body.elements("urlencoded") {
      if let pair = try self.field(field) { pairs.append(pair) }
    }
    if !pairs.isEmpty { made.sections.append(Section(kind: .form, lines: .pairs(pairs))) }
  }

  private mutating func addMultipart(_ body: FormatValue, to made: inout Request) throws(Diagnostic) {
    var pairs: [KeyValue] = []
    for field in try body.elements("formdata") {
      if try field.text("type") == "file" {
        self.note("parts that are files on somebody's machine are left out: write `name: file,NAME;`")
      } else if let pair = try self.field(field) {
        pairs.append(pair)
      }
    }
    // The client draws a boundary of its own.
    made.headers.removeAll { $0.key.literal?.equalsIgnoringCase("Content-Type") == true }
    if !pairs.isEmpty { made.sections.append(Section(kind: .multipart, lines: .pairs(pairs))) }
  }

  private mutating func field(_ field: FormatValue) throws(Diagnostic) -> KeyValue? {
    guard !(try field.flag("disabled")) else {
      self.note("parameters and fields that are switched off are left out")
      return nil
    }
    guard let key = try field.text("key"), !key.isEmpty else { return nil }
    return self.pair(key, self.public(try field.text("value") ?? "", name: key))
  }

  mutating func addAuth(_ auth: FormatValue, to made: inout Request) throws(Diagnostic) {
    let type = try auth.text("type") ?? "noauth"
    var values: [String: String] = [:]
    for pair in try auth.elements(type) {
      if let key = try pair.text("key") { values[key] = try pair.member("value")?.json.string }
    }
    switch type {
    case "noauth": break
    case "basic":
      made.sections.append(
        Section(
          kind: .basicAuth,
          lines: .pairs([self.pair(values["username"] ?? "{{user}}", self.hidden(values["password"], "password"))])))
    case "bearer": made.headers.append(self.pair("Authorization", "Bearer \(self.hidden(values["token"], "token"))"))
    case "apikey" where values["in"] != "query":
      let key = values["key"] ?? "X-Api-Key"
      made.headers.append(self.pair(key, self.hidden(values["value"], key)))
    default: self.note("authorisation of the kind \(type.prefix(20)) is not translated: write its header")
    }
  }

  /// A credential: the variables that it is made of, or one in its place.
  private mutating func hidden(_ value: String?, _ name: String) -> String {
    guard let value, PostmanTemplate.hasPlaceholder(value), PostmanTemplate.literal(of: value).isEmpty else {
      return self.secret(name)
    }
    return value
  }
}

extension String {
  fileprivate func replacingAll(_ text: String, with other: String) -> String {
    var result = ""
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
