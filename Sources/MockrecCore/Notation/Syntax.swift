/// The tree of a conversation file: what was written, and where. Sections, queries and predicates keep their words, so
/// that one parser serves every wire and every later addition.
package struct ConversationFile: Sendable, Hashable {
  package var entries: [Entry]
  /// Comments and blank lines after the last entry, as written.
  package var trailing: [Trivia]

  package init(entries: [Entry], trailing: [Trivia] = []) {
    self.entries = entries
    self.trailing = trailing
  }

  /// The version that a first line `# mockrec N` names; nil for a plain Hurl file.
  package var version: Int? {
    guard case .comment(let text)? = (self.entries.first?.leading ?? self.trailing).first else { return nil }
    let words = text.dropFirst().split(separator: " ")
    guard words.count == 2, words[0] == "mockrec" else { return nil }
    return Int(words[1])
  }
}

/// What stands between the lines that mean something.
package enum Trivia: Sendable, Hashable {
  case blank
  /// A whole comment line, from its `#`.
  case comment(String)

  var isBlank: Bool { if case .blank = self { true } else { false } }
}

/// One request and, mostly, the response that is expected of it or served for it.
package struct Entry: Sendable, Hashable {
  /// Blank lines and comments before the request line.
  package var leading: [Trivia]
  package var request: Request
  package var response: Response?
  /// The byte range of the entry in its file, from its request line on.
  package var span: Range<Int>

  package init(leading: [Trivia] = [], request: Request, response: Response?, span: Range<Int> = 0..<0) {
    self.leading = leading
    self.request = request
    self.response = response
    self.span = span
  }

  /// The structured comments `# @name value` before the request line and before the response line, in order.
  package var marks: [Mark] {
    (self.leading + (self.response?.leading ?? [])).compactMap(Mark.init)
  }
}

/// A structured comment: what the notation's ancestor cannot say and must not trip over.
package struct Mark: Sendable, Hashable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String = "") {
    self.name = name
    self.value = value
  }

  /// A field behind a body. White space around its value is none of it (RFC 9110, 5.5), and lines do not end in any.
  package init(trailer field: Fields.Field) {
    let value = field.value[...].trimmingBlanks
    self.init("trailer", value.isEmpty ? "\(field.name):" : "\(field.name): \(value)")
  }

  /// Reads `# @name value`; nil for any other trivia.
  package init?(_ trivia: Trivia) {
    guard case .comment(var text) = trivia, text.utf8.count > 3 else { return nil }
    let parts = text.withUTF8 { bytes -> (String, String)? in
      guard bytes[0] == UInt8(ascii: "#"), bytes[1] == .space, bytes[2] == UInt8(ascii: "@") else { return nil }
      let rest = bytes[3...]
      let end = rest.firstIndex(of: .space) ?? rest.endIndex
      guard end > rest.startIndex else { return nil }
      return (
        String(decoding: UnsafeBufferPointer(rebasing: rest[..<end]), as: UTF8.self),
        String(decoding: UnsafeBufferPointer(rebasing: rest[end...].dropFirst()), as: UTF8.self)
      )
    }
    guard let parts else { return nil }
    self.init(parts.0, parts.1)
  }

  package var trivia: Trivia { .comment(self.value.isEmpty ? "# @\(self.name)" : "# @\(self.name) \(self.value)") }

  /// Where the mark stands before `offset`, where the line begins that it belongs to: comments carry no place of their own.
  package func place(in source: SourceText, before offset: Int) -> Diagnostic.Place {
    .init(source, at: self.offset(in: source, before: offset))
  }

  func offset(in source: SourceText, before offset: Int) -> Int {
    let text = Array((self.value.isEmpty ? "# @\(self.name)" : "# @\(self.name) \(self.value)").utf8)
    let before = source.bytes[..<min(offset, source.bytes.count)]
    return before.indices.last { before[$0...].starts(with: text) } ?? offset
  }

  /// The error for a value that is not what the mark wants; `offset` as of `place`.
  package func misread(_ wanted: String, _ source: SourceText, _ offset: Int) -> Diagnostic {
    Diagnostic(
      "`@\(self.name)` wants \(wanted), not '\(self.value)'", at: self.place(in: source, before: offset))
  }
}

