/// Arguments of commands as people write them: bare words, and texts in quotes with the escapes of redis-cli.
enum RedisText {
  /// Appends an argument: bare where that is readable, else in quotes. What it appends is UTF-8, whatever the argument.
  static func append(_ argument: some Collection<UInt8>, to text: inout [UInt8]) {
    if !argument.isEmpty, argument.allSatisfy(self.isBare) {
      text += argument
      return
    }
    let isText = argument.allSatisfy { $0 < 0x80 } || String(validating: argument, as: UTF8.self) != nil
    text.append(UInt8(ascii: "\""))
    for byte in argument {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0x0A: text += Array(#"\n"#.utf8)
      case 0x0D: text += Array(#"\r"#.utf8)
      case 0x09: text += Array(#"\t"#.utf8)
      case 0..<0x20, 0x7F: self.append(hex: byte, to: &text)
      case 0x80...: if isText { text.append(byte) } else { self.append(hex: byte, to: &text) }
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  private static func append(hex byte: UInt8, to text: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    text += [UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  @inline(__always)
  static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "#"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      false
    default: byte > 0x20 && byte < 0x7F
    }
  }

  /// The words of a line, quotes and escapes undone, as Redis reads an inline command: a quote may begin within a word, and
  /// ends it. nil where a quote stays open or something follows it at once.
  static func words(_ line: some Collection<UInt8>) -> [[UInt8]]? {
    var rest = Array(line)[...]
    var words: [[UInt8]] = []
    while true {
      rest = rest.drop { Self.isBlank($0) }
      guard !rest.isEmpty else { return words }
      var word: [UInt8] = []
      reading: while let byte = rest.popFirst() {
        switch byte {
        // A vertical tab and a form feed stand between words, but end none.
        case 0x20, 0x0A, 0x0D, 0x09: break reading
        case UInt8(ascii: "\""):
          guard let text = self.quoted(&rest) else { return nil }
          word += text
          break reading
        case UInt8(ascii: "'"):
          guard let text = self.singleQuoted(&rest) else { return nil }
          word += text
          break reading
        default: word.append(byte)
        }
      }
      words.append(word)
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func endsWord(_ rest: ArraySlice<UInt8>) -> Bool { rest.first.map(Self.isBlank) ?? true }

  private static func singleQuoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var word: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "'") { return self.endsWord(rest) ? word : nil }
      guard byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "'") else {
        word.append(byte)
        continue
      }
      rest.removeFirst()
      word.append(UInt8(ascii: "'"))
    }
    return nil
  }

  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var word: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return self.endsWord(rest) ? word : nil }
      guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
        word.append(byte)
        continue
      }
      switch escaped {
      case UInt8(ascii: "n"): word.append(0x0A)
      case UInt8(ascii: "r"): word.append(0x0D)
      case UInt8(ascii: "t"): word.append(0x09)
      case UInt8(ascii: "b"): word.append(0x08)
      case UInt8(ascii: "a"): word.append(0x07)
      case UInt8(ascii: "x"):
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          word.append(escaped)
          continue
        }
        word.append(value)
        rest.removeFirst(2)
      default: word.append(escaped)
      }
    }
    return nil
  }
}
