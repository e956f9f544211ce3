/// What stands between the braces of a placeholder: a variable or a function, and what is made of its value.
///
/// `name`, `newUuid`, `getEnv "HOME"`, `name urlEncode`; in a reply also `request.query.user`, `now "-1 day"` and
/// `jwt "…" expires="1h"`.
package struct Expression: Sendable, Hashable {
  /// The variable's name, or the function's; in a reply with `()` behind it, where that is written, and `.` for the
  /// present element.
  package var head: String
  /// What stands behind the dots after the head: only in replies.
  package var path: [String] = []
  /// Of a function.
  package var arguments: [Literal]
  /// Arguments with a name: only in replies.
  package var options: [Option] = []
  package var filters: [Word]
  /// The bytes of head and path in their text.
  package var name: Range<Int> = 0..<0

  package struct Option: Sendable, Hashable {
    package var name: String
    package var value: Literal
    package var span: Range<Int>
  }

  init(head: String, arguments: [Literal] = [], filters: [Word] = []) {
    self.head = head
    self.arguments = arguments
    self.filters = filters
  }

  /// Reads what a placeholder holds.
  ///
  /// - Throws: For what the parser of files would have refused.
  init(reading text: String) throws(Diagnostic) {
    guard text.utf8.contains(.space) || text.utf8.contains(.tab) else {
      self.init(head: text)
      return
    }
    try self.init(in: SourceText(name: "{{\(text)}}", text: text), at: 0, isReply: false)
  }

  /// Reads what begins at an offset of a reply.
  ///
  /// - Throws: For what the parser of files would have refused, at its place.
  package init(ofReply source: SourceText, at offset: Int) throws(Diagnostic) {
    try self.init(in: source, at: offset, isReply: true)
  }

  private init(in source: SourceText, at offset: Int, isReply: Bool) throws(Diagnostic) {
    self = try source.bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in
      var reader = NotationReader(bytes: bytes, source: source, dialect: .http)
      reader.at = offset
      reader.isReply = isReply
      return try reader.expression()
    }
  }

  /// Whether a function makes the value, and no variable holds it.
  var isCall: Bool { Vocabulary.functions[self.head] != nil }
}

extension Vocabulary {
  /// What can stand in a placeholder in the place of a variable.
  ///
  /// Source: https://hurl.dev/docs/templates.html#functions.
  package static let functions: [String: WordRule] = [
    WordRule("getEnv", [.string]),
    WordRule("newDate"),
    WordRule("newUuid"),
    WordRule("randomBool"),
    WordRule("randomInt", [.integer, .integer]),
    WordRule("randomString", [.integer]),
  ].indexed()

  /// What only a placeholder in a reply can begin with: the request, and the functions that mocks have beside these.
  package static let replyWords: Set<String> = ["request", "now", "uuid", "random", "counter", "jsonpath", "jwt"]

  /// Whether a name as it is written begins with one of them.
  static func isOfReplies(_ name: String) -> Bool {
    if name.hasPrefix(".") { return true }
    let head = name.prefix { $0 != "." }
    return head.hasSuffix("()") || self.replyWords.contains(String(head))
  }
}

extension NotationReader {
  /// Reads an expression from its first letter on.
  mutating func expression() throws(Diagnostic) -> Expression {
    let start = self.at
    if self.isReply, self.current == .dot {
      self.at += 1
    } else {
      self.skipName()
    }
    var expression = Expression(head: self.string(start..<self.at))
    if self.isReply { try self.path(&expression) }
    expression.name = start..<self.at
    if expression.path.isEmpty, let function = Vocabulary.functions[expression.head] {
      expression.arguments = try self.arguments(of: function, start..<self.at).arguments
    } else if self.isReply {
      try self.replyArguments(&expression)
    }
    while true {
      let end = self.at
      self.skipSpaces()
      guard self.current.isLetter else {
        self.at = end
        return expression
      }
      let word = self.wordRange()
      guard let rule = Vocabulary.filters[self.string(word)] else {
        throw self.unknown("filter", self.string(word), at: word.lowerBound)
      }
      expression.filters.append(try self.arguments(of: rule, word))
    }
  }

  private mutating func skipName() {
    while self.current.isLetter || self.current.isDigit || self.current == UInt8(ascii: "_")
      || self.current == UInt8(ascii: "-")
    {
      self.at += 1
    }
  }

  /// Reads `.name` and `."any text"` as often as they follow, or `()`.
  private mutating func path(_ expression: inout Expression) throws(Diagnostic) {
    if self.has("()", at: self.at) {
      self.at += 2
      expression.head += "()"
      return
    }
    // The dot of the present element stands before its first name.
    if expression.head == "." { self.at -= 1 }
    while self.current == .dot {
      let start = self.at + 1
      self.at = start
      if self.current == .quote {
        guard case .string(let text) = try self.literal(), let name = text.literal else {
          throw self.failure("no `{{…}}` may stand in a name", at: start)
        }
        expression.path.append(name)
      } else {
        self.skipName()
        if self.at == start, expression.head == ".", expression.path.isEmpty { return }
        guard self.at > start else {
          throw self.failure(
            "a name is expected behind the dot", at: start, fix: "put a name with other characters in double quotes")
        }
        expression.path.append(self.string(start..<self.at))
      }
    }
  }

  /// Reads values, and values with a name, as often as they follow.
  private mutating func replyArguments(_ expression: inout Expression) throws(Diagnostic) {
    while true {
      let end = self.at
      self.skipSpaces()
      let start = self.at
      guard start > end else { return }
      if Self.literalStarts.contains(self.current) || self.has("{{", at: start) {
        guard expression.options.isEmpty else {
          throw self.failure("an argument without a name stands before those with one", at: start)
        }
        expression.arguments.append(try self.literal())
        continue
      }
      if expression.head == "jsonpath", self.current == UInt8(ascii: "$"), let close = self.placeholderEnd(start) {
        let path = String(self.string(start..<close - 2)[...].trimmingBlanks)
        throw self.failure(
          "a JSONPath stands in quotes", at: start, fix: "`jsonpath \(JSONString.quote(path))`")
      }
      self.skipName()
      guard self.at > start, self.current == UInt8(ascii: "=") else {
        self.at = end
        return
      }
      let name = self.string(start..<self.at)
      self.at += 1
      expression.options.append(.init(name: name, value: try self.literal(), span: start..<self.at))
    }
  }

  private static let literalStarts = ByteSet("\"`-0123456789/")
}