/// `GET {{users}}/users/42`, or for another wire its verb, the service and the command.
package struct Request: Sendable, Hashable {
  /// The first word of the line: an HTTP method, or a wire's verb.
  package var verb: String
  /// The rest of the line, trimmed: a URL, or a service and a command.
  package var target: Template
  package var headers: [KeyValue]
  package var sections: [Section]
  package var body: BodyText?
  /// A comment behind the request line, with the white space before it.
  package var comment: String?
  /// Blank lines and comments before the body, and a comment on its last line.
  package var bodyLeading: [Trivia]
  package var bodyComment: String?

  package init(
    verb: String, target: Template, headers: [KeyValue] = [], sections: [Section] = [], body: BodyText? = nil,
    comment: String? = nil, bodyLeading: [Trivia] = [], bodyComment: String? = nil
  ) {
    self.verb = verb
    self.target = target
    self.headers = headers
    self.sections = sections
    self.body = body
    self.comment = comment
    self.bodyLeading = bodyLeading
    self.bodyComment = bodyComment
  }
}

/// `HTTP 200`, or for another wire its verb and a short reply.
package struct Response: Sendable, Hashable {
  package var leading: [Trivia]
  /// The first word of the line, with its version where one is written: `HTTP`, `HTTP/1.1`, `HTTP/*`, `REDIS`.
  package var verb: String
  /// The rest of the line, trimmed: `200`, `*`, `OK`; empty where nothing follows.
  package var status: String
  package var headers: [KeyValue]
  package var sections: [Section]
  package var body: BodyText?
  /// A comment behind the response line, with the white space before it.
  package var comment: String?
  /// Blank lines and comments before the body, and a comment on its last line.
  package var bodyLeading: [Trivia]
  package var bodyComment: String?
  /// The byte range of the response line.
  package var span: Range<Int>

  package init(
    leading: [Trivia] = [], verb: String, status: String, headers: [KeyValue] = [], sections: [Section] = [],
    body: BodyText? = nil, comment: String? = nil, bodyLeading: [Trivia] = [], bodyComment: String? = nil,
    span: Range<Int> = 0..<0
  ) {
    self.leading = leading
    self.verb = verb
    self.status = status
    self.headers = headers
    self.sections = sections
    self.body = body
    self.comment = comment
    self.bodyLeading = bodyLeading
    self.bodyComment = bodyComment
    self.span = span
  }
}

/// One `name: value` line, of a header, a parameter, an option.
package struct KeyValue: Sendable, Hashable {
  package var leading: [Trivia]
  package var key: Template
  package var value: Template
  /// A comment behind the value on the same line, from its `#`, with the white space before it.
  package var comment: String?
  package var span: Range<Int>

  package init(
    leading: [Trivia] = [], key: Template, value: Template, comment: String? = nil, span: Range<Int> = 0..<0
  ) {
    self.leading = leading
    self.key = key
    self.value = value
    self.comment = comment
    self.span = span
  }
}

/// A section in brackets: `[Query]`, `[Form]`, `[Options]`, `[Captures]`, `[Asserts]` and the rest of the grammar's.
package struct Section: Sendable, Hashable {
  /// The section under its present name (`Query` also for `[QueryStringParams]`).
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case query = "Query"
    case form = "Form"
    case multipart = "Multipart"
    case cookies = "Cookies"
    case basicAuth = "BasicAuth"
    case options = "Options"
    case captures = "Captures"
    case asserts = "Asserts"
  }

  package enum Lines: Sendable, Hashable {
    case pairs([KeyValue])
    case captures([Capture])
    case asserts([Assert])
  }

  package var leading: [Trivia]
  package var kind: Kind
  /// The name as written between the brackets.
  package var name: String
  package var lines: Lines
  /// A comment behind the closing bracket, with the white space before it.
  package var comment: String?
  package var span: Range<Int>

  package init(
    leading: [Trivia] = [], kind: Kind, name: String? = nil, lines: Lines, comment: String? = nil,
    span: Range<Int> = 0..<0
  ) {
    self.leading = leading
    self.kind = kind
    self.name = name ?? kind.rawValue
    self.lines = lines
    self.comment = comment
    self.span = span
  }
}

