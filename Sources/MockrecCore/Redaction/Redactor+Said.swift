/// What programs say of themselves: lines of a log, error messages.
extension Redactor {
  /// Running text, in which there may be JSON, URLs, and `name=value`, `name: value` and header fields as people write
  /// them: values of the names that are secrets give way, as do the shapes of well-known secrets.
  ///
  /// - Complexity: O(`text` × patterns).
  package func said(_ text: String) -> String {
    guard self.isOn else { return text }
    let known = self.text(String(decoding: self.patterned(self.text(Array(text.utf8))), as: UTF8.self))
    let bytes = Array(known.utf8)
    var (result, copied) = ([UInt8](), 0)
    for index in bytes.indices where bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ":") {
      guard index >= copied, let name = SaidValue.name(before: index, in: bytes),
        self.keys.contains(name) || self.headers.contains(name)
      else { continue }
      let value = SaidValue.range(behind: index, in: bytes, isField: SaidValue.isField(name))
      guard value.lowerBound >= copied, !value.isEmpty else { continue }
      let secret = String(decoding: bytes[value], as: UTF8.self)
      var replaced = 0
      let hidden =
        self.headers.contains(name)
        ? self.field(name: name, value: secret, replaced: &replaced) : Self.hide(secret, replaced: &replaced)
      result += bytes[copied..<value.lowerBound] + Array(hidden.utf8)
      copied = value.upperBound
    }
    return copied == 0 ? known : String(decoding: result + bytes[copied...], as: UTF8.self)
  }
}

/// Finds names and their values in running text.
private enum SaidValue {
  /// The word before a `=` or `:`, also one in quotes; nil where there is none.
  static func name(before index: Int, in text: [UInt8]) -> String? {
    var end = index
    while end > 0, self.isBlank(text[end - 1]) { end -= 1 }
    if end > 0, self.isQuote(text[end - 1]) { end -= 1 }
    if end > 0, text[end - 1] == UInt8(ascii: "\\") { end -= 1 }
    var start = end
    while start > 0, end - start <= FoldedName.maximumLength, self.isOfName(text[start - 1]) { start -= 1 }
    return start < end ? String(decoding: text[start..<end], as: UTF8.self) : nil
  }

  /// Whether it is a header field whose value is more than one word.
  static func isField(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasSuffix("authorization") || name.hasSuffix("cookie")
  }

  /// Where the value stands behind a `=` or `:`: what is in quotes, or else up to a blank or `&`, without the
  /// punctuation at its end. A field's goes up to the end of its line, or of the quotes that it stands in, where it is
  /// no scheme that one word follows.
  static func range(behind index: Int, in text: [UInt8], isField: Bool) -> Range<Int> {
    var start = index + 1
    // `==`, `=>`, `:=`; what opens a list; Python's mark of bytes.
    while start < text.count, self.isBlank(text[start]) || "=>[({".utf8.contains(text[start]) { start += 1 }
    if start + 1 < text.count, "bu".utf8.contains(text[start]), self.isQuote(text[start + 1]) { start += 1 }
    if start + 1 < text.count, text[start] == UInt8(ascii: "\\"), self.isQuote(text[start + 1]) { start += 1 }
    guard start < text.count else { return start..<start }
    if self.isQuote(text[start]) { return self.quoted(start, in: text) }
    guard isField else { return self.word(start, in: text) }
    let first = self.word(start, in: text)
    if first.upperBound < text.count, text[first.upperBound] == UInt8(ascii: " "),
      Redactor.schemes[String(decoding: text[first], as: UTF8.self).lowercased()] == false
    {
      let second = self.word(first.upperBound + 1, in: text)
      if !second.isEmpty { return start..<second.upperBound }
    }
    let isSchemeWithMore = Redactor.schemes[String(decoding: text[first], as: UTF8.self).lowercased()] == true
    let end = text[start...].firstIndex { $0 == 10 || $0 == 13 || !isSchemeWithMore && self.isQuote($0) }
    return start..<(end ?? text.count)
  }

  /// What stands between a quote and the next that is like it and not escaped otherwise.
  private static func quoted(_ open: Int, in text: [UInt8]) -> Range<Int> {
    let isEscaped = open > 0 && text[open - 1] == UInt8(ascii: "\\")
    var end = open + 1
    while end < text.count, text[end] != 10 {
      if text[end] == text[open] { break }
      if text[end] == UInt8(ascii: "\\"), end + 1 < text.count {
        if isEscaped, text[end + 1] == text[open] { break }
        end += 1
      }
      end += 1
    }
    return (open + 1)..<min(end, text.count)
  }

  private static func word(_ start: Int, in text: [UInt8]) -> Range<Int> {
    var end = start
    while end < text.count, text[end] > 0x20, !self.isQuote(text[end]), text[end] != UInt8(ascii: "&") { end += 1 }
    while end > start, ",;.)]}>".utf8.contains(text[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isQuote(_ byte: UInt8) -> Bool { "\"'`".utf8.contains(byte) }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-.[]".utf8.contains(byte)
    }
  }
}
