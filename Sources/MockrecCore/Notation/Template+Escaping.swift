/// Templates of texts that were recorded and hold no placeholders: whatever they contain, printed and parsed again
/// they are the same text.
extension Template {
  /// The value of a header or a parameter, a status, or what else stands up to the end of its line.
  package init(escapingHeaderValue text: String) { self.init(escaping: text, in: .value) }

  /// A URL, or the part of it behind a `{{service}}`.
  package init(escapingURL text: String) { self.init(escaping: text, in: .value) }

  /// A key. It must not be empty: the grammar has no spelling for an empty key.
  package init(escapingKey text: String) { self.init(escaping: text, in: .key) }

  /// What stands between double quotes.
  package init(escapingQuoted text: String) { self.init(escaping: text, in: .quoted) }

  /// What stands between single backticks.
  package init(escapingOneline text: String) { self.init(escaping: text, in: .oneline) }

  /// The name of a file in `file,…;`.
  package init(escapingFileName text: String) { self.init(escaping: text, in: .filename) }

  /// A placeholder and a literal text behind it: `{{users}}/users/42`, `{{cache}} GET user:1`.
  ///
  /// - Parameter wildcards: Characters that would mean something else in this place, and are escaped.
  package init(placeholder name: String, escapingURL rest: String, wildcards: String = "") {
    var pieces: [Piece] = [.placeholder(name, spelling: "{{\(name)}}")]
    var spelling = TextFlavour.value.spelling(of: rest, behind: "}")
    for scalar in wildcards.unicodeScalars where spelling.unicodeScalars.contains(scalar) {
      spelling = spelling.split(separator: Character(scalar), omittingEmptySubsequences: false)
        .joined(separator: "\\u{\(String(scalar.value, radix: 16))}")
    }
    if !rest.isEmpty { pieces.append(.text(rest, spelling: spelling)) }
    self.init(pieces: pieces)
  }

  private init(escaping text: String, in flavour: TextFlavour) {
    self.init(pieces: text.isEmpty ? [] : [.text(text, spelling: flavour.spelling(of: text))])
  }
}

extension Literal {
  /// A recorded text in double quotes.
  package init(escaping text: String) { self = .string(Template(escapingQuoted: text)) }
}

extension TextFlavour {
  /// How a text must be written in a place of this flavour; nil for `behind` is the place's beginning.
  func spelling(of text: String, behind: Unicode.Scalar? = nil) -> String {
    let scalars = text.unicodeScalars
    var spelling = ""
    var before = behind
    var index = scalars.startIndex
    while index != scalars.endIndex {
      let scalar = scalars[index]
      scalars.formIndex(after: &index)
      let after = index == scalars.endIndex ? nil : scalars[index]
      if self.isPlain(scalar, between: before, and: after) {
        spelling.unicodeScalars.append(scalar)
      } else {
        spelling += self.escape(scalar)
      }
      before = scalar
    }
    return spelling
  }

  private func isPlain(
    _ scalar: Unicode.Scalar, between before: Unicode.Scalar?, and after: Unicode.Scalar?
  ) -> Bool {
    if scalar == "\\" { return false }
    switch self {
    case .key:
      // A key that begins with a bracket would be read as a section.
      if scalar == "[", before == nil { return false }
      return scalar.isASCII ? ByteSet.key.contains(UInt8(scalar.value)) : scalar.properties.isAlphabetic
    case .value:
      if scalar == "#" || scalar == " " && (before == nil || after == nil) { return false }
    case .quoted:
      if scalar == "\"" { return false }
    case .oneline, .fenced:
      if scalar == "`" || scalar == "#" { return false }
    case .whole: break
    case .filename:
      if ";# {}".unicodeScalars.contains(scalar) { return false }
    }
    // Two braces would open a placeholder; at the end, they could with what is put behind.
    if scalar == "{" { return before != "{" && after != "{" && after != nil }
    return scalar.isVisible
  }

  private func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\\": return "\\\\"
    case "\u{8}": return "\\b"
    case "\u{c}": return "\\f"
    case "\n" where !self.isOneline: return "\\n"
    case "\r" where !self.isOneline: return "\\r"
    case "\t" where !self.isOneline: return "\\t"
    default:
      if self.escapable.unicodeScalars.contains(scalar) { return "\\\(scalar)" }
      return "\\u{\(String(scalar.value, radix: 16))}"
    }
  }

  /// The grammar of one-line texts has fewer escapes by name.
  private var isOneline: Bool { if case .oneline = self { true } else { false } }
}

extension Unicode.Scalar {
  /// Whether a reader sees this character, or it is a plain space.
  fileprivate var isVisible: Bool {
    if self.isASCII { return self.value >= 0x20 && self.value < 0x7F }
    switch self.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }
}
