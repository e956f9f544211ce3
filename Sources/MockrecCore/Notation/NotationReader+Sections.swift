extension Section {
  enum Side { case request, response }
}

extension Section.Kind {
  var side: Section.Side { self == .captures || self == .asserts ? .response : .request }
}

extension NotationReader {
  private static let sectionNames: [String: Section.Kind] = {
    let older: [String: Section.Kind] = [
      "QueryStringParams": .query, "FormParams": .form, "MultipartFormData": .multipart,
    ]
    return Section.Kind.allCases.reduce(into: older) { $0[$1.rawValue] = $1 }
  }()

  /// The range of the name between brackets, where a section begins here: letters, and not the one value of a JSON
  /// array that reads so.
  func sectionName() -> Range<Int>? {
    guard self.current == UInt8(ascii: "[") else { return nil }
    let start = self.at + 1
    var end = start
    while self.byte(end).isLetter { end += 1 }
    guard end > start, self.byte(end) == UInt8(ascii: "]"), !self.isJSONWord(start) else { return nil }
    return start..<end
  }

  /// A section with its lines; `earlier` are those above it in the same message.
  mutating func section(
    _ range: Range<Int>, on side: Section.Side, after earlier: [Section]
  ) throws(Diagnostic) -> Section {
    let leading = self.takePending()
    let start = self.at
    let name = self.string(range)
    guard let kind = Self.sectionNames[name] else {
      let nearest = nearestWord(to: name, among: Self.sectionNames.keys.sorted())
      throw self.failure(
        "there is no section [\(name)]", at: range.lowerBound, nearest: nearest.map { "[\($0)]" },
        fix: nearest == nil ? "one of \(Section.Kind.allCases.map { "[\($0.rawValue)]" }.joined(separator: " "))" : nil)
    }
    // Rules of a mock stand in its request.
    guard kind.side == side || kind == .asserts else {
      throw side == .request
        ? self.failure(
          "[\(name)] belongs to a response", at: start, fix: "write it below the response line, such as `HTTP 200`")
        : self.failure("[\(name)] belongs to a request", at: start, fix: "write it above the response line")
    }
    guard !earlier.contains(where: { $0.kind == kind }) else {
      throw self.failure("a second [\(name)] in one message", at: start, fix: "put its lines into the first")
    }
    self.at = range.upperBound + 1
    let comment = try self.finishLine(after: "the section's name")
    let lines = try self.lines(of: kind)
    return Section(
      leading: leading, kind: kind, name: name, lines: lines, comment: comment, span: start..<self.at)
  }

  private mutating func lines(of kind: Section.Kind) throws(Diagnostic) -> Section.Lines {
    switch kind {
    case .captures:
      var captures: [Capture] = []
      self.skipTrivia()
      while let colon = self.keyColon() {
        captures.append(try self.capture(colon: colon))
        self.skipTrivia()
      }
      return .captures(captures)
    case .asserts:
      var asserts: [Assert] = []
      self.skipTrivia()
      while self.current.isLowercaseLetter, !self.isBody {
        asserts.append(try self.assert())
        self.skipTrivia()
      }
      return .asserts(asserts)
    default:
      var pairs: [KeyValue] = []
      self.skipTrivia()
      while let colon = self.keyColon() {
        let pair = try self.keyValue(colon: colon)
        if kind == .options { try self.checkOption(pair) }
        pairs.append(pair)
        self.skipTrivia()
      }
      return .pairs(pairs)
    }
  }

  private func checkOption(_ pair: KeyValue) throws(Diagnostic) {
    guard let name = pair.key.literal, !Vocabulary.options.contains(name) else { return }
    throw self.failure(
      "there is no option `\(name)`", at: pair.span.lowerBound,
      nearest: nearestWord(to: name, among: Vocabulary.options.sorted()))
  }

  /// The offset of the colon, where a `key: value` line begins here.
  func keyColon() -> Int? {
    var offset = self.at
    while true {
      let byte = self.byte(offset)
      if ByteSet.key.contains(byte) {
        offset += 1
      } else if byte == .backslash, !self.isLineEnd(offset + 1) {
        // Whether the escape is a right one is said when the key is read; here `\u{…}` only has to be stepped over.
        offset += 2
        if self.byte(offset - 1) == UInt8(ascii: "u"), self.byte(offset) == .openBrace {
          while self.byte(offset) != .closeBrace, !self.isLineEnd(offset) { offset += 1 }
          if self.byte(offset) == .closeBrace { offset += 1 }
        }
      } else if byte == .openBrace, self.byte(offset + 1) == .openBrace {
        guard let end = self.placeholderEnd(offset) else { return nil }
        offset = end
      } else {
        break
      }
    }
    guard offset > self.at, self.current != UInt8(ascii: "[") else { return nil }
    while self.byte(offset) == .space || self.byte(offset) == .tab { offset += 1 }
    return self.byte(offset) == UInt8(ascii: ":") ? offset : nil
  }

  mutating func keyValue(colon: Int) throws(Diagnostic) -> KeyValue {
    let leading = self.takePending()
    let start = self.at
    let key = try self.text(.key)
    self.at = colon + 1
    self.skipSpaces()
    let value = try self.text(.value)
    // White space before a comment is the comment's.
    if value.isEmpty { self.at = colon + 1 }
    let span = start..<self.at
    let comment = try self.finishLine(after: "the value")
    return KeyValue(leading: leading, key: key, value: value, comment: comment, span: span)
  }
}
