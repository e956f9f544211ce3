/// What is wrong with one entry by itself, whatever stands beside it.
package struct EntryLint {
  let entry: Entry
  let source: SourceText
  let redactor: Redactor

  package init(_ entry: Entry, in source: SourceText, redactor: Redactor) {
    self.entry = entry
    self.source = source
    self.redactor = redactor
  }

  /// Whether it can only be meant to be served: it has rules for requests, states, places in its path, or a reply that is
  /// made for its request.
  package var isMock: Bool {
    let request = self.entry.request
    let path = request.target.spelling.prefix { $0 != "?" }.split(separator: "/").dropFirst()
    let trivia = self.entry.leading + (self.entry.response?.leading ?? [])
    let reply = self.entry.response.map { String(decoding: self.source.bytes[$0.span], as: UTF8.self) }
    return request.sections.contains { $0.kind == .asserts } || trivia.contains { Mark($0)?.name == "state" }
      || path.contains { $0.hasPrefix("{") && !$0.hasPrefix("{{") && $0.hasSuffix("}") || $0.contains("*") }
      || reply?.contains("{{request.") == true
  }

  /// Secrets that a recorder would have replaced: each is told once, by the place where it begins, and never shown.
  package var secrets: [Diagnostic] {
    var places: [(what: String, offset: Int)] = []
    let request = self.entry.request
    if let offset = Self.change(of: request.target, by: { Array(self.redactor.query(Self.string($0)).utf8) }) {
      places.append(("the request line", offset))
    }
    places += self.fields(request.headers)
    places += request.sections.flatMap(self.parameters)
    places += self.bodies(request.body, Self.contentType(request.headers))
    if let response = self.entry.response {
      places += self.fields(response.headers)
      places += self.bodies(response.body, Self.contentType(response.headers))
    }
    return places.map { place in
      // The line would show it.
      let position = self.source.position(of: place.offset)
      return Diagnostic(
        "\(place.what) holds a secret", severity: .error,
        at: Diagnostic.Place(
          file: self.source.name, line: position.line, column: position.column,
          text: self.redactor.text(self.masked(place.offset))),
        fix: "record it again, or put a {{variable}} in its place; then change the secret: git keeps what was committed"
      )
    }
  }

  /// The line up to the secret.
  private func masked(_ offset: Int) -> String {
    let line = self.source.line(at: offset)
    let column = self.source.position(of: offset).column
    return String(String.UnicodeScalarView(line.unicodeScalars.prefix(column - 1))) + "…"
  }

  private func fields(_ headers: [KeyValue]) -> [(what: String, offset: Int)] {
    headers.compactMap { header in
      guard let name = header.key.literal, let value = header.value.literal,
        self.redactor.field(name: name, value: value) != value
      else { return nil }
      return ("the field \(name)", header.value.offset)
    }
  }

  private func parameters(_ section: Section) -> [(what: String, offset: Int)] {
    guard case .pairs(let pairs) = section.lines, section.kind != .options else { return [] }
    return pairs.compactMap { pair in
      guard let name = pair.key.literal, let value = pair.value.literal, !value.isEmpty else { return nil }
      let isNamed = section.kind == .basicAuth || self.redactor.isSecret(name: name)
      let isSecret = isNamed ? !Pseudonym.occurs(in: Array(value.utf8)) : self.redactor.text(value) != value
      return isSecret && self.redactor.isOn ? ("[\(section.name)] \(name)", pair.value.offset) : nil
    }
  }

  private func bodies(_ body: BodyText?, _ contentType: String?) -> [(what: String, offset: Int)] {
    (body?.each ?? []).compactMap { body in self.offset(in: body, contentType).map { ("the body", $0) } }
  }

  /// The place of the first secret in one message.
  private func offset(in body: BodyText, _ contentType: String?) -> Int? {
    let (template, kind): (Template, BodyKind)
    switch body {
    case .json(let text): (template, kind) = (text, .json)
    case .xml(let text): (template, kind) = (text, .text)
    case .oneline(let text): (template, kind) = (text, BodyKind(contentType: contentType))
    case .multiline(let text): (template, kind) = (text.text, BodyKind(contentType: contentType))
    case .hex, .base64, .file, .messages: return nil
    }
    return Self.change(of: template) { self.redactor.body($0, as: kind) }
  }

  /// The place in the file of the first byte that `redact` changes; a placeholder is taken for a pseudonym.
  private static func change(of template: Template, by redact: ([UInt8]) -> [UInt8]) -> Int? {
    var text: [UInt8] = []
    var pieces: [(start: Int, offset: Int)] = []
    var offset = template.offset
    for piece in template.pieces {
      pieces.append((text.count, offset))
      switch piece {
      case .text(_, let spelling):
        text += spelling.utf8
        offset += spelling.utf8.count
      case .placeholder(_, let spelling):
        text += Pseudonym.text(of: "").utf8
        offset += spelling.utf8.count
      case .tag(_, let spelling): offset += spelling.utf8.count
      }
    }
    let redacted = redact(text)
    guard redacted != text, let piece = pieces.last(where: { $0.start <= Self.same(text, redacted) }) else {
      return nil
    }
    return piece.offset + Self.same(text, redacted) - piece.start
  }

  private static func same(_ a: [UInt8], _ b: [UInt8]) -> Int { zip(a, b).prefix { $0 == $1 }.count }

  private static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func contentType(_ headers: [KeyValue]) -> String? {
    headers.first { $0.key.literal?.equalsIgnoringCase("content-type") ?? false }?.value.literal
  }

  /// Asserts that no run evaluates, as the options of their entry skip it.
  package var unevaluated: Diagnostic? {
    for section in self.entry.request.sections where section.kind == .options {
      guard case .pairs(let options) = section.lines else { continue }
      for option in options {
        let value = option.value.literal
        let isSkipped = option.key.literal == "skip" && value == "true"
        guard isSkipped || (option.key.literal == "repeat" && value == "0"), self.asserts != nil else { continue }
        return Diagnostic(
          "the asserts of this entry are never evaluated", severity: .warning,
          at: .init(self.source, at: option.span.lowerBound), fix: "take the option out, or the entry")
      }
    }
    return nil
  }

  /// The first assert that a person wrote, where there is one.
  package var asserts: Int? {
    guard var response = self.entry.response else { return nil }
    if let read = try? Noise.read(response, in: self.source) { response = read.response }
    for section in response.sections {
      if case .asserts(let asserts) = section.lines, let first = asserts.first { return first.span.lowerBound }
    }
    return nil
  }

  /// A contract whose entry passes whatever is answered.
  package var noExpectation: Diagnostic? {
    let place = Diagnostic.Place(self.source, at: self.entry.response?.span.lowerBound ?? self.entry.span.lowerBound)
    guard let response = self.entry.response else {
      return Diagnostic(
        "this entry expects nothing", severity: .warning, at: place,
        fix: "write below it what it should be answered, such as `HTTP 200`")
    }
    guard response.status == "*", response.headers.isEmpty, response.body == nil, self.asserts == nil else {
      return nil
    }
    return Diagnostic(
      "this entry expects nothing: `*` is any status", severity: .warning, at: place,
      fix: "write the status, or an assert")
  }
}
