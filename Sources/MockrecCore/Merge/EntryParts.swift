/// A piece of an entry that is merged as one, and what it is known by in each version.
enum EntryPart: Equatable {
  /// Whole lines.
  case lines(String)
  case section(head: String, [Named])
  case json(SpelledJSON, comment: String)
  /// Several messages and what stands between them.
  case messages(count: Int, [Named])

  struct Named: Equatable {
    var key: String
    var part: EntryPart
  }

  /// As it stands in a file.
  var text: String {
    switch self {
    case .lines(let text): text
    case .section(let head, let lines): lines.isEmpty ? "" : head + lines.map(\.part.text).joined()
    case .json(let json, let comment): "\(json.spelling)\(comment)\n"
    case .messages(_, let parts): parts.map(\.part.text).joined()
    }
  }
}

/// The pieces of an entry in their order.
struct EntryParts {
  private(set) var list: [EntryPart.Named] = []

  init(_ entry: Entry) {
    self.add(entry.leading, before: "request")
    let request = entry.request
    self.add("request", "\(request.verb) \(request.target.spelling)\(request.comment ?? "")\n")
    self.add(request.headers, of: "request")
    for section in request.sections { self.add(section, of: "request") }
    self.add(request.body, request.bodyLeading, request.bodyComment, of: "request")
    guard let response = entry.response else { return }
    self.add(response.leading, before: "response")
    var bare = response
    (bare.leading, bare.headers, bare.sections, bare.body) = ([], [], [], nil)
    var line = ""
    NotationPrinter.print(bare, to: &line)
    self.add("status", line)
    self.add(response.headers, of: "response")
    for section in response.sections { self.add(section, of: "response") }
    self.add(response.body, response.bodyLeading, response.bodyComment, of: "response")
  }

  init(_ trivia: [Trivia]) { self.add(trivia, before: "end") }

  /// What has a key that was there before belongs to it: fields of one name are one piece.
  private mutating func add(_ key: String, _ text: String) {
    if let place = self.list.firstIndex(where: { $0.key == key }), case .lines(let before) = self.list[place].part {
      self.list[place].part = .lines(before + text)
    } else {
      self.list.append(.init(key: key, part: .lines(text)))
    }
  }

  private mutating func add(_ trivia: [Trivia], before next: String) {
    for (index, item) in trivia.enumerated() {
      let text: String
      let key: String
      switch item {
      case .blank: (key, text) = ("blank \(index == 0 ? "" : "\(index) ")before \(next)", "\n")
      case .comment(let comment):
        (key, text) = (Mark(item).map { "\(next) mark \($0.name)" } ?? "\(next) comment \(comment)", comment + "\n")
      }
      self.add(key, text)
    }
  }

  private mutating func add(_ pairs: [KeyValue], of side: String) {
    for pair in pairs {
      let key = "\(side) header \(pair.key.spelling.lowercased())"
      self.add(pair.leading, before: key)
      var bare = pair
      bare.leading = []
      var text = ""
      NotationPrinter.print([bare], to: &text)
      self.add(key, text)
    }
  }

  private mutating func add(_ section: Section, of side: String) {
    var lines = EntryParts([])
    func add(_ leading: [Trivia], _ key: String, _ line: Section.Lines) {
      lines.add(leading, before: key)
      var text = ""
      NotationPrinter.print(Section(kind: section.kind, name: "", lines: line), to: &text)
      // Without the line of the section's name.
      lines.add(key, String(text.drop { $0 != "\n" }.dropFirst()))
    }
    switch section.lines {
    case .pairs(let pairs):
      for var pair in pairs {
        let leading = pair.leading
        pair.leading = []
        add(leading, pair.key.spelling, .pairs([pair]))
      }
    case .captures(let captures):
      for var capture in captures {
        let leading = capture.leading
        capture.leading = []
        add(leading, capture.name.spelling, .captures([capture]))
      }
    case .asserts(let asserts):
      for var assert in asserts {
        let leading = assert.leading
        assert.leading = []
        add(leading, ([assert.query] + assert.filters).map(\.spelling).joined(separator: " "), .asserts([assert]))
      }
    }
    self.add(section.leading, before: "\(side) [\(section.kind.rawValue)]")
    self.list.append(
      .init(
        key: "\(side) [\(section.kind.rawValue)]",
        part: .section(head: "[\(section.name)]\(section.comment ?? "")\n", lines.list)))
  }

  private mutating func add(_ body: BodyText?, _ leading: [Trivia], _ comment: String?, of side: String) {
    guard let body else { return }
    self.add(leading, before: "\(side) body")
    guard case .messages(let messages) = body else { return self.add(body, comment, as: "\(side) body") }
    var parts = EntryParts([])
    for (index, message) in messages.enumerated() {
      let key = "\(side) message \(index + 1)"
      parts.add(message.leading, before: key)
      parts.add(message.body, index == messages.count - 1 ? comment : message.comment, as: key)
    }
    self.list.append(.init(key: "\(side) body", part: .messages(count: messages.count, parts.list)))
  }

  private mutating func add(_ body: BodyText, _ comment: String?, as key: String) {
    if case .json(let text) = body, let json = SpelledJSON(text.spelling) {
      self.list.append(.init(key: key, part: .json(json, comment: comment ?? "")))
    } else {
      self.add(key, "\(body.spelling)\(comment ?? "")\n")
    }
  }
}
