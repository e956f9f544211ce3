extension NotationReader {
  /// What a request and a response have in common.
  private struct Parts {
    var headers: [KeyValue] = []
    var sections: [Section] = []
    var bodyLeading: [Trivia] = []
    var body: BodyText?
    var bodyComment: String?
  }

  mutating func file() throws(Diagnostic) -> ConversationFile {
    try self.checkVersion()
    self.skipTrivia()
    if self.pending.first == .blank { self.pending.removeFirst() }
    var entries: [Entry] = []
    while !self.isAtEnd { entries.append(try self.entry()) }
    if self.pending.last == .blank { self.pending.removeLast() }
    return ConversationFile(entries: entries, trailing: self.takePending())
  }

  /// Refuses a first line `# mockrec N` of another version. Any other first line is a plain Hurl file's.
  private func checkVersion() throws(Diagnostic) {
    var start = self.at
    while !self.isAtEnd, Self.whiteSpace.contains(self.byte(start)) { start += 1 }
    guard self.has("# mockrec ", at: start) else { return }
    start += 10
    var end = start
    while self.byte(end).isDigit { end += 1 }
    let written = self.string(start..<end)
    while self.byte(end) == .space || self.byte(end) == .tab { end += 1 }
    guard !written.isEmpty, self.isLineEnd(end) else { return }
    guard Int(written) != NotationParser.version else { return }
    throw self.failure(
      "this file is of version \(written), this mockrec reads version \(NotationParser.version)", at: start,
      fix: "use a mockrec that reads version \(written)")
  }

  /// One request with its response; the trivia behind it is left in `pending`.
  private mutating func entry() throws(Diagnostic) -> Entry {
    let leading = self.takePending()
    let start = self.at
    guard let verbEnd = self.verbEnd(self.at), !self.isResponseLine(of: "") else { throw self.noRequestLine() }
    let verb = self.string(self.at..<verbEnd)
    self.at = verbEnd
    self.skipSpaces()
    let targetStart = self.at
    let target = try self.text(.value)
    if self.dialect.wireVerbs.contains(verb) {
      // Without the service in braces it could not be told from a response line.
      guard target.beginsWithPlaceholder else {
        throw self.failure(
          "a \(verb) request names its service first", at: targetStart, fix: "\(verb) {{service}} COMMAND")
      }
    } else if target.isEmpty {
      throw self.failure("a request line has a method and a URL", at: self.at, fix: "\(verb) {{service}}/path")
    }
    let comment = try self.finishLine(after: "the request line")
    let parts = try self.parts(.request)
    let request = Request(
      verb: verb, target: target, headers: parts.headers, sections: parts.sections, body: parts.body,
      comment: comment, bodyLeading: parts.bodyLeading, bodyComment: parts.bodyComment)
    var end = self.at
    var response: Response?
    if self.isResponseLine(of: verb) {
      (response, end) = try self.response(of: verb)
    }
    guard self.isAtEnd || self.verbEnd(self.at) != nil && !self.isResponseLine(of: "") else {
      throw self.unexpected(hasResponse: response != nil, hasBody: (response?.body ?? request.body) != nil, of: verb)
    }
    return Entry(leading: leading, request: request, response: response, span: start..<end)
  }

  private static let whiteSpace = ByteSet(" \t\r\n")

  private mutating func response(of verb: String) throws(Diagnostic) -> (Response, end: Int) {
    let leading = self.takePending()
    let start = self.at
    while !self.isLineEnd(self.at), self.current != .space, self.current != .tab, self.current != UInt8(ascii: "#") {
      self.at += 1
    }
    let word = self.string(start..<self.at)
    let isWire = self.dialect.wireVerbs.contains(verb)
    if !isWire, !Self.versions.contains(word) {
      throw self.failure(
        "`\(word)` is not a version of HTTP", at: start, nearest: nearestWord(to: word, among: Self.versions),
        fix: "write HTTP for any version")
    }
    let wordEnd = self.at
    self.skipSpaces()
    let statusStart = self.at
    let template = try self.text(.value)
    guard let status = template.literal else {
      throw self.failure("no `{{…}}` may stand in a response line", at: statusStart, fix: "use an assert instead")
    }
    if !isWire { try self.checkStatus(status, at: statusStart) }
    if status.isEmpty { self.at = wordEnd }
    let span = start..<self.at
    let comment = try self.finishLine(after: "the response line")
    let parts = try self.parts(.response)
    let response = Response(
      leading: leading, verb: word, status: status, headers: parts.headers, sections: parts.sections,
      body: parts.body, comment: comment, bodyLeading: parts.bodyLeading, bodyComment: parts.bodyComment, span: span)
    return (response, self.at)
  }

  private static let versions = ["HTTP", "HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3", "HTTP/*"]

  private func checkStatus(_ status: String, at offset: Int) throws(Diagnostic) {
    if status == "*" || status.utf8.count == 3 && status.utf8.allSatisfy(\.isDigit) { return }
    if status.isEmpty {
      throw self.failure(
        "a response line has a status", at: offset, fix: "write `HTTP 200`, or `HTTP *` for any status")
    }
    throw self.failure(
      "a status is three digits, or `*` for any", at: offset,
      fix: "put a reason phrase into a comment: `HTTP 200 # OK`")
  }

  private mutating func parts(_ side: Section.Side) throws(Diagnostic) -> Parts {
    var parts = Parts()
    self.skipTrivia()
    while let colon = self.keyColon() {
      // Most messages have about this many; growing by doubling would move them three times.
      if parts.headers.isEmpty { parts.headers.reserveCapacity(8) }
      parts.headers.append(try self.keyValue(colon: colon))
      self.skipTrivia()
    }
    while let name = self.sectionName() {
      parts.sections.append(try self.section(name, on: side, after: parts.sections))
      self.skipTrivia()
    }
    if self.isBody {
      parts.bodyLeading = self.takePending()
      parts.body = try self.body()
      parts.bodyComment = try self.finishLine(after: "the body")
      self.skipTrivia()
    }
    return parts
  }

  /// The end of the verb that begins a request line: upper-case letters, then digits, `-` and `_` too, then a space
  /// or the line's end.
  func verbEnd(_ start: Int) -> Int? {
    guard self.byte(start).isUppercaseLetter else { return nil }
    var end = start + 1
    while true {
      let byte = self.byte(end)
      guard byte.isUppercaseLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") else {
        break
      }
      end += 1
    }
    let next = self.byte(end)
    return next == .space || next == .tab || self.isLineEnd(end) ? end : nil
  }

  /// Whether the response line of a request with this verb stands here; for an empty verb, whether HTTP's does.
  private func isResponseLine(of verb: String) -> Bool {
    if self.dialect.wireVerbs.contains(verb) {
      guard let end = self.verbEnd(self.at), self.string(self.at..<end) == verb else { return false }
      var next = end
      while self.byte(next) == .space || self.byte(next) == .tab { next += 1 }
      return !(self.byte(next) == .openBrace && self.byte(next + 1) == .openBrace)
    }
    guard self.has("HTTP", at: self.at) else { return false }
    switch self.byte(self.at + 4) {
    case UInt8(ascii: "/"), UInt8(ascii: "#"), .space, .tab: return true
    default: return self.isLineEnd(self.at + 4)
    }
  }
}
