/// One of several messages of a body.
package struct MessageText: Sendable, Hashable {
  /// Blank lines and comments before it; empty for the first one, whose stand in `bodyLeading`.
  package var leading: [Trivia]
  package var body: BodyText
  /// A comment on its last line, with the white space before it; nil for the last one, whose stands in `bodyComment`.
  package var comment: String?

  package init(leading: [Trivia] = [], body: BodyText, comment: String? = nil) {
    self.leading = leading
    self.body = body
    self.comment = comment
  }
}

/// Bodies that are one message or several.
extension BodyText {
  /// The body of these messages, in order: of a single one that message itself, nil for none.
  ///
  /// - Parameter messages: None of them is several itself.
  package init?(messages: [BodyText]) {
    guard let first = messages.first else { return nil }
    self = messages.count == 1 ? first : .messages(messages.map { MessageText(body: $0) })
  }

  /// The messages that stand here: of several each, else this one.
  package var each: [BodyText] {
    if case .messages(let messages) = self { messages.map(\.body) } else { [self] }
  }

  /// Where its text begins in its file; nil for bytes, of which the tree keeps no place.
  package var offset: Int? {
    switch self {
    case .json(let template), .xml(let template), .oneline(let template), .file(let template): template.offset
    case .multiline(let text): text.text.offset
    case .hex, .base64: nil
    case .messages(let messages): messages.first?.body.offset
    }
  }

  /// What a wire that knows no streams says of several messages. Its dialect reads none: they were put together by hand.
  package static let severalMessages = "several messages stand where this wire has one body"
}
