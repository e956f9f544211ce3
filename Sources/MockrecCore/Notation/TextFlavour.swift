/// The kinds of text with escapes and placeholders in it: they differ in where they end and what must be escaped.
enum TextFlavour {
  /// To the end of the line or a comment; white space at the end does not count.
  case value
  /// A header's name, a parameter's; ends before the first byte that a key cannot hold.
  case key
  /// Between double quotes, behind the opening one.
  case quoted
  /// Between backticks, behind the opening one.
  case oneline
  /// The name of a file, up to `;`.
  case filename
  /// Between fences of three backticks, behind the opening line.
  case fenced(escapes: Bool, placeholders: Bool)
  /// To the end of a text that is all there is; nothing is escaped.
  case whole

  /// Bytes at which plain text stops: the end, an escape, a placeholder, what must not stand unescaped.
  var stops: ByteSet {
    switch self {
    case .value: Self.valueStops
    case .key: Self.keyStops
    case .quoted: Self.quotedStops
    case .oneline: Self.onelineStops
    case .filename: Self.filenameStops
    case .fenced(true, true): Self.fencedStops.0
    case .fenced(true, false): Self.fencedStops.1
    case .fenced(false, true): Self.fencedStops.2
    case .fenced(false, false): Self.fencedStops.3
    case .whole: Self.wholeStops
    }
  }

  private static let valueStops = ByteSet("#\\{").withControls
  private static let keyStops = ByteSet.key.inverted
  private static let quotedStops = ByteSet("\"\\{").withControls
  private static let onelineStops = ByteSet("`\\{").withControls
  private static let filenameStops = ByteSet(";#\\{ ").withControls
  // In fenced text only the NUL stops that stands for the end of the file.
  private static let fencedStops = (
    ByteSet("`\\{\0"), ByteSet("`\\\0"), ByteSet("`{\0"), ByteSet("`\0")
  )
  private static let wholeStops = ByteSet("{\0")

  /// The characters that stand for themselves behind a backslash, beside `\\` and `\/`.
  var escapable: String {
    switch self {
    case .value: "#"
    case .key: "#:"
    case .quoted: "\"#"
    case .oneline: "`#"
    case .filename: ";# {}"
    case .fenced: "`"
    case .whole: ""
    }
  }
}
