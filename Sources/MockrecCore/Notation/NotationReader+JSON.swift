extension NotationReader {
  /// Reads a JSON value of a body, checks it and keeps it as it is written.
  mutating func json() throws(Diagnostic) -> Template {
    var builder = TemplateBuilder(at: self.at)
    try self.jsonValue(depth: 0, &builder)
    return builder.finish(at: self.at, in: self)
  }

  @inline(__always)
  private mutating func jsonValue(depth: Int, _ builder: inout TemplateBuilder) throws(Diagnostic) {
    switch self.current {
    case .openBrace where self.byte(self.at + 1) == .openBrace: try self.jsonPlaceholder(&builder)
    case .openBrace: try self.jsonContainer(closing: .closeBrace, depth: depth + 1, &builder)
    case UInt8(ascii: "["): try self.jsonContainer(closing: UInt8(ascii: "]"), depth: depth + 1, &builder)
    case .quote: try self.jsonString(&builder)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try self.skipNumber(strict: true)
    default:
      guard self.isJSONWord(self.at) else { throw self.noJSON("a value") }
      self.at += self.current == UInt8(ascii: "f") ? 5 : 4
    }
  }

  private func noJSON(_ wanted: String) -> Diagnostic {
    let fix: String? =
      switch self.current {
      case UInt8(ascii: "'"): "strings stand in double quotes"
      case UInt8(ascii: "]"), .closeBrace: "leave out the comma before it"
      case UInt8(ascii: "#"), UInt8(ascii: "/"): "JSON has no comments"
      default: nil
      }
    return self.isAtEnd
      ? self.failure("JSON: the file ends where \(wanted) is expected", at: self.at)
      : self.failure("JSON: \(wanted) is expected", at: self.at, fix: fix)
  }

  /// Reads an object or an array, from its opening bracket on.
  private mutating func jsonContainer(
    closing: UInt8, depth: Int, _ builder: inout TemplateBuilder
  ) throws(Diagnostic) {
    guard depth <= self.dialect.limits.depth else {
      throw self.failure("JSON: nested deeper than \(self.dialect.limits.depth)", at: self.at)
    }
    self.at += 1
    self.skipJSONSpace()
    if self.current == closing {
      self.at += 1
      return
    }
    while true {
      if closing == .closeBrace {
        guard self.current == .quote else { throw self.noJSON("a name in double quotes") }
        try self.jsonString(&builder)
        self.skipJSONSpace()
        guard self.current == UInt8(ascii: ":") else {
          throw self.failure("JSON: `:` is expected behind a name", at: self.at)
        }
        self.at += 1
        self.skipJSONSpace()
      }
      try self.jsonValue(depth: depth, &builder)
      self.skipJSONSpace()
      if self.current == closing {
        self.at += 1
        return
      }
      guard self.current == UInt8(ascii: ",") else {
        let name = closing == .closeBrace ? "}" : "]"
        throw self.failure("JSON: `,` or `\(name)` is expected", at: self.at)
      }
      self.at += 1
      self.skipJSONSpace()
    }
  }

  @inline(__always)
  private mutating func skipJSONSpace() { self.at = self.bytes.endOfWhitespace(from: self.at) }

  @inline(__always)
  private mutating func jsonString(_ builder: inout TemplateBuilder) throws(Diagnostic) {
    let start = self.at
    self.at = self.bytes.endOfPlainText(from: start + 1, mark: .openBrace, stopsBeyondASCII: false)
    if self.current == .quote { self.at += 1 } else { try self.restOfJSONString(from: start, &builder) }
  }

  /// Reads on to the end of a string that has more than plain text in it.
  @inline(never)
  private mutating func restOfJSONString(from start: Int, _ builder: inout TemplateBuilder) throws(Diagnostic) {
    while true {
      switch self.current {
      case .quote:
        self.at += 1
        return
      case .backslash: try self.jsonEscape()
      case .openBrace where self.byte(self.at + 1) == .openBrace: try self.jsonPlaceholder(&builder)
      case .lineFeed, .carriageReturn, 0:
        throw self.failure("JSON: this string does not end on its line", at: start, fix: "close it with \"")
      case 1..<UInt8.space: throw self.failure("JSON: an unescaped control character", at: self.at)
      default: self.at += 1
      }
      self.at = self.bytes.endOfPlainText(from: self.at, mark: .openBrace, stopsBeyondASCII: false)
    }
  }

  private mutating func jsonEscape() throws(Diagnostic) {
    switch self.byte(self.at + 1) {
    case .quote, .backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      self.at += 2
    case UInt8(ascii: "u"):
      for index in 2..<6 where self.byte(self.at + index).hexValue == nil {
        throw self.failure("JSON: `\\u` is followed by four hexadecimal digits", at: self.at)
      }
      self.at += 6
    default: throw self.failure("JSON: this is no escape", at: self.at, fix: "write a backslash as `\\\\`")
    }
  }

  private mutating func jsonPlaceholder(_ builder: inout TemplateBuilder) throws(Diagnostic) {
    let start = self.at
    let expression = try self.placeholder()
    builder.placeholder(expression, at: start, upTo: self.at, in: self)
  }
}
