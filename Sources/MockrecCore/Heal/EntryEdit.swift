/// The edits that make a recorded entry answer as the real service does: only where the two differ.
package struct EntryEdit {
  let source: SourceText
  private let response: Response
  let places: ResponsePlaces

  /// - Parameter response: As it was read from `source`.
  package init(_ response: Response, in source: SourceText) throws(Diagnostic) {
    self.source = source
    self.response = response
    self.places = try ResponsePlaces(response, in: source)
  }

  /// The edits of status and headers that differences call for.
  ///
  /// - Parameter real: Redacted as a cassette is.
  package func head(_ real: Answer, by differences: [Difference]) -> [TextEdit] {
    var edits: [TextEdit] = []
    if differences.contains(where: { $0.path == "status" }), let status = real.status {
      edits.append(TextEdit(self.places.status, Array(String(status).utf8)))
    }
    for difference in differences where difference.path.hasPrefix("header ") {
      edits += self.header(String(difference.path.dropFirst(7)), real.fields)
    }
    return edits
  }

  /// Makes the lines of one header say what the real ones say: values in place, lines that are missing behind the last.
  private func header(_ name: String, _ fields: Fields) -> [TextEdit] {
    let lines = self.response.headers.filter { $0.key.literal?.equalsIgnoringCase(name) ?? false }
    let wanted = fields.list.filter { $0.name.equalsIgnoringCase(name) }
    var edits: [TextEdit] = []
    for (line, field) in zip(lines, wanted) where line.value.literal != field.value {
      edits.append(self.value(of: line, field.value))
    }
    for line in lines.dropFirst(wanted.count) { edits.append(TextEdit(self.wholeLine(of: line), [])) }
    let end = lines.last.map { self.wholeLine(of: $0).upperBound } ?? self.places.headEnd
    for field in wanted.dropFirst(lines.count) {
      let (key, value) = (Template(escapingKey: field.name), Template(escapingHeaderValue: field.value))
      edits.append(self.insertion("\(key.spelling): \(value.spelling)\n", at: end))
    }
    return edits
  }

  private func value(of line: KeyValue, _ value: String) -> TextEdit {
    let text = Array(Template(escapingHeaderValue: value).spelling.utf8)
    guard !line.value.isEmpty else { return TextEdit(line.span.upperBound..<line.span.upperBound, [.space] + text) }
    return TextEdit(line.value.offset..<line.span.upperBound, text)
  }

  private func wholeLine(of line: KeyValue) -> Range<Int> {
    line.span.lowerBound..<self.endOfLine(line.span.upperBound)
  }

  /// The offset behind the line that an offset lies in.
  func endOfLine(_ offset: Int) -> Int {
    self.source.bytes[offset...].firstIndex(of: .lineFeed).map { $0 + 1 } ?? self.source.bytes.count
  }

  func insertion(_ text: String, at offset: Int) -> TextEdit {
    let isLineBegun = offset > 0 && self.source.bytes[offset - 1] != .lineFeed
    return TextEdit(offset..<offset, Array("\(isLineBegun ? "\n" : "")\(text)".utf8))
  }

  /// The edits of a JSON body, or of several: only the values that differ. nil where a body that would be edited is none,
  /// or cannot be edited so.
  ///
  /// - Parameters:
  ///   - ours: What the entry answers.
  ///   - differences: The only ones that are brought in.
  package func json(
    _ ours: Answer, _ real: Answer, by differences: [Difference], noise: Noise, asserted: Asserted
  ) -> [TextEdit]? {
    guard case .json(let a) = ours.content, case .json(let b) = real.content else { return nil }
    var diff = JSONDiff(
      left: noise.json.freeing(asserted.paths, in: a), right: noise.json.freeing(asserted.paths, in: b))
    let wanted = Set(differences.map { "\($0.kind.rawValue) \($0.path)" })
    let changes = diff.changes(a, b).filter { change in
      let difference = Difference(change)
      return wanted.contains("\(difference.kind.rawValue) \(difference.path)")
    }
    guard !changes.isEmpty, let body = self.response.body else { return nil }
    if case .messages(let messages) = body {
      guard case .array(let elements) = a, elements.count == messages.count else { return nil }
      return self.messages(messages, becoming: real.body, by: changes)
    }
    return self.edit(body, at: self.places.messages[0], becoming: real.body, by: changes).map { [$0] }
  }

  /// The edit of one JSON text; nil where it is none, or holds placeholders.
  func edit(_ body: BodyText, at range: Range<Int>, becoming new: [UInt8], by changes: [JSONChange]) -> TextEdit? {
    guard case .json(let template) = body, template.literal != nil,
      let text = JSONEdit.text(Array(self.source.bytes[range]), becoming: new, by: changes),
      !Template.jsonNeedsVerbatim(text)
    else { return nil }
    return TextEdit(range, text)
  }

  /// Marks that say how a body's bytes are made of what the entry shows, and in which pieces they came.
  private static let bodyMarks = ["layout", "encoding", "lines", "chunks"]

  /// The edits that put another body in the whole body's place.
  ///
  /// - Parameter recorded: The real answer as it would be recorded.
  package func body(_ recorded: Response) -> [TextEdit] {
    var edits = self.marks(recorded.leading.compactMap(Mark.init).filter { Self.bodyMarks.contains($0.name) })
    switch (self.places.body, recorded.body) {
    case (let range?, let text?): edits.append(TextEdit(range, Array(text.spelling.utf8)))
    case (nil, let text?): edits.append(self.insertion(text.spelling + "\n", at: self.places.partsEnd))
    case (let range?, nil):
      edits.append(TextEdit(range.lowerBound..<self.endOfLine(range.upperBound), []))
    case (nil, nil): break
    }
    return edits
  }

  /// The edits that take out in which pieces the body came: what is edited did not come so.
  package func withoutPieces() -> [TextEdit] { self.withoutMarks(["chunks"]) }

  private func withoutMarks(_ names: [String]) -> [TextEdit] {
    var edits: [TextEdit] = []
    var end = self.response.span.lowerBound
    while let line = self.line(endingAt: end) {
      let text = String(
        decoding: self.source.bytes[line].filter { $0 != .lineFeed && $0 != .carriageReturn }, as: UTF8.self)[...]
        .trimmingBlanks
      guard text.isEmpty || text.hasPrefix("#") else { break }
      if let mark = Mark(.comment(String(text))), names.contains(mark.name) {
        edits.append(TextEdit(line, []))
      }
      end = line.lowerBound
    }
    return edits
  }

  /// Puts these marks in the place of the body's marks before the response line.
  private func marks(_ wanted: [Mark]) -> [TextEdit] {
    let old = self.response.leading.compactMap(Mark.init).filter { Self.bodyMarks.contains($0.name) }
    guard old != wanted else { return [] }
    let edits = self.withoutMarks(Self.bodyMarks)
    let text = wanted.map { "# @\($0.name) \($0.value)\n" }.joined()
    return edits + (wanted.isEmpty ? [] : [self.insertion(text, at: self.response.span.lowerBound)])
  }

  /// The line whose line feed stands before an offset, with it; nil at the beginning.
  private func line(endingAt end: Int) -> Range<Int>? {
    guard end > 0 else { return nil }
    let start = self.source.bytes[..<(end - 1)].lastIndex(of: .lineFeed).map { $0 + 1 } ?? 0
    return start..<end
  }

  /// The edit that keeps a recorded length true; nil where there is none, or it is.
  package func length(_ count: Int) -> TextEdit? {
    guard
      let line = self.response.headers.first(where: { $0.key.literal?.equalsIgnoringCase("content-length") ?? false }),
      line.value.literal != String(count)
    else { return nil }
    return self.value(of: line, String(count))
  }
}
