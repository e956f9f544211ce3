/// Bodies of bytes that were recorded: printed and parsed again they are the same bytes.
extension BodyText {
  /// JSON as it was sent; nil where it cannot stand in a file as it is.
  package init?(json bytes: [UInt8]) {
    guard !Template.jsonNeedsVerbatim(bytes) else { return nil }
    self = .json(Template(String(decoding: bytes, as: UTF8.self)))
  }

  /// A fenced text; nil where fences cannot hold it exactly and visibly: three backticks in it or one at its end,
  /// carriage returns, control characters other than tab and line feed.
  package init?(fencing text: String) {
    var ticks = 0
    var hasPlaceholder = false
    var before: UInt8 = 0
    for byte in text.utf8 {
      ticks = byte == .backtick ? ticks + 1 : 0
      if ticks == 3 || byte == 0x7F { return nil }
      if byte < .space, byte != .lineFeed, byte != .tab { return nil }
      if byte == .openBrace, before == .openBrace { hasPlaceholder = true }
      before = byte
    }
    guard ticks == 0 else { return nil }
    self = .multiline(Multiline(language: hasPlaceholder ? "novariable" : "", text: Template(text)))
  }

  /// A text between single backticks; nil where it has several lines.
  package init?(oneline text: String) {
    guard !text.utf8.contains(.lineFeed), !text.utf8.contains(.carriageReturn) else { return nil }
    self = .oneline(Template(escapingOneline: text))
  }

  package init(hex bytes: [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    let spelling = String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
      for (index, byte) in bytes.enumerated() {
        buffer[2 * index] = digits[Int(byte >> 4)]
        buffer[2 * index + 1] = digits[Int(byte & 15)]
      }
      return bytes.count * 2
    }
    self = .hex(bytes, spelling: spelling)
  }

  /// In lines of 76 characters where it is long.
  package init(base64 bytes: [UInt8]) { self = .base64(bytes, spelling: base64Text(bytes)) }

  /// A file beside the one that names it.
  package init(file name: String) { self = .file(Template(escapingFileName: name)) }
}

extension Template {
  /// Whether JSON that was recorded cannot stand in a file as it is, and its bytes must be kept in another way: `{{` in
  /// one of its strings would be read as a placeholder, or it is not just one JSON value within the notation's bounds.
  ///
  /// - Complexity: O(`bytes.count`).
  package static func jsonNeedsVerbatim(_ bytes: [UInt8], dialect: Dialect = .http) -> Bool {
    guard bytes.count <= dialect.limits.fileBytes else { return true }
    let source = SourceText(name: "", bytes: bytes)
    return bytes.withUnsafeBufferPointer { buffer in
      var reader = NotationReader(bytes: buffer, source: source, dialect: dialect)
      do {
        try reader.checkText()
        guard reader.at == 0, reader.isBody else { return true }
        let template = try reader.json()
        return !reader.isAtEnd || template.literal == nil
      } catch {
        return true
      }
    }
  }
}
