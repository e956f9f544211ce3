/// A text in which `*` stands for any characters and `?` for one; `\` takes the meaning from the next.
package struct TextPattern: Sendable, Hashable {
  package let text: String
  private let bytes: [UInt8]

  package init(_ text: String) {
    self.text = text
    self.bytes = Array(text.utf8)
  }

  /// Stands for this text alone.
  package init(literal text: String) {
    self.init(text.reduce(into: "") { $0 += "*?\\".contains($1) ? "\\\($1)" : String($1) })
  }

  /// What the text is, where it is no pattern.
  package var literal: String? { self.prefix.count < self.bytes.count ? nil : self.text }

  /// The bytes with which every text begins that it stands for.
  package var prefix: ArraySlice<UInt8> {
    let special = [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "\\")]
    return self.bytes.prefix { !special.contains($0) }
  }

  package func matches(_ text: some StringProtocol) -> Bool {
    var text = String(text)
    return text.withUTF8 { self.matches(UnsafeRawBufferPointer($0)) }
  }

  package func matches(_ text: [UInt8]) -> Bool { text.withUnsafeBytes { self.matches($0) } }

  /// Goes back to the last `*` only: the time is bounded by the product of both lengths.
  package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    var (pattern, position) = (0, 0)
    /// What stands behind the last star, and the text that it was last tried with.
    var star: (pattern: Int, position: Int)?
    while position < text.count {
      if pattern < self.bytes.count, self.bytes[pattern] == UInt8(ascii: "*") {
        pattern += 1
        star = (pattern, position)
      } else if let width = self.width(at: pattern, of: text[position]) {
        position += 1
        if self.bytes[pattern] == UInt8(ascii: "?") {
          // A character of UTF-8 is one, however long.
          while position < text.count, text[position] & 0xC0 == 0x80 { position += 1 }
        }
        pattern += width
      } else if let last = star {
        star = (last.pattern, last.position + 1)
        (pattern, position) = (last.pattern, last.position + 1)
      } else {
        return false
      }
    }
    return self.bytes[pattern...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// How much of the pattern stands for this byte; nil where it does not.
  private func width(at index: Int, of byte: UInt8) -> Int? {
    guard index < self.bytes.count else { return nil }
    let wanted = self.bytes[index]
    if wanted == UInt8(ascii: "?") { return 1 }
    guard wanted == UInt8(ascii: "\\"), index + 1 < self.bytes.count else { return wanted == byte ? 1 : nil }
    return self.bytes[index + 1] == byte ? 2 : nil
  }
}
