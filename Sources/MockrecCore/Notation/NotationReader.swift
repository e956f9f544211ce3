/// A place in a file that is being read, and the steps that every rule of the grammar is made of.
///
/// `byte(_:)` gives 0 past the end, and `checkText` has refused files that hold a NUL, so that no rule reads outside
/// the buffer and 0 always means the end. The buffer belongs to `source`, which outlives the reader.
struct NotationReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let source: SourceText
  let dialect: Dialect
  var at = 0
  /// Whether the headers or the body of a response are read, in which a mock says more than a contract can.
  var isReply = false
  /// Blank lines and comments that were read and belong to what comes next.
  var pending: [Trivia] = []

  init(bytes: UnsafeBufferPointer<UInt8>, source: SourceText, dialect: Dialect) {
    self.bytes = bytes
    self.source = source
    self.dialect = dialect
  }

  @inline(__always)
  var current: UInt8 { self.byte(self.at) }
  var isAtEnd: Bool { self.at >= self.bytes.count }

  @inline(__always)
  func byte(_ offset: Int) -> UInt8 { offset < self.bytes.count ? self.bytes[offset] : 0 }

  func string(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: self.bytes[range]), as: UTF8.self)
  }

  /// Whether a word stands at an offset, whatever follows it.
  func has(_ word: StaticString, at offset: Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard self.bytes.count - offset >= count else { return false }
    return word.withUTF8Buffer { letters in
      for index in 0..<count where self.bytes[offset + index] != letters[index] { return false }
      return true
    }
  }

  func failure(_ message: String, at offset: Int, nearest: String? = nil, fix: String? = nil) -> Diagnostic {
    Diagnostic(message, at: Diagnostic.Place(self.source, at: offset), nearest: nearest, fix: fix)
  }

  /// Whether a line ends at an offset: a line feed, a carriage return before one, or the end of the file.
  func isLineEnd(_ offset: Int) -> Bool {
    switch self.byte(offset) {
    case .lineFeed, 0: true
    case .carriageReturn: self.byte(offset + 1) == .lineFeed || offset + 1 >= self.bytes.count
    default: false
    }
  }

  mutating func skipSpaces() {
    while self.current == .space || self.current == .tab { self.at += 1 }
  }

  /// Steps over a line's end, where one is.
  mutating func skipLineEnd() {
    if self.current == .carriageReturn { self.at += 1 }
    if self.current == .lineFeed { self.at += 1 }
  }

  private static let blanks = ByteSet(" \t\r")

  /// Reads from a `#` to the end of its line and gives the offset behind the last byte that is not white space.
  private mutating func skipComment() -> Int {
    let start = self.at
    var end = start
    while end < self.bytes.count, self.bytes[end] != .lineFeed { end += 1 }
    self.at = end
    while end > start, Self.blanks.contains(self.bytes[end - 1]) { end -= 1 }
    return end
  }

  /// Gathers blank lines, several as one, and comments into `pending`, and stops at the first byte that means something.
  mutating func skipTrivia() {
    while true {
      self.skipSpaces()
      if self.current == UInt8(ascii: "#") {
        let start = self.at
        let end = self.skipComment()
        self.keep(.comment(self.string(start..<end)))
        self.skipLineEnd()
      } else if !self.isAtEnd, self.isLineEnd(self.at) {
        if self.pending.last?.isBlank != true { self.keep(.blank) }
        self.skipLineEnd()
      } else {
        return
      }
    }
  }

  private mutating func keep(_ trivia: Trivia) {
    // Mostly a blank line and a mark: growing by one would move the first.
    if self.pending.isEmpty { self.pending.reserveCapacity(2) }
    self.pending.append(trivia)
  }

  mutating func takePending() -> [Trivia] {
    var taken: [Trivia] = []
    swap(&taken, &self.pending)
    return taken
  }

  /// Reads what may stand behind something on its line, which is a comment, and steps to the next line.
  mutating func finishLine(after what: String) throws(Diagnostic) -> String? {
    let start = self.at
    self.skipSpaces()
    var comment: String?
    if self.current == UInt8(ascii: "#") {
      let end = self.skipComment()
      comment = self.string(start..<end)
    }
    guard self.isLineEnd(self.at) else {
      throw self.failure(
        "nothing but a comment may follow \(what) on its line", at: self.at, fix: "begin a new line here")
    }
    self.skipLineEnd()
    return comment
  }
}

extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let backtick = UInt8(ascii: "`")
  static let dot = UInt8(ascii: ".")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isLowercaseLetter: Bool { self >= 0x61 && self <= 0x7A }
  var isUppercaseLetter: Bool { self >= 0x41 && self <= 0x5A }
  var isLetter: Bool { (self | 0x20).isLowercaseLetter }
}
