extension JSONLayout {
  /// The layout that gives back `text` from its pretty form; nil when none does, or `text` is not JSON within the limits.
  ///
  /// Proven, not guessed: the result of `apply(pretty(text))` is compared with `text`.
  ///
  /// - Complexity: a few passes over `text`.
  package static func detect(_ text: [UInt8]) -> JSONLayout? {
    detectWithPretty(text)?.layout
  }

  /// The pretty form of `text` and the layout that undoes it, for a caller that needs both.
  package static func detectWithPretty(_ text: [UInt8]) -> (layout: JSONLayout, pretty: [UInt8])? {
    guard let pretty = pretty(text) else { return nil }
    let observed = text.withUnsafeBufferPointer { Observation($0) }
    guard let layout = observed.layout, layout.apply(pretty) == text else { return nil }
    return (layout, pretty)
  }
}

/// The white space of one text at the places that tell layouts apart, each where it first occurs.
private struct Observation {
  /// After the first bracket of any kind that something stands in; then after the first of each kind.
  private var outermost: [UInt8]?
  private var afterBrace: [UInt8]?
  private var afterBracket: [UInt8]?
  private var hasCommas = false
  /// Nothing after some comma: arrays on one line have a space there whatever objects have.
  private var hasTightComma = false
  private var commaWithLineEnd: [UInt8]?
  private var inEmpty: [UInt8]?
  private var colon: JSONLayout.Colon?
  private var atEnd: [UInt8] = []

  /// - Precondition: `text` is JSON.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    var scanner = JSONScanner(text)
    var hadGap = false
    while !scanner.isAtEnd {
      let byte = scanner.next
      if byte == UInt8(ascii: "\"") {
        guard (try? scanner.skipString()) != nil else { return }
      } else {
        scanner.advance()
      }
      let start = scanner.offset
      scanner.skipWhitespace()
      let gap = scanner.slice(from: start)
      note(byte, hadGap: hadGap, gap: gap, next: scanner.next)
      hadGap = !gap.isEmpty
      if scanner.isAtEnd { atEnd = Array(gap) }
    }
  }

  private mutating func note(_ byte: UInt8, hadGap: Bool, gap: UnsafeBufferPointer<UInt8>, next: UInt8) {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      if next == UInt8(ascii: "}") || next == UInt8(ascii: "]") {
        inEmpty = inEmpty ?? Array(gap)
      } else {
        outermost = outermost ?? Array(gap)
        if byte == UInt8(ascii: "{") {
          afterBrace = afterBrace ?? Array(gap)
        } else {
          afterBracket = afterBracket ?? Array(gap)
        }
      }
    case UInt8(ascii: ","):
      hasCommas = true
      if gap.isEmpty { hasTightComma = true }
      if commaWithLineEnd == nil, gap.contains(0x0A) { commaWithLineEnd = Array(gap) }
    case UInt8(ascii: ":"):
      colon = colon ?? (hadGap ? .wide : gap.isEmpty ? .tight : .right)
    default:
      break
    }
  }

  /// The layout that these places speak for; whether the rest of the text agrees remains to be seen.
  var layout: JSONLayout? {
    var layout = JSONLayout()
    layout.hasInlineArrays = afterBracket == [0x20]
    // What follows the outermost container that indents is one unit deep.
    let indentation = (layout.hasInlineArrays ? afterBrace : outermost) ?? []
    if let lineEnd = indentation.firstIndex(of: 0x0A) {
      let unit = indentation[(lineEnd + 1)...]
      if unit == [0x09] {
        layout.indent = .tab
      } else if 1...8 ~= unit.count {
        layout.indent = .spaces(unit.count)
      } else {
        return nil
      }
    }
    let isMultiline = layout.indent != .none
    layout.colon = colon ?? (isMultiline ? .right : .tight)
    layout.hasCommaSpace = isMultiline ? commaWithLineEnd?.first == 0x20 : hasCommas && !hasTightComma
    layout.hasCRLF = [indentation, atEnd, inEmpty ?? []].contains { $0.contains(0x0D) }
    layout.hasFinalNewline = !atEnd.isEmpty
    if let inEmpty, !inEmpty.isEmpty { layout.empty = inEmpty.contains(0x0A) ? .split : .open }
    return layout
  }
}
