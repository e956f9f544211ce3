/// The places of an entry's parts in its file, where it has nothing but what most recordings have: a request without a
/// body and with headers that are spelt as they read, a reply of the same kind with JSON or nothing in it, the mark of
/// that JSON's layout. Nothing is copied out of the file.
///
/// A cassette may have a hundred thousand of them, and has to be ready within a second. Everything else is read as a
/// `ConversationFile`, and so is what is wrong: this says no more than that it is not plain.
package struct PlainEntry {
  package typealias Line = (name: Range<Int>, value: Range<Int>)

  package fileprivate(set) var verb = 0..<0
  /// What stands behind the service, from `/` on.
  package fileprivate(set) var target = 0..<0
  /// Three digits.
  package fileprivate(set) var status = 0..<0
  package fileprivate(set) var requestHeaders: [Line] = []
  package fileprivate(set) var replyHeaders: [Line] = []
  /// The name that `# @layout` gives; empty without one.
  package fileprivate(set) var layout = 0..<0
  /// The JSON text; empty without a body.
  package fileprivate(set) var body = 0..<0

  package init() {}

  /// Takes the places of another file's parts; false where it is not plain.
  ///
  /// - Parameter bytes: The whole file. The places are in it.
  /// - Complexity: One pass. Allocates nothing once it has read a file.
  package mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, dialect: Dialect) -> Bool {
    // A wire's own verb would have to be told from a response line.
    guard dialect.wireVerbs.isEmpty, bytes.count <= dialect.limits.fileBytes else { return false }
    var reader = NotationReader(bytes: bytes, source: SourceText(name: "", bytes: []), dialect: dialect)
    return reader.plainEntry(&self)
  }
}

extension NotationReader {
  fileprivate mutating func plainEntry(_ entry: inout PlainEntry) -> Bool {
    guard (try? self.checkText()) != nil, self.has("# mockrec 1\n", at: self.at) else { return false }
    self.at += 12
    guard let verbEnd = self.verbEnd(self.at), !self.has("HTTP", at: self.at) else { return false }
    entry.verb = self.at..<verbEnd
    self.at = verbEnd
    self.skipSpaces()
    guard self.skipPlainService(), let target = self.plainLine(), self.byte(target.lowerBound) == UInt8(ascii: "/")
    else {
      return false
    }
    entry.target = target
    guard self.plainHeaders(&entry.requestHeaders), self.plainLayout(&entry.layout), self.has("HTTP ", at: self.at)
    else { return false }
    self.at += 5
    guard let status = self.plainLine(), status.count == 3, status.allSatisfy({ self.byte($0).isDigit }) else {
      return false
    }
    entry.status = status
    guard self.plainHeaders(&entry.replyHeaders), self.plainBody(&entry.body) else { return false }
    self.skipBlankLines()
    return self.isAtEnd
  }

  /// Steps over `{{name}}`.
  private mutating func skipPlainService() -> Bool {
    guard self.has("{{", at: self.at), self.byte(self.at + 2).isLetter else { return false }
    var end = self.at + 3
    while self.byte(end).isLetter || self.byte(end).isDigit || self.byte(end) == UInt8(ascii: "_")
      || self.byte(end) == UInt8(ascii: "-")
    {
      end += 1
    }
    guard self.has("}}", at: end) else { return false }
    self.at = end + 2
    return true
  }

  /// The rest of a line without the white space at its end, and steps to the next; nil where more than plain text is in
  /// it.
  private mutating func plainLine() -> Range<Int>? {
    let stops = TextFlavour.value.stops
    var end = self.at
    while end < self.bytes.count {
      let byte = self.bytes[end]
      if stops.contains(byte) {
        guard byte == .tab || byte == .openBrace && self.byte(end + 1) != .openBrace else { break }
      }
      end += 1
    }
    guard self.byte(end) == .lineFeed else { return nil }
    let start = self.at
    self.at = end + 1
    while end > start, self.bytes[end - 1] == .space || self.bytes[end - 1] == .tab { end -= 1 }
    return start..<end
  }

  /// Reads header lines, and blank ones between and after them.
  private mutating func plainHeaders(_ lines: inout [PlainEntry.Line]) -> Bool {
    lines.removeAll(keepingCapacity: true)
    self.skipBlankLines()
    while let colon = self.keyColon() {
      let name = self.at..<colon
      guard name.allSatisfy({ ByteSet.key.contains(self.bytes[$0]) }) else { return false }
      self.at = colon + 1
      self.skipSpaces()
      guard let value = self.plainLine() else { return false }
      lines.append((name, value))
      self.skipBlankLines()
    }
    return true
  }

  /// Reads the one mark that is plain, where a comment stands.
  private mutating func plainLayout(_ name: inout Range<Int>) -> Bool {
    name = 0..<0
    guard self.current == UInt8(ascii: "#") else { return true }
    guard self.has("# @layout ", at: self.at) else { return false }
    self.at += 10
    guard let line = self.plainLine(), !line.isEmpty else { return false }
    name = line
    self.skipBlankLines()
    return true
  }

  private mutating func plainBody(_ body: inout Range<Int>) -> Bool {
    body = 0..<0
    guard !self.isAtEnd else { return true }
    let start = self.at
    guard self.current == .openBrace || self.current == UInt8(ascii: "[") && self.sectionName() == nil,
      (try? self.plainJSON()) == true
    else { return false }
    body = start..<self.at
    guard self.current == .lineFeed || self.isAtEnd else { return false }
    return true
  }

  private mutating func skipBlankLines() {
    while self.current == .lineFeed { self.at += 1 }
  }
}
