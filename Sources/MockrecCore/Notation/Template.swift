/// A text with `{{placeholders}}` and, in the body of a reply, tags: pieces in order.
package struct Template: Sendable, Hashable {
  package enum Piece: Sendable, Hashable {
    /// Text, with its escapes undone, and as it is spelt in the file.
    case text(String, spelling: String)
    /// What stands between the braces, trimmed, and the spelling with braces and white space.
    case placeholder(String, spelling: String)
    case tag(Tag, spelling: String)
  }

  /// What only the body of a reply has. An expression is as it stands between the braces, trimmed.
  ///
  /// Source: https://mustache.github.io/mustache.5.html.
  package enum Tag: Sendable, Hashable {
    /// `{{#expression}}`: what follows, up to its end, stands there for each element of a list, or once.
    case section(String)
    /// `{{^expression}}`: what follows stands there where there is nothing.
    case inverted(String)
    /// `{{/name}}`
    case end(String)
    /// `{{! words }}`
    case comment
    /// `{{{expression}}}`: a value that is not escaped.
    case raw(String)
  }

  /// One text that is spelt as it reads, which nearly every template is, takes no list of pieces.
  private enum Storage: Sendable, Hashable {
    /// No piece where it is empty, one otherwise.
    case plain(String)
    /// Anything else, so that equal templates are stored alike.
    case pieces([Piece])
  }

  private var storage: Storage
  /// Where it begins in its file, in bytes.
  package var offset: Int

  package init(pieces: [Piece], offset: Int = 0) {
    self.storage =
      switch pieces.first {
      case nil: .plain("")
      case .text(let text, let spelling)? where pieces.count == 1 && !text.isEmpty && text.hasSameScalars(as: spelling):
        .plain(text)
      default: .pieces(pieces)
      }
    self.offset = offset
  }

  /// A text without placeholders whose spelling is the text itself.
  package init(_ text: String, offset: Int = 0) {
    self.storage = .plain(text)
    self.offset = offset
  }

  package var pieces: [Piece] {
    switch self.storage {
    case .plain(let text): text.isEmpty ? [] : [.text(text, spelling: text)]
    case .pieces(let pieces): pieces
    }
  }

  /// Whether nothing stands here.
  package var isEmpty: Bool { if case .plain(let text) = self.storage { text.isEmpty } else { false } }

  package var beginsWithPlaceholder: Bool {
    if case .pieces(let pieces) = self.storage, case .placeholder? = pieces.first { true } else { false }
  }

  /// The text, where no placeholder stands in it.
  package var literal: String? { self.literal(from: 0) }

  /// The text from a piece on, where no placeholder stands in it.
  package func literal(from first: Int) -> String? {
    switch self.storage {
    case .plain(let text): return first == 0 ? text : ""
    case .pieces(let pieces):
      var text = ""
      for piece in pieces.dropFirst(first) {
        guard case .text(let part, _) = piece else { return nil }
        if text.isEmpty { text = part } else { text += part }
      }
      return text
    }
  }

  /// As written in the file.
  package var spelling: String {
    switch self.storage {
    case .plain(let text): text
    case .pieces(let pieces):
      pieces.map { piece in
        switch piece {
        case .text(_, let spelling), .placeholder(_, let spelling), .tag(_, let spelling): spelling
        }
      }.joined()
    }
  }
}
