/// Mustache's tags, which stand in the bodies of replies.
extension NotationReader {
  /// Whether a tag begins at an offset that gives no value of its own: of a section, or a comment.
  func isTag(_ offset: Int) -> Bool {
    guard self.isReply, self.byte(offset) == .openBrace, self.byte(offset + 1) == .openBrace else { return false }
    return Self.tagSigils.contains(self.byte(offset + 2))
  }

  private static let tagSigils = ByteSet("#^/!")

  /// Reads a placeholder or a tag.
  mutating func braces(_ builder: inout TemplateBuilder) throws(Diagnostic) {
    let start = self.at
    guard self.isReply else { return try self.placeholder(&builder) }
    let tag: Template.Tag
    switch self.byte(start + 2) {
    case UInt8(ascii: "#"): tag = .section(try self.between("{{#", "}}"))
    case UInt8(ascii: "^"): tag = .inverted(try self.between("{{^", "}}"))
    case UInt8(ascii: "/"): tag = .end(try self.between("{{/", "}}"))
    case .openBrace: tag = .raw(try self.between("{{{", "}}}"))
    case UInt8(ascii: "!"):
      guard let end = self.commentEnd(start + 3) else {
        throw self.failure("this comment does not end on its line", at: start, fix: "close it with }}")
      }
      self.at = end
      tag = .comment
    default:
      if let reason = Self.refusal(of: self.byte(start + 2)) {
        throw self.failure(reason.message, at: start, fix: reason.fix)
      }
      return try self.placeholder(&builder)
    }
    builder.tag(tag, at: start, upTo: self.at, in: self)
  }

  /// What of Mustache is not for mocks.
  private static func refusal(of sigil: UInt8) -> (message: String, fix: String)? {
    switch sigil {
    case UInt8(ascii: "&"): ("a value that is not escaped is written in three braces", "`{{{name}}}`")
    case UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "$"):
      ("a mock's text has no partials and no blocks", "write the text itself here")
    case UInt8(ascii: "="): ("the braces of placeholders are always `{{` and `}}`", "take the tag out")
    case UInt8(ascii: "%"):
      ("a mock's text has no pragmas", "take the tag out: the reply's type says how it is escaped")
    default: nil
    }
  }

  private func commentEnd(_ start: Int) -> Int? {
    var offset = start
    while !self.isLineEnd(offset) {
      if self.byte(offset) == .closeBrace, self.byte(offset + 1) == .closeBrace { return offset + 2 }
      offset += 1
    }
    return nil
  }

  mutating func tagged(_ open: [UInt8], from start: Int, _ builder: inout TemplateBuilder) throws(Diagnostic) {
    self.at = start
    try self.tagged(open, &builder)
  }

  /// Reads on in JSON from its first tag of a section to the bracket that closes it all: what such a text is cannot be
  /// known before it is rendered, so that only its brackets, strings and words are checked.
  ///
  /// - Parameter open: The closing brackets of what is open; empty where the body begins with the tag. Then it ends when
  ///   every section has, and no further one follows.
  mutating func tagged(_ open: [UInt8], _ builder: inout TemplateBuilder) throws(Diagnostic) {
    var open = open
    var sections: [Int] = []
    let isWhole = open.isEmpty
    while true {
      if self.isTag(self.at) {
        switch self.byte(self.at + 2) {
        case UInt8(ascii: "/"): _ = sections.popLast()
        case UInt8(ascii: "!"): break
        default: sections.append(self.at)
        }
        try self.braces(&builder)
      } else {
        do { try self.taggedToken(&open, &builder) } catch {
          guard isWhole, open.isEmpty, let section = sections.last else { throw error }
          throw self.failure("this section is not closed", at: section, fix: "close it with `{{/…}}`")
        }
      }
      guard open.isEmpty, !isWhole || sections.isEmpty else { continue }
      let next = self.bytes.endOfWhitespace(from: self.at)
      guard isWhole, self.isTag(next) else { return }
      self.at = next
    }
  }

  private mutating func taggedToken(_ open: inout [UInt8], _ builder: inout TemplateBuilder) throws(Diagnostic) {
    switch self.current {
    case .quote: self.at = try self.endOfJSONString(from: self.at, &builder)
    case .openBrace where self.byte(self.at + 1) == .openBrace: try self.braces(&builder)
    case .openBrace, UInt8(ascii: "["):
      guard open.count < self.dialect.limits.depth else {
        throw self.failure("JSON: nested deeper than \(self.dialect.limits.depth)", at: self.at)
      }
      open.append(self.current == .openBrace ? .closeBrace : UInt8(ascii: "]"))
      self.at += 1
    case .closeBrace, UInt8(ascii: "]"):
      guard self.current == open.last else {
        throw self.failure("JSON: this closes no open bracket", at: self.at)
      }
      open.removeLast()
      self.at += 1
    case .space, .tab, .lineFeed, .carriageReturn, UInt8(ascii: ","), UInt8(ascii: ":"): self.at += 1
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try self.skipNumber(strict: true)
    default:
      guard self.isJSONWord(self.at) else { throw self.noJSON("a value", at: self.at) }
      self.at += self.current == UInt8(ascii: "f") ? 5 : 4
    }
  }
}
