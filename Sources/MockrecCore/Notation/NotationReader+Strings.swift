extension NotationReader {
  /// Reads text of a flavour up to its end, which is left to be read.
  ///
  /// Text without escapes and placeholders, which is nearly all of it, is one slice and one string.
  mutating func text(_ flavour: TextFlavour) throws(Diagnostic) -> Template {
    let stops = flavour.stops
    var builder = TemplateBuilder(at: self.at)
    // White space may be trimmed from a value's end down to here.
    var solid = self.at
    scan: while true {
      var end = self.at
      while end < self.bytes.count, !stops.contains(self.bytes[end]) { end += 1 }
      self.at = end
      switch self.current {
      case .backslash:
        let start = self.at
        builder.unescape(try self.escape(in: flavour), at: start, upTo: self.at, in: self)
        solid = self.at
      case .openBrace where self.byte(self.at + 1) == .openBrace:
        // In a header of a reply, three braces are all that there is of tags.
        let isRaw = self.isReply && flavour.isValue && self.byte(self.at + 2) == .openBrace
        if flavour.isBody || isRaw { try self.braces(&builder) } else { try self.placeholder(&builder) }
        solid = self.at
      case .openBrace:
        guard !flavour.isKey else { break scan }
        self.at += 1
      case .tab where !flavour.isKey:
        self.at += 1
      case .backtick where flavour.isFenced && !self.has("```", at: self.at):
        self.at += 1
      default:
        if self.current == 0x7F || self.current < .space && !self.isLineEnd(self.at) { throw self.control() }
        break scan
      }
    }
    if case .value = flavour {
      while self.at > solid, self.bytes[self.at - 1] == .space || self.bytes[self.at - 1] == .tab { self.at -= 1 }
    }
    return builder.finish(at: self.at, in: self)
  }

  private func control() -> Diagnostic {
    let code = String(self.current, radix: 16)
    return self.failure("an unescaped control character", at: self.at, fix: "write it as \\u{\(code)}")
  }

  /// Reads an escape, from its backslash on.
  private mutating func escape(in flavour: TextFlavour) throws(Diagnostic) -> Unicode.Scalar {
    let start = self.at
    let byte = self.byte(start + 1)
    self.at += 2
    switch byte {
    case .backslash, UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try self.unicodeEscape(from: start)
    default:
      guard flavour.escapable.utf8.contains(byte) else {
        throw self.failure(
          "this is no escape", at: start,
          fix: "write a backslash as `\\\\`; any character can be written as `\\u{…}`, its number in hexadecimal")
      }
      return Unicode.Scalar(byte)
    }
  }

  /// Reads `{…}` behind `\u`.
  private mutating func unicodeEscape(from start: Int) throws(Diagnostic) -> Unicode.Scalar {
    var value: UInt32 = 0
    var digits = 0
    guard self.current == .openBrace else {
      throw self.failure("`\\u` is followed by a number in braces", at: start, fix: "such as `\\u{e9}`")
    }
    self.at += 1
    while let digit = self.current.hexValue, digits < 8 {
      value = value << 4 | UInt32(digit)
      digits += 1
      self.at += 1
    }
    guard digits > 0, self.current == .closeBrace, let scalar = Unicode.Scalar(value) else {
      throw self.failure(
        "this is not the number of a character", at: start, fix: "one to six hexadecimal digits, such as `\\u{e9}`")
    }
    self.at += 1
    return scalar
  }

  /// Reads a placeholder with its braces.
  mutating func placeholder(_ builder: inout TemplateBuilder) throws(Diagnostic) {
    let start = self.at
    let expression = try self.between("{{", "}}")
    builder.placeholder(expression, at: start, upTo: self.at, in: self)
  }

  /// Reads what an expression stands in, from its opening braces on, and gives the expression as it is written.
  mutating func between(_ opening: StaticString, _ closing: StaticString) throws(Diagnostic) -> String {
    let start = self.at
    self.at += opening.utf8CodeUnitCount
    self.skipSpaces()
    let name = self.at
    guard self.current.isLetter || self.isReply && self.current == .dot else {
      throw self.failure(
        "a placeholder holds the name of a variable", at: self.at,
        fix: "if this is no placeholder, write `{{` as `\\u{7b}\\u{7b}`")
    }
    _ = try self.expression()
    let end = self.at
    self.skipSpaces()
    guard self.has(closing, at: self.at) else {
      throw self.failure(
        "a placeholder ends with `\(closing)`", at: self.at, fix: "`\(opening)\(self.string(name..<end))\(closing)`"
      ).noting("opened", "at column \(self.source.position(of: start).column)")
    }
    self.at += closing.utf8CodeUnitCount
    return self.string(name..<end)
  }

  /// The offset behind the `}}` of a placeholder that begins at an offset and ends on its line, quotes respected.
  func placeholderEnd(_ start: Int) -> Int? {
    var offset = start + 2
    var isQuoted = false
    while !self.isLineEnd(offset) {
      switch self.byte(offset) {
      case .backslash where isQuoted: offset += 1
      case .quote: isQuoted.toggle()
      case .closeBrace where !isQuoted && self.byte(offset + 1) == .closeBrace: return offset + 2
      default: break
      }
      offset += 1
    }
    return nil
  }
}

extension TextFlavour {
  fileprivate var isValue: Bool { if case .value = self { true } else { false } }
  fileprivate var isKey: Bool { if case .key = self { true } else { false } }
  fileprivate var isFenced: Bool { if case .fenced = self { true } else { false } }
  /// Whether a body is such a text.
  fileprivate var isBody: Bool {
    switch self {
    case .oneline, .fenced, .whole: true
    case .value, .key, .quoted, .filename: false
    }
  }
}