/// `name: query filter…`
package struct Capture: Sendable, Hashable {
  package var leading: [Trivia]
  package var name: Template
  package var query: Query
  package var filters: [Word]
  /// Whether `redact` stands behind it: the value must never be shown.
  package var redacted: Bool
  package var comment: String?
  package var span: Range<Int>

  package init(
    leading: [Trivia] = [], name: Template, query: Query, filters: [Word] = [], redacted: Bool = false,
    comment: String? = nil, span: Range<Int> = 0..<0
  ) {
    self.leading = leading
    self.name = name
    self.query = query
    self.filters = filters
    self.redacted = redacted
    self.comment = comment
    self.span = span
  }
}

/// `query filter… [not] predicate`
package struct Assert: Sendable, Hashable {
  package var leading: [Trivia]
  package var query: Query
  package var filters: [Word]
  package var negated: Bool
  package var predicate: Word
  package var comment: String?
  package var span: Range<Int>

  package init(
    leading: [Trivia] = [], query: Query, filters: [Word] = [], negated: Bool = false, predicate: Word,
    comment: String? = nil, span: Range<Int> = 0..<0
  ) {
    self.leading = leading
    self.query = query
    self.filters = filters
    self.negated = negated
    self.predicate = predicate
    self.comment = comment
    self.span = span
  }
}

/// A query is a word with arguments, as filters and predicates are: `jsonpath "$.id"`, `header "ETag"`, `status`.
package typealias Query = Word

/// A word of the language and its arguments: `jsonpath "$.id"`, `== 42`, `replaceRegex "a" "b"`, `isUuid`.
package struct Word: Sendable, Hashable {
  package var name: String
  package var arguments: [Literal]
  package var span: Range<Int>

  package init(_ name: String, _ arguments: [Literal] = [], span: Range<Int> = 0..<0) {
    self.name = name
    self.arguments = arguments
    self.span = span
  }
}

/// A value as written.
package enum Literal: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The spelling of the number: `42`, `-1.5e3`.
  case number(String)
  /// `"…"` with its escapes undone; templates inside.
  case string(Template)
  /// `` `…` `` on one line, with its escapes undone; templates inside.
  case raw(Template)
  /// ``` fenced, over lines.
  case multiline(Multiline)
  /// `/…/`, with `\/` made `/`.
  case regex(String)
  /// The bytes, and what stands between `hex,` and `;`. So for `base64,…;` too.
  case hex([UInt8], spelling: String)
  case base64([UInt8], spelling: String)
  case file(Template)
  /// `{{name}}` that stands alone as a value.
  case variable(Template)
}

/// A text between three ticks.
package struct Multiline: Sendable, Hashable {
  /// What stands behind the opening ticks: `json`, `xml`, `graphql`, `hex`, …, with its attributes; mostly empty.
  package var language: String
  package var text: Template

  package init(language: String = "", text: Template) {
    self.language = language
    self.text = text
  }
}

/// A body as written in the file.
package enum BodyText: Sendable, Hashable {
  /// JSON as it stands in the file, white space and all, with its templates.
  case json(Template)
  /// XML as it stands in the file. It holds no templates: `{{` means nothing there.
  case xml(Template)
  case multiline(Multiline)
  /// `` `…` `` on one line.
  case oneline(Template)
  case hex([UInt8], spelling: String)
  case base64([UInt8], spelling: String)
  case file(Template)
  /// Two messages or more, one below the other: only of the verbs that a dialect names in `messageVerbs`. A single one
  /// is a body like any other, and none of these is `messages` itself.
  case messages([MessageText])
}
