/// How the white space of a JSON text is laid out, apart from its tokens.
///
/// A recorded body is shown in the layout `pretty`; this says, in a few words, how to give back the bytes that were
/// sent. Tokens are passed through as they are spelled, so `layout.apply(pretty) == sent` holds byte for byte.
///
/// Names: `compact` (no white space), `spaced` (`, ` and `: ` on one line), `indent=N` (N from 1 to 8, or `tab`), then
/// any of these words, in this order:
/// - `comma-space`: a space after each comma, before the line's end where there is one
/// - `tight-colon`, `right-colon`, `wide-colon`: `:`, `: ` or ` : ` where the layout would have another
/// - `open-empty`, `split-empty`: `{ }`, or `{` and `}` on two lines, for what is empty
/// - `inline-arrays`: `[ 1, 2 ]` on one line among indented objects
/// - `crlf`: lines end in CR LF
/// - `newline`: one more line end after the value
package struct JSONLayout: Sendable, Hashable {
  package enum Colon: Sendable, Hashable { case tight, right, wide }
  package enum Empty: Sendable, Hashable { case closed, open, split }
  package enum Indent: Sendable, Hashable {
    /// Everything on one line.
    case none
    case spaces(Int)
    case tab
  }

  package var indent: Indent
  package var hasCommaSpace = false
  package var colon: Colon
  package var empty = Empty.closed
  package var hasInlineArrays = false
  package var hasCRLF = false
  package var hasFinalNewline = false

  package init(indent: Indent = .none, colon: Colon = .tight) {
    self.indent = indent
    self.colon = colon
  }

  /// No white space at all.
  package static let compact = JSONLayout()
  /// How bodies are shown: two spaces, `"key": value`, `[]` and `{}`, no line end after the value.
  package static let pretty = JSONLayout(indent: .spaces(2), colon: .right)

  static let limits = JSONLimits()
}

// MARK: Names

extension JSONLayout {
  /// The layout of that name; nil for a name that `name` never gives.
  package init?(name: String) {
    self.init()
    // The two that nearly every cassette has, and a cassette may have many.
    if name == "compact" { return }
    if name == "spaced" {
      hasCommaSpace = true
      colon = .right
      return
    }
    var words = name.split(separator: " ", omittingEmptySubsequences: false)[...]
    switch words.popFirst() {
    case "compact":
      break
    case "spaced":
      hasCommaSpace = true
      colon = .right
    case "indent=tab":
      indent = .tab
      colon = .right
    case .some(let word) where word.hasPrefix("indent="):
      guard let count = Int(word.dropFirst("indent=".count)), 1...8 ~= count else { return nil }
      indent = .spaces(count)
      colon = .right
    default:
      return nil
    }
    for word in words {
      switch word {
      case "comma-space": hasCommaSpace = true
      case "tight-colon": colon = .tight
      case "right-colon": colon = .right
      case "wide-colon": colon = .wide
      case "open-empty": empty = .open
      case "split-empty": empty = .split
      case "inline-arrays": hasInlineArrays = true
      case "crlf": hasCRLF = true
      case "newline": hasFinalNewline = true
      default: return nil
      }
    }
    // A layout has one name: words that repeat, contradict each other or stand in another order are none.
    guard self.name == name else { return nil }
  }

  /// The layout's one name, as `init(name:)` reads it.
  package var name: String {
    var words: [String] = []
    var impliedColon = Colon.right
    switch indent {
    case .none where hasCommaSpace && colon == .right:
      words.append("spaced")
    case .none:
      words.append("compact")
      impliedColon = .tight
    case .spaces(let count):
      words.append("indent=\(count)")
    case .tab:
      words.append("indent=tab")
    }
    if hasCommaSpace, words != ["spaced"] { words.append("comma-space") }
    if colon != impliedColon {
      words.append(colon == .tight ? "tight-colon" : colon == .right ? "right-colon" : "wide-colon")
    }
    switch empty {
    case .closed: break
    case .open: words.append("open-empty")
    case .split: words.append("split-empty")
    }
    if hasInlineArrays { words.append("inline-arrays") }
    if hasCRLF { words.append("crlf") }
    if hasFinalNewline { words.append("newline") }
    return words.joined(separator: " ")
  }
}

// MARK: Applying

extension JSONLayout {
  /// Lays out a JSON text anew, every token spelled as it was.
  ///
  /// - Returns: nil when `text` is not JSON, or when it or the result is beyond the default `JSONLimits`.
  /// - Complexity: one pass over `text`.
  package func apply(_ text: [UInt8]) -> [UInt8]? {
    var output: [UInt8] = []
    return apply(text, to: &output) ? output : nil
  }

  /// Lays out `text` at the end of `output`; on false, `output` is as it was.
  package func apply(_ text: [UInt8], to output: inout [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { apply($0, to: &output) }
  }

  /// Lays out `text` at the end of `output`; on false, `output` is as it was.
  package func apply(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
    self.apply(text) { output.append(contentsOf: $0) }
  }

  /// Lays out `text` and hands over the result, which is valid during the call only; false as above.
  package func apply(_ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
    var renderer = JSONRenderer(text, layout: self)
    guard (try? renderer.render()) != nil else { return false }
    body(renderer.output.bytes)
    return true
  }

  /// A JSON text as people read it, every token spelled as it was; nil when it is not JSON or beyond the limits.
  package static func pretty(_ text: [UInt8]) -> [UInt8]? {
    pretty.apply(text)
  }
}
