extension NotationReader {
  /// Reads a value as it stands behind a query, a filter or a predicate.
  mutating func literal() throws(Diagnostic) -> Literal {
    let start = self.at
    switch self.current {
    case .quote:
      self.at += 1
      let text = try self.text(.quoted)
      try self.close(.quote, from: start)
      return .string(text)
    case .backtick where self.has("```", at: start): return .multiline(try self.multiline())
    case .backtick: return .raw(try self.oneline())
    case UInt8(ascii: "/"): return .regex(try self.regex())
    case .openBrace where self.byte(start + 1) == .openBrace:
      var builder = TemplateBuilder(at: start)
      try self.placeholder(&builder)
      return .variable(builder.finish(at: self.at, in: self))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try self.number())
    default: break
    }
    if self.has("hex,", at: start) {
      let (bytes, spelling) = try self.hex()
      return .hex(bytes, spelling: spelling)
    }
    if self.has("base64,", at: start) {
      let (bytes, spelling) = try self.base64()
      return .base64(bytes, spelling: spelling)
    }
    if self.has("file,", at: start) { return .file(try self.fileName()) }
    let range = self.wordRange()
    let word = self.string(range)
    self.at = range.upperBound
    switch word {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      throw self.failure(
        "here a value is expected", at: start,
        nearest: nearestWord(to: word, among: ["null", "true", "false"]),
        fix: "texts stand in double quotes: \"\(word.isEmpty ? "…" : word)\"")
    }
  }

  /// Steps over a closing mark, which is where a text has ended.
  private mutating func close(_ mark: UInt8, from start: Int) throws(Diagnostic) {
    guard self.current == mark else {
      let name = String(Character(Unicode.Scalar(mark)))
      throw self.failure("this text does not end on its line", at: start, fix: "close it with \(name)")
    }
    self.at += 1
  }

  mutating func oneline() throws(Diagnostic) -> Template {
    let start = self.at
    self.at += 1
    let text = try self.text(.oneline)
    try self.close(.backtick, from: start)
    return text
  }

  /// Reads `/…/`; a slash in it is written `\/`.
  private mutating func regex() throws(Diagnostic) -> String {
    let start = self.at
    self.at += 1
    var pattern = ""
    var copied = self.at
    while self.current != UInt8(ascii: "/") {
      guard !self.isLineEnd(self.at) else {
        throw self.failure("this regular expression does not end on its line", at: start, fix: "close it with /")
      }
      if self.current == .backslash, !self.isLineEnd(self.at + 1) {
        if self.byte(self.at + 1) == UInt8(ascii: "/") {
          pattern += self.string(copied..<self.at)
          copied = self.at + 1
        }
        self.at += 1
      }
      self.at += 1
    }
    pattern += self.string(copied..<self.at)
    self.at += 1
    return pattern
  }

  /// Reads a number and gives its spelling.
  private mutating func number() throws(Diagnostic) -> String {
    let start = self.at
    try self.skipNumber(strict: false)
    return self.string(start..<self.at)
  }

  /// Steps over a number; `strict` is JSON's grammar, which has no leading zeros.
  mutating func skipNumber(strict: Bool) throws(Diagnostic) {
    self.at = try self.endOfNumber(from: self.at, strict: strict)
  }

  @inline(__always)
  func endOfNumber(from start: Int, strict: Bool) throws(Diagnostic) -> Int {
    let first = self.byte(start) == UInt8(ascii: "-") ? start &+ 1 : start
    var end = try self.endOfDigits(from: first)
    if strict, end &- first > 1, self.byte(first) == UInt8(ascii: "0") {
      throw self.failure("JSON: a number has no leading zero", at: first, fix: "leave the zero out")
    }
    if self.byte(end) == UInt8(ascii: ".") { end = try self.endOfDigits(from: end &+ 1) }
    if self.byte(end) | 0x20 == UInt8(ascii: "e") {
      end &+= 1
      if self.byte(end) == UInt8(ascii: "+") || self.byte(end) == UInt8(ascii: "-") { end &+= 1 }
      end = try self.endOfDigits(from: end)
    }
    return end
  }

  @inline(__always)
  private func endOfDigits(from start: Int) throws(Diagnostic) -> Int {
    var end = start
    while self.byte(end) &- 0x30 < 10 { end &+= 1 }
    guard end > start else { throw self.noDigit(at: start) }
    return end
  }

  @inline(never)
  private func noDigit(at offset: Int) -> Diagnostic {
    self.failure("a number needs a digit here", at: offset, fix: "such as `42`, `-1.5` or `2e3`")
  }
}
