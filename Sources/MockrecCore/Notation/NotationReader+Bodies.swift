extension NotationReader {
  /// Whether a body begins here.
  var isBody: Bool {
    switch self.current {
    case .openBrace, .quote, .backtick, UInt8(ascii: "<"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "["): self.sectionName() == nil
    case UInt8(ascii: "b"): self.has("base64,", at: self.at)
    case UInt8(ascii: "h"): self.has("hex,", at: self.at)
    case UInt8(ascii: "f"): self.has("file,", at: self.at) || self.isJSONWord(self.at)
    case UInt8(ascii: "t"), UInt8(ascii: "n"): self.isJSONWord(self.at)
    default: false
    }
  }

  /// Whether `true`, `false` or `null` stands at an offset, and no longer word.
  func isJSONWord(_ offset: Int) -> Bool {
    for (word, length) in [("true" as StaticString, 4), ("false", 5), ("null", 4)]
    where self.has(word, at: offset) && !self.byte(offset + length).isLetter {
      return true
    }
    return false
  }

  mutating func body() throws(Diagnostic) -> BodyText {
    switch self.current {
    case UInt8(ascii: "<"): return .xml(try self.xml())
    case .backtick where self.has("```", at: self.at): return .multiline(try self.multiline())
    case .backtick: return .oneline(try self.oneline())
    case UInt8(ascii: "h"):
      let (bytes, spelling) = try self.hex()
      return .hex(bytes, spelling: spelling)
    case UInt8(ascii: "b"):
      let (bytes, spelling) = try self.base64()
      return .base64(bytes, spelling: spelling)
    case UInt8(ascii: "f") where self.has("file,", at: self.at): return .file(try self.fileName())
    default: return .json(try self.json())
    }
  }

  /// Reads the bodies that stand below the first.
  ///
  /// - Parameter comment: The one behind the first; then the one behind the last.
  mutating func messages(after first: BodyText, comment: inout String?) throws(Diagnostic) -> [MessageText] {
    var messages = [MessageText(body: first)]
    while self.isBody {
      messages[messages.count - 1].comment = comment
      messages.append(MessageText(leading: self.takePending(), body: try self.body()))
      comment = try self.finishLine(after: "the body")
      self.skipTrivia()
    }
    return messages
  }

  /// Reads `file,NAME;`
  mutating func fileName() throws(Diagnostic) -> Template {
    self.at += 5
    self.skipSpaces()
    let name = try self.text(.filename)
    self.skipSpaces()
    guard self.current == UInt8(ascii: ";"), !name.isEmpty else {
      throw name.isEmpty
        ? self.failure("here a file is named", at: self.at, fix: "`file,NAME;`")
        : self.failure(
          "the name of a file ends with `;`", at: self.at, fix: "write `;` here; a space in the name is written `\\ `")
    }
    self.at += 1
    return name
  }

  /// Reads `hex,…;`, white space between the digits left aside.
  mutating func hex() throws(Diagnostic) -> ([UInt8], String) {
    let start = self.at + 4
    let end = try self.semicolon(from: start, of: "hex,")
    var result: [UInt8] = []
    result.reserveCapacity((end - start) / 2)
    var high: UInt8?
    for offset in start..<end where !self.isWhitespace(offset) {
      guard let digit = self.bytes[offset].hexValue else {
        throw self.failure("this is no hexadecimal digit", at: offset)
      }
      if let first = high {
        result.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    guard high == nil else { throw self.failure("an odd number of hexadecimal digits", at: end) }
    return (result, self.string(start..<end))
  }

  /// Reads `base64,…;`, over several lines if need be.
  mutating func base64() throws(Diagnostic) -> ([UInt8], String) {
    let start = self.at + 7
    let end = try self.semicolon(from: start, of: "base64,")
    var decoder = Base64Decoder(capacity: end - start)
    for offset in start..<end where !self.isWhitespace(offset) {
      guard decoder.append(self.bytes[offset]) else { throw self.failure("this does not belong in base64", at: offset) }
    }
    guard let result = decoder.finish() else { throw self.failure("base64 that is cut short", at: end) }
    return (result, self.string(start..<end))
  }

  private func isWhitespace(_ offset: Int) -> Bool {
    switch self.byte(offset) {
    case .space, .tab, .lineFeed, .carriageReturn: true
    default: false
    }
  }

  /// Steps behind the `;` that ends encoded bytes and gives its offset.
  private mutating func semicolon(from start: Int, of prefix: String) throws(Diagnostic) -> Int {
    var end = start
    while end < self.bytes.count, self.bytes[end] != UInt8(ascii: ";") { end += 1 }
    guard end < self.bytes.count else {
      throw self.failure("`\(prefix)` has no end", at: self.at, fix: "close it with `;`")
    }
    self.at = end + 1
    return end
  }

  /// Reads a text between fences of three backticks.
  mutating func multiline() throws(Diagnostic) -> Multiline {
    let start = self.at
    self.at += 3
    var end = self.at
    while !self.isLineEnd(end), self.byte(end) != .backtick { end += 1 }
    var multiline = Multiline(text: Template(pieces: []))
    if self.isLineEnd(end), end < self.bytes.count {
      multiline.language = try self.language(self.at..<end)
      self.at = end
      self.skipLineEnd()
    }
    let attributes = multiline.attributes
    let flavour = TextFlavour.fenced(
      escapes: attributes.contains("escape"), placeholders: multiline.hasPlaceholders)
    multiline.text = try self.text(flavour)
    guard self.has("```", at: self.at) else {
      throw self.failure("this fenced text has no end", at: start, fix: "close it with ```")
    }
    self.at += 3
    return multiline
  }

  private static let languages = ["base64", "hex", "json", "xml", "graphql", "raw"]
  private static let attributes = ["escape", "novariable"]

  /// Checks what stands behind an opening fence, `language,attribute,…`, and gives it without white space.
  private func language(_ range: Range<Int>) throws(Diagnostic) -> String {
    let words = self.string(range).split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(String.UnicodeScalarView(part.unicodeScalars.filter { $0 != " " && $0 != "\t" }))
    }
    for (index, word) in words.enumerated() where !(index == 0 && word.isEmpty) {
      let known = index == 0 ? Self.languages + Self.attributes : Self.attributes
      guard known.contains(word) else {
        throw self.failure(
          "there is no \(index == 0 ? "language" : "attribute") `\(word)`", at: range.lowerBound,
          nearest: nearestWord(to: word, among: known), fix: "begin the text on a line of its own")
      }
    }
    return words.joined(separator: ",")
  }
}

extension Multiline {
  /// Whether `{{` means something in the text.
  package var hasPlaceholders: Bool { !self.attributes.contains("novariable") && self.attributes.first != "raw" }

  /// `escape`: backslashes escape. `novariable`: `{{` means nothing.
  package var attributes: [Substring] {
    self.language.isEmpty ? [] : self.language.split(separator: ",")
  }
}
