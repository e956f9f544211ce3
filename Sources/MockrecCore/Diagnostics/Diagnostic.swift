/// Something that is wrong with what a user wrote: what, where, the nearest thing that would have worked, the fix.
public struct Diagnostic: Error, Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable {
    case error, warning
  }

  /// A place in a text, ready to be shown.
  public struct Place: Sendable, Hashable {
    public var file: String
    public var position: SourceText.Position
    /// The line as written.
    public var line: String

    public init(_ source: SourceText, at offset: Int) {
      self.file = source.name
      self.position = source.position(of: offset)
      self.line = source.line(at: offset)
    }

    /// A place that a library gave as line and column, both from 1.
    public init(file: String, line: Int, column: Int, text: String) {
      self.file = file
      self.position = SourceText.Position(line: line, column: column)
      self.line = text
    }
  }

  public var severity: Severity
  public var message: String
  public var place: Place?
  /// Further lines of the form `label: text`, in order: `nearest`, `fix`, and what else helps.
  public var notes: [Note]

  public struct Note: Sendable, Hashable {
    public var label: String
    public var text: String
  }

  public init(
    _ message: String, severity: Severity = .error, at place: Place? = nil, nearest: String? = nil, fix: String? = nil
  ) {
    self.severity = severity
    self.message = message
    self.place = place
    self.notes = []
    if let nearest { self.notes.append(Note(label: "nearest", text: nearest)) }
    if let fix { self.notes.append(Note(label: "fix", text: fix)) }
  }

  public func noting(_ label: String, _ text: String) -> Diagnostic {
    var copy = self
    copy.notes.append(Note(label: label, text: text))
    return copy
  }
}

extension Diagnostic: CustomStringConvertible {
  /// As printed: the message, the place with its line and a caret, then the notes in a column. Control characters are
  /// replaced: a file of a stranger does not command the terminal.
  public var description: String {
    var text = "\(self.severity.rawValue): \(self.message)\n"
    if let place = self.place {
      let number = String(place.position.line)
      let gutter = String(repeating: " ", count: number.count)
      text += "\(gutter) --> \(place.file):\(place.position.line):\(place.position.column)\n"
      let shown = place.line.unicodeScalars.prefix(400)
      text += "\(number) | \(String(String.UnicodeScalarView(shown)))\n"
      if place.position.column <= 401 {
        let lead = shown.prefix(place.position.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        text += "\(gutter) | \(lead)^\n"
      }
    }
    let width = (self.notes.map(\.label.count).max() ?? 0) + 1
    for note in self.notes {
      let label = note.label + ":"
      let pad = String(repeating: " ", count: width - label.count + 1)
      let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
      text += "  \(label)\(pad)\(lines.joined(separator: "\n" + String(repeating: " ", count: width + 3)))\n"
    }
    let shown = text.unicodeScalars.dropLast().map { scalar -> Unicode.Scalar in
      let isHarmless = scalar.properties.generalCategory != .control || scalar == "\n" || scalar == "\t"
      return isHarmless ? scalar : "\u{FFFD}"
    }
    return String(String.UnicodeScalarView(shown))
  }
}

/// Several problems found in one pass over what a user wrote.
public struct Diagnostics: Error, Sendable, Hashable, CustomStringConvertible {
  public var list: [Diagnostic]

  public init(_ list: [Diagnostic]) { self.list = list }

  public var description: String { self.list.map(\.description).joined(separator: "\n") }
}
