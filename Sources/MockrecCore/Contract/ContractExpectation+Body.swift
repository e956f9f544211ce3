extension EvaluationRun {
  mutating func checkBody() throws(Diagnostic) {
    guard let body = self.expectation.response.body else { return }
    switch body {
    case .json(let template):
      let text = try self.scope.json(template, in: self.source)
      self.checkJSON(try self.read(text, at: template.offset), at: template.offset)
    case .xml(let template), .oneline(let template):
      self.checkText(try self.scope.text(template, in: self.source), at: template.offset)
    case .multiline(let text):
      let offset = text.text.offset
      if let bytes = try self.scope.bytes(text, in: self.source) {
        self.checkBytes(bytes, at: offset)
      } else if let json = try self.scope.json(text, in: self.source) {
        self.checkJSON(json, at: offset)
      } else {
        self.checkText(try self.scope.text(text, in: self.source), at: offset)
      }
    case .hex(let bytes, _), .base64(let bytes, _): self.checkBytes(bytes, at: self.bodyOffset)
    case .file(let name): self.checkBytes(try self.scope.file(name, in: self.source), at: name.offset)
    case .messages(let messages): try self.checkMessages(messages)
    }
  }

  /// JSON whose placeholders are replaced already.
  func read(_ text: String, at offset: Int) throws(Diagnostic) -> JSON {
    do { return try JSON.parse(text) } catch {
      throw Diagnostic(
        "with its variables this body is \(error.description)", at: Diagnostic.Place(self.source, at: offset))
    }
  }

  /// The answer's body as JSON; nil where it is none.
  var givenJSON: JSON? {
    if case .json(let json) = self.answer.content { json } else { try? JSON.parse(self.answer.body) }
  }

  private mutating func checkJSON(_ wanted: JSON, at offset: Int) {
    guard let given = self.givenJSON else {
      return self.failLiteral("body", at: offset, expected: "JSON", actual: self.shownBody, change: .bodyKind)
    }
    self.compare(wanted, given) { _ in offset }
  }

  /// - Parameter offset: Where the contract says what it wants at a place.
  mutating func compare(_ wanted: JSON, _ given: JSON, offset: (JSONLocation) -> Int) {
    var diff = JSONDiff(
      left: self.noise.json.freeing(self.result.asserted.paths, in: wanted),
      right: self.noise.json.freeing(self.result.asserted.paths, in: given))
    for change in diff.changes(wanted, given) {
      self.failLiteral(
        change.place.shortDescription, at: offset(change.place), expected: change.expectation,
        actual: change.right.map(Excerpt.json) ?? "nothing", change: change.kind.change)
    }
  }

  private mutating func checkText(_ wanted: String, at offset: Int) {
    guard !self.result.asserted.body else { return }
    guard let given = self.scope.text(of: self.answer) else {
      return self.failLiteral("body", at: offset, expected: Excerpt.text(wanted), actual: self.shownBody)
    }
    guard let change = TextDiff(wanted, given), !self.noise.excuses(wanted, given) else { return }
    self.failLiteral("body line \(change.line)", at: offset, expected: change.left, actual: change.right)
  }

  private mutating func checkBytes(_ wanted: [UInt8], at offset: Int) {
    guard !self.result.asserted.body, let change = BytesDiff(wanted, self.answer.body),
      !self.noise.excuses(wanted, self.answer.body)
    else { return }
    self.failLiteral("body", at: offset, expected: change.left, actual: change.right)
  }

  var shownBody: String {
    switch self.answer.content {
    case .empty: "no body"
    case .json(let json): Excerpt.json(json)
    case .text(let text): Excerpt.text(text)
    case .bytes: Excerpt.bytes(self.answer.body)
    }
  }

  /// The notation keeps no place for bytes; they stand near their response line.
  var bodyOffset: Int { self.expectation.response.span.lowerBound }
}

/// Bytes written as text.
package enum TextCoding {
  static func hex(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// Source: RFC 4648, 4; padding may be left out.
  package static func base64(_ digits: [UInt8]) -> [UInt8]? {
    var (bytes, bits, width): ([UInt8], UInt32, Int) = ([], 0, 0)
    for digit in digits where digit != UInt8(ascii: "=") {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = digit - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = digit - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      default: return nil
      }
      bits = bits << 6 | UInt32(value)
      width += 6
      if width >= 8 {
        width -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
        bits &= 1 << UInt32(width) - 1
      }
    }
    return width == 6 ? nil : bytes
  }
}
