/// Prints conversation files in the one canonical form.
///
/// White space between words is one space, none stands at the ends of lines, several blank lines are one, lines end
/// with a line feed. Bodies, strings, comments and the white space before a comment stay as they were written, because
/// a cassette's bytes come from them. What is printed parses to the tree that was printed.
package enum NotationPrinter {
  package static func print(_ file: ConversationFile) -> String {
    var text = ""
    for entry in file.entries { Self.print(entry, to: &text) }
    Self.print(file.trailing, to: &text)
    return text
  }

  /// The canonical form of a file.
  package static func format(_ source: SourceText, dialect: Dialect = .http) throws(Diagnostic) -> String {
    Self.print(try NotationParser.parse(source, dialect: dialect))
  }

  package static func print(_ entry: Entry, to text: inout String) {
    Self.print(entry.leading, to: &text)
    let request = entry.request
    text += "\(request.verb) \(request.target.spelling)\(request.comment ?? "")\n"
    Self.print(request.headers, to: &text)
    for section in request.sections { Self.print(section, to: &text) }
    Self.print(request.body, request.bodyLeading, request.bodyComment, to: &text)
    if let response = entry.response { Self.print(response, to: &text) }
  }

  static func print(_ response: Response, to text: inout String) {
    Self.print(response.leading, to: &text)
    text += response.verb
    if !response.status.isEmpty { text += " \(Template(escapingHeaderValue: response.status).spelling)" }
    text += "\(response.comment ?? "")\n"
    Self.print(response.headers, to: &text)
    for section in response.sections { Self.print(section, to: &text) }
    Self.print(response.body, response.bodyLeading, response.bodyComment, to: &text)
  }

  fileprivate static func print(_ trivia: [Trivia], to text: inout String) {
    for item in trivia {
      if case .comment(let comment) = item { text += comment }
      text += "\n"
    }
  }

  static func print(_ pairs: [KeyValue], to text: inout String) {
    for pair in pairs {
      Self.print(pair.leading, to: &text)
      text += "\(pair.key.spelling):"
      if !pair.value.isEmpty { text += " \(pair.value.spelling)" }
      text += "\(pair.comment ?? "")\n"
    }
  }

  static func print(_ section: Section, to text: inout String) {
    Self.print(section.leading, to: &text)
    text += "[\(section.name)]\(section.comment ?? "")\n"
    switch section.lines {
    case .pairs(let pairs): Self.print(pairs, to: &text)
    case .captures(let captures):
      for capture in captures {
        Self.print(capture.leading, to: &text)
        text += "\(capture.name.spelling): \(([capture.query] + capture.filters).spelling)"
        text += "\(capture.redacted ? " redact" : "")\(capture.comment ?? "")\n"
      }
    case .asserts(let asserts):
      for assert in asserts {
        Self.print(assert.leading, to: &text)
        text += "\(([assert.query] + assert.filters).spelling)\(assert.negated ? " not" : "") "
        text += "\(assert.predicate.spelling)\(assert.comment ?? "")\n"
      }
    }
  }

  private static func print(_ body: BodyText?, _ leading: [Trivia], _ comment: String?, to text: inout String) {
    guard let body else { return }
    Self.print(leading, to: &text)
    text += "\(body.spelling)\(comment ?? "")\n"
  }
}

extension [Word] {
  fileprivate var spelling: String { self.map(\.spelling).joined(separator: " ") }
}

extension Word {
  /// As printed: the word and its arguments, with a space between them.
  package var spelling: String { ([self.name] + self.arguments.map(\.spelling)).joined(separator: " ") }
}

extension Literal {
  /// As printed, with its quotes.
  package var spelling: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let spelling): spelling
    case .string(let text): "\"\(text.spelling)\""
    case .raw(let text): "`\(text.spelling)`"
    case .multiline(let text): text.spelling
    case .regex(let pattern): "/\(Self.escapingSlashes(pattern))/"
    case .hex(_, let spelling): "hex,\(spelling);"
    case .base64(_, let spelling): "base64,\(spelling);"
    case .file(let name): "file,\(name.spelling);"
    case .variable(let template): template.spelling
    }
  }

  private static func escapingSlashes(_ pattern: String) -> String {
    var spelling = ""
    var isEscaped = false
    for scalar in pattern.unicodeScalars {
      if scalar == "/", !isEscaped { spelling += "\\" }
      spelling.unicodeScalars.append(scalar)
      isEscaped = scalar == "\\" && !isEscaped
    }
    return spelling
  }
}

extension Multiline {
  /// As printed: the text begins on the line below the opening fence.
  package var spelling: String { "```\(self.language)\n\(self.text.spelling)```" }
}

extension BodyText {
  /// As printed, without the line's end.
  package var spelling: String {
    switch self {
    case .json(let text), .xml(let text): text.spelling
    case .multiline(let text): text.spelling
    case .oneline(let text): "`\(text.spelling)`"
    case .hex(_, let spelling): "hex,\(spelling);"
    case .base64(_, let spelling): "base64,\(spelling);"
    case .file(let name): "file,\(name.spelling);"
    case .messages(let messages): messages.map(\.spelling).joined(separator: "\n")
    }
  }
}

extension MessageText {
  /// As printed, without the line's end.
  fileprivate var spelling: String {
    var text = ""
    NotationPrinter.print(self.leading, to: &text)
    return text + self.body.spelling + (self.comment ?? "")
  }
}
