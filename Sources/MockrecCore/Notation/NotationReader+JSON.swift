extension NotationReader {
  /// Reads a JSON value of a body, checks it and keeps it as it is written.
  mutating func json() throws(Diagnostic) -> Template {
    var builder = TemplateBuilder(at: self.at)
    if self.isTag(self.at) { try self.tagged([], &builder) } else { try self.jsonValue(depth: 0, &builder) }
    return builder.finish(at: self.at, in: self)
  }

  /// Steps over a JSON value and checks it; false where placeholders stand in it.
  mutating func plainJSON() throws(Diagnostic) -> Bool {
    var builder = TemplateBuilder(at: self.at)
    try self.jsonValue(depth: 0, &builder)
    return builder.isPlain
  }

  private mutating func jsonValue(depth: Int, _ builder: inout TemplateBuilder) throws(Diagnostic) {
    switch self.current {
    case .openBrace where self.byte(self.at + 1) == .openBrace: try self.braces(&builder)
    case .openBrace: try self.jsonContainer(closing: .closeBrace, depth: depth + 1, &builder)
    case UInt8(ascii: "["): try self.jsonContainer(closing: UInt8(ascii: "]"), depth: depth + 1, &builder)
    case .quote: self.at = try self.endOfJSONString(from: self.at, &builder)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try self.skipNumber(strict: true)
    default:
      guard self.isJSONWord(self.at) else { throw self.noJSON("a value", at: self.at) }
      self.at += self.current == UInt8(ascii: "f") ? 5 : 4
    }
  }

  func noJSON(_ wanted: String, at offset: Int) -> Diagnostic {
    let fix: String? =
      switch self.byte(offset) {
      case UInt8(ascii: "'"): "strings stand in double quotes"
      case UInt8(ascii: "]"), .closeBrace: "leave out the comma before it"
      case UInt8(ascii: "#"), UInt8(ascii: "/"): "JSON has no comments"
      default: nil
      }
    return offset >= self.bytes.count
      ? self.failure("JSON: the file ends where \(wanted) is expected", at: offset)
      : self.failure("JSON: \(wanted) is expected", at: offset, fix: fix)
  }

  /// Reads an object or an array, from its opening bracket on.
  private mutating func jsonContainer(
    closing: UInt8, depth: Int, _ builder: inout TemplateBuilder
  ) throws(Diagnostic) {
    guard depth <= self.dialect.limits.depth else {
      throw self.failure("JSON: nested deeper than \(self.dialect.limits.depth)", at: self.at)
    }
    // The place is kept here, and put into `at` for what is not done here.
    var at = self.bytes.endOfWhitespace(from: self.at &+ 1)
    guard self.byte(at) != closing else {
      self.at = at &+ 1
      return
    }
    while true {
      if closing == .closeBrace {
        guard self.byte(at) == .quote else {
          if self.isTag(at) { return try self.tagged([closing], from: at, &builder) }
          throw self.noJSON("a name in double quotes", at: at)
        }
        at = self.bytes.endOfWhitespace(from: try self.endOfJSONString(from: at, &builder))
        guard self.byte(at) == UInt8(ascii: ":") else {
          throw self.failure("JSON: `:` is expected behind a name", at: at)
        }
        at = self.bytes.endOfWhitespace(from: at &+ 1)
      }
      switch self.byte(at) {
      case .quote: at = try self.endOfJSONString(from: at, &builder)
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        at = try self.endOfNumber(from: at, strict: true)
      default:
        if self.isTag(at) { return try self.tagged([closing], from: at, &builder) }
        self.at = at
        try self.jsonValue(depth: depth, &builder)
        at = self.at
      }
      at = self.bytes.endOfWhitespace(from: at)
      let next = self.byte(at)
      if next == closing {
        self.at = at &+ 1
        return
      }
      guard next == UInt8(ascii: ",") else {
        if self.isTag(at) { return try self.tagged([closing], from: at, &builder) }
        let name = closing == .closeBrace ? "}" : "]"
        throw self.failure("JSON: `,` or `\(name)` is expected", at: at)
      }
      at = self.bytes.endOfWhitespace(from: at &+ 1)
    }
  }

  /// Reads a string from its opening quote on, and gives the offset behind the closing one.
  @inline(__always)
  mutating func endOfJSONString(from start: Int, _ builder: inout TemplateBuilder) throws(Diagnostic) -> Int {
    let end = self.bytes.endOfPlainText(from: start &+ 1, mark: .openBrace, stopsBeyondASCII: false)
    if self.byte(end) == .quote { return end &+ 1 }
    self.at = end
    try self.restOfJSONString(from: start, &builder)
    return self.at
  }

  /// Reads on to the end of a string that has more than plain text in it.
  @inline(never)
  private mutating func restOfJSONString(from start: Int, _ builder: inout TemplateBuilder) throws(Diagnostic) {
    while true {
      switch self.current {
      case .quote:
        self.at &+= 1
        return
      case .backslash: try self.jsonEscape()
      case .openBrace where self.byte(self.at + 1) == .openBrace: try self.braces(&builder)
      case .lineFeed, .carriageReturn, 0:
        throw self.failure("JSON: this string does not end on its line", at: start, fix: "close it with \"")
      case 1..<UInt8.space: throw self.failure("JSON: an unescaped control character", at: self.at)
      default: self.at &+= 1
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
}
