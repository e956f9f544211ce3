extension NotationReader {
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
          "a \(verb) request names its service first", at: targetStart,
          fix: "write `\(self.dialect.requestLines[verb] ?? "\(verb) {{service}} …")`")
      }
    } else if target.isEmpty {
      throw self.failure("a request line has a method and a URL", at: self.at, fix: "\(verb) {{service}}/path")
    }
    let comment = try self.finishLine(after: "the request line")
    // Filled in where it stands: entries are large, and copies of them cost more than reading them.
    var entry = Entry(
      leading: leading, request: Request(verb: verb, target: target, comment: comment), response: nil)
    try self.parts(
      .request, of: verb, headers: &entry.request.headers, sections: &entry.request.sections,
      bodyLeading: &entry.request.bodyLeading, body: &entry.request.body, bodyComment: &entry.request.bodyComment)
    var end = self.at
    if self.isResponseLine(of: verb) {
      entry.response = try self.response(of: verb)
      end = self.at
    } else if let rules = entry.request.sections.first(where: { $0.kind == .asserts }) {
      throw self.failure(
        "[Asserts] belongs to a response", at: rules.span.lowerBound,
        fix: "write it below the response line, such as `HTTP 200`")
    }
    guard self.isAtEnd || self.verbEnd(self.at) != nil && !self.isResponseLine(of: "") else {
      throw self.unexpected(
        hasResponse: entry.response != nil, hasBody: (entry.response?.body ?? entry.request.body) != nil, of: verb)
    }
    entry.span = start..<end
    return entry
  }

  private static let whiteSpace = ByteSet(" \t\r\n")

  private mutating func response(of verb: String) throws(Diagnostic) -> Response {
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
    var response = Response(leading: leading, verb: word, status: status, comment: comment, span: span)
    try self.parts(
      .response, of: verb, headers: &response.headers, sections: &response.sections,
      bodyLeading: &response.bodyLeading, body: &response.body, bodyComment: &response.bodyComment)
    return response
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

  /// Reads what a request and a response have in common.
  ///
  /// - Parameter verb: The request's.
  private mutating func parts(
    _ side: Section.Side, of verb: String, headers: inout [KeyValue], sections: inout [Section],
    bodyLeading: inout [Trivia], body: inout BodyText?, bodyComment: inout String?
  ) throws(Diagnostic) {
    self.skipTrivia()
    self.isReply = side == .response
    defer { self.isReply = false }
    while let colon = self.keyColon() {
      // Most messages have about this many; growing by doubling would move them three times.
      if headers.isEmpty { headers.reserveCapacity(8) }
      headers.append(try self.keyValue(colon: colon))
      self.skipTrivia()
    }
    self.isReply = false
    while let name = self.sectionName() {
      sections.append(try self.section(name, on: side, after: sections))
      self.skipTrivia()
    }
    self.isReply = side == .response
    if self.isBody {
      bodyLeading = self.takePending()
      body = try self.body()
      bodyComment = try self.finishLine(after: "the body")
      self.skipTrivia()
      if self.isBody, let first = body, self.dialect.messageVerbs.contains(verb) {
        body = .messages(try self.messages(after: first, comment: &bodyComment))
      }
    }
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
