/// What stands between the braces of a placeholder: a variable or a function, and what is made of its value.
///
/// `name`, `newUuid`, `getEnv "HOME"`, `name urlEncode`.
package struct Expression: Sendable, Hashable {
  /// The variable's name, or the function's.
  package var head: String
  /// Of a function.
  package var arguments: [Literal]
  package var filters: [Word]

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
    let source = SourceText(name: "{{\(text)}}", text: text)
    self = try source.bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in
      var reader = NotationReader(bytes: bytes, source: source, dialect: .http)
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
}

extension NotationReader {
  /// Reads an expression from its first letter on.
  mutating func expression() throws(Diagnostic) -> Expression {
    let start = self.at
    while self.current.isLetter || self.current.isDigit || self.current == UInt8(ascii: "_")
      || self.current == UInt8(ascii: "-")
    {
      self.at += 1
    }
    var expression = Expression(head: self.string(start..<self.at))
    if let function = Vocabulary.functions[expression.head] {
      expression.arguments = try self.arguments(of: function, start..<self.at).arguments
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
}
