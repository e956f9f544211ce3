/// Texts of a Postman collection as templates of the notation.
enum PostmanTemplate {
  /// Postman's own variables that a function makes here as well.
  private static let functions = [
    "$guid": "newUuid", "$randomUUID": "newUuid", "$isoTimestamp": "newDate", "$randomInt": "randomInt 0 1000",
    "$randomBoolean": "randomBool",
  ]

  /// The text in pieces, the names in its `{{placeholders}}` made valid.
  static func pieces(_ text: String) -> [(text: String, isPlaceholder: Bool)] {
    var pieces: [(text: String, isPlaceholder: Bool)] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      if open.lowerBound > rest.startIndex { pieces.append((String(rest[..<open.lowerBound]), false)) }
      let name = String(rest[open.upperBound..<close.lowerBound].trimmingBlanks)
      let isFunction = self.functions.values.contains(name)
      pieces.append((isFunction ? name : self.functions[name] ?? self.name(name), true))
      rest = rest[close.upperBound...]
    }
    if !rest.isEmpty { pieces.append((String(rest), false)) }
    return pieces
  }

  /// The text with valid names in its placeholders.
  static func normalized(_ text: String) -> String {
    self.pieces(text).map { $0.isPlaceholder ? "{{\($0.text)}}" : $0.text }.joined()
  }

  static func hasPlaceholder(_ text: String) -> Bool { self.pieces(text).contains { $0.isPlaceholder } }

  /// What is not in placeholders.
  static func literal(of text: String) -> String {
    self.pieces(text).filter { !$0.isPlaceholder }.map(\.text).joined()
  }

  /// A variable's name as the notation has them: letters, digits, `_` and `-`, a letter first.
  static func name(_ text: String) -> String {
    let name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" })
    guard let first = name.first, first.isLetter else { return "v" + name }
    return name
  }

  /// A text in a place of this flavour.
  static func template(_ text: String, in flavour: TextFlavour) -> Template {
    var pieces: [Template.Piece] = []
    let parts = self.pieces(text)
    for (index, piece) in parts.enumerated() {
      if piece.isPlaceholder {
        pieces.append(.placeholder(piece.text, spelling: "{{\(piece.text)}}"))
        continue
      }
      // Spaces need an escape at the end of a line, but not before a placeholder.
      let isLast = index == parts.count - 1
      let spaces = isLast ? "" : String(piece.text.reversed().prefix { $0 == " " })
      let words = String(piece.text.dropLast(spaces.count))
      let spelling = flavour.spelling(of: words, behind: index == 0 ? nil : "}") + spaces
      pieces.append(.text(piece.text, spelling: spelling))
    }
    return Template(pieces: pieces)
  }

  /// A text between fences; nil where they cannot hold it.
  static func fenced(_ text: String, language: String) -> BodyText? {
    guard BodyText(fencing: text) != nil else { return nil }
    let pieces: [Template.Piece] = self.pieces(text).map { piece in
      piece.isPlaceholder
        ? .placeholder(piece.text, spelling: "{{\(piece.text)}}") : .text(piece.text, spelling: piece.text)
    }
    return .multiline(Multiline(language: language, text: Template(pieces: pieces)))
  }

  /// What cannot stand in a URL, percent-encoded; placeholders stay.
  static func url(_ text: String) -> String {
    self.pieces(text).map { piece in
      piece.isPlaceholder
        ? "{{\(piece.text)}}" : PercentCoding.encode(piece.text, keeping: "!$%&'()*+,/:;=?@[]{}|^`\\")
    }.joined()
  }
}
