import MockrecCore

/// Values of both sides under or beside each other, as a terminal's width allows.
struct TerminalLayout: Sendable {
  let ink: Ink
  /// nil for no terminal: nothing is wrapped.
  let columns: Int?

  private static let indent = 6
  private static let separator = " │ "
  /// From so many columns on, both sides stand beside each other.
  private static let wide = 100

  /// The values of the sides that have one, beside each other where there is room.
  func sides(fake: String?, real: String?) -> [String] {
    guard let columns = self.columns, columns >= Self.wide, let fake, let real else {
      return (fake.map { self.labelled("fake", $0, .red) } ?? [])
        + (real.map { self.labelled("real", $0, .green) } ?? [])
    }
    let width = (columns - Self.indent - Self.separator.count) / 2
    let left = Self.wrapped("fake: ", fake, width)
    let right = Self.wrapped("real: ", real, width)
    return (0..<max(left.count, right.count)).map { index in
      let a = index < left.count ? left[index] : ""
      let b = index < right.count ? right[index] : ""
      let pad = String(repeating: " ", count: max(0, width - Self.width(of: a)))
      return String(repeating: " ", count: Self.indent) + self.ink.paint(a, .red) + pad
        + self.ink.paint(Self.separator, .dim) + self.ink.paint(b, .green)
    }
  }

  /// `label: value`, further lines of the value under its first.
  func labelled(_ label: String, _ value: String, _ colour: Ink.Colour) -> [String] {
    let lead = String(repeating: " ", count: Self.indent) + "\(label): "
    return value.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
      (index == 0 ? lead : String(repeating: " ", count: lead.count)) + self.ink.paint(String(line).printable(), colour)
    }
  }

  /// The value's lines, cut to the width, the first behind its label and the others under it.
  private static func wrapped(_ label: String, _ value: String, _ width: Int) -> [String] {
    var lines: [String] = []
    for line in value.split(separator: "\n", omittingEmptySubsequences: false) {
      var (piece, taken) = ("", 0)
      for character in String(line).printable().replacing("\t", with: "    ") {
        let wide = self.width(of: String(character))
        if taken + wide > width - label.count {
          lines.append(piece)
          (piece, taken) = ("", 0)
        }
        piece.append(character)
        taken += wide
      }
      lines.append(piece)
    }
    return lines.enumerated().map { ($0 == 0 ? label : String(repeating: " ", count: label.count)) + $1 }
  }

  /// In columns: ideographs, kana, hangul, full-width forms and pictures take two.
  /// Source: Unicode Standard Annex #11, wide and full-width ranges, roughly.
  private static func width(of text: String) -> Int {
    text.reduce(0) { width, character in
      let value = character.unicodeScalars.first?.value ?? 0
      let isWide =
        (0x1100...0x115F).contains(value) || (0x2E80...0xA4CF).contains(value) || (0xAC00...0xD7A3).contains(value)
        || (0xF900...0xFAFF).contains(value) || (0xFE30...0xFE6F).contains(value) || (0xFF00...0xFF60).contains(value)
        || (0xFFE0...0xFFE6).contains(value) || (0x1F300...0x1F9FF).contains(value)
        || (0x20000...0x3FFFD).contains(value)
      return width + (isWide ? 2 : 1)
    }
  }
}

/// ANSI colours, where they are wanted.
struct Ink: Sendable {
  enum Colour: String {
    case plain = ""
    case red = "31"
    case green = "32"
    case yellow = "33"
    case dim = "2"
  }

  let isOn: Bool

  func paint(_ text: String, _ colour: Colour) -> String {
    self.isOn && colour != .plain ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  static func colour(_ verdict: Verdict) -> Colour {
    switch verdict {
    case .agree: .green
    case .drift, .broken: .red
    case .unstable, .unreachable: .yellow
    }
  }
}
