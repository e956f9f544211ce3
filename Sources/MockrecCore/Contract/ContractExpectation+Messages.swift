extension EvaluationRun {
  /// Holds the messages against the answer's, which are an array in JSON, or of a single one that message itself.
  ///
  /// A message that is written as no JSON stands in that array as the base64 of its bytes.
  mutating func checkMessages(_ messages: [MessageText]) throws(Diagnostic) {
    let offsets = messages.map { $0.body.offset ?? self.bodyOffset }
    var wanted: [JSON] = []
    for message in messages { wanted.append(try self.json(of: message.body)) }
    let given: JSON
    switch (self.answer.content, self.givenJSON) {
    case (.empty, _): given = .array([])
    case (_, .array(let elements)?): given = .array(elements)
    case (_, let single?): given = .array([single])
    case (_, nil):
      return self.failLiteral(
        "body", at: offsets.first ?? self.bodyOffset, expected: "\(messages.count) messages", actual: self.shownBody,
        change: .bodyKind)
    }
    self.compare(.array(wanted), given) { place in
      // What the answer has beyond them is told at the last one.
      guard case .index(let index)? = place.steps.first else { return offsets[0] }
      return offsets[min(index, offsets.count - 1)]
    }
  }

  private func json(of body: BodyText) throws(Diagnostic) -> JSON {
    switch body {
    case .json(let template):
      return try self.read(try self.scope.json(template, in: self.source), at: template.offset)
    case .multiline(let text):
      guard let json = try self.scope.json(text, in: self.source) else { break }
      return json
    default: break
    }
    let bytes = try self.scope.bytes(of: body, in: self.source)
    return .string(String(decoding: base64Text(bytes).utf8.filter { $0 != .lineFeed }, as: UTF8.self))
  }
}

extension ContractScope {
  /// The bytes that a body stands for; of several messages, one behind the other.
  package func bytes(of body: BodyText, in source: SourceText) throws(Diagnostic) -> [UInt8] {
    switch body {
    case .json(let template): return Array(try self.json(template, in: source).utf8)
    case .xml(let template), .oneline(let template): return Array(try self.text(template, in: source).utf8)
    case .multiline(let text):
      if let bytes = try self.bytes(text, in: source) { return bytes }
      return Array(try self.text(text, in: source).utf8)
    case .hex(let bytes, _), .base64(let bytes, _): return bytes
    case .file(let name): return try self.file(name, in: source)
    case .messages(let messages):
      var bytes: [UInt8] = []
      for message in messages { bytes += try self.bytes(of: message.body, in: source) }
      return bytes
    }
  }
}
