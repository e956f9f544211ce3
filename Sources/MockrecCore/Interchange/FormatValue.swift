/// A value of a JSON file in another tool's format, and the way to it: what is missing or of another kind is told with its
/// place.
struct FormatValue: Sendable {
  enum Step: Sendable, Hashable {
    case member(String)
    case element(Int)
  }

  let source: SourceText
  let json: JSON
  let path: [Step]

  /// Reads a file; a byte order mark, which several tools write, is passed over.
  ///
  /// - Throws: A `Diagnostic` with the place where the text is no JSON, or where it goes beyond `limits`.
  init(_ source: SourceText, format: String, limits: JSONLimits) throws(Diagnostic) {
    let hasMark = source.bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let source = hasMark ? SourceText(name: source.name, bytes: Array(source.bytes.dropFirst(3))) : source
    do throws(JSONError) {
      self.json = try JSON.parse(source.bytes, limits: limits)
    } catch {
      throw Diagnostic("not a \(format): \(error.message)", at: .init(source, at: error.offset))
    }
    self.source = source
    self.path = []
  }

  private init(_ json: JSON, _ path: [Step], in source: SourceText) {
    self.json = json
    self.path = path
    self.source = source
  }

  /// The member of an object; nil where it is missing or null.
  ///
  /// - Throws: A `Diagnostic` where this is no object.
  func member(_ key: String) throws(Diagnostic) -> FormatValue? {
    guard let object = self.json.object else { throw self.fault("an object") }
    guard let value = object[key], !value.isNull else { return nil }
    return FormatValue(value, self.path + [.member(key)], in: self.source)
  }

  func required(_ key: String) throws(Diagnostic) -> FormatValue {
    if let value = try self.member(key) { return value }
    let name = (self.path + [.member(key)]).spelling
    throw Diagnostic("`\(name)` is missing", at: self.place)
  }

  /// The elements of a member that is an array; none where it is missing.
  func elements(_ key: String) throws(Diagnostic) -> [FormatValue] { try self.member(key)?.elements() ?? [] }

  func elements() throws(Diagnostic) -> [FormatValue] {
    guard let elements = self.json.array else { throw self.fault("an array") }
    return elements.enumerated().map { FormatValue($1, self.path + [.element($0)], in: self.source) }
  }

  /// The text of a member that is a string; nil where it is missing.
  func text(_ key: String) throws(Diagnostic) -> String? { try self.member(key)?.text() }

  func text() throws(Diagnostic) -> String {
    guard let text = self.json.string else { throw self.fault("a string") }
    return text
  }

  /// The number of a member; nil where it is missing. Fractions, which some tools write, are cut off.
  func integer(_ key: String) throws(Diagnostic) -> Int? { try self.member(key)?.integer() }

  func integer() throws(Diagnostic) -> Int {
    guard let number = self.json.number, number.double.magnitude < 9e15 else { throw self.fault("a number") }
    return Int(number.double)
  }

  /// Whether a member says true; false where it is missing.
  func flag(_ key: String) throws(Diagnostic) -> Bool {
    guard let value = try self.member(key) else { return false }
    guard let flag = value.json.bool else { throw value.fault("true or false") }
    return flag
  }

  func fault(_ wanted: String) -> Diagnostic {
    let name = self.path.isEmpty ? "the file" : "`\(self.path.spelling)`"
    return Diagnostic("\(name) should be \(wanted), not \(self.json.kind)", at: self.place)
  }

  var place: Diagnostic.Place { .init(self.source, at: self.offset) }

  /// Where the value begins, in bytes. Reads the text again up to there: only asked when something is wrong.
  private var offset: Int {
    self.source.bytes.withUnsafeBufferPointer { bytes in
      var scanner = JSONScanner(bytes)
      scanner.skipWhitespace()
      for step in self.path {
        // The text was read before: what is looked for is there.
        guard (try? scanner.descend(step)) == true else { break }
      }
      return scanner.offset
    }
  }
}

extension [FormatValue.Step] {
  /// As a person would write it: `log.entries[3].request`.
  fileprivate var spelling: String {
    self.reduce(into: "") { text, step in
      switch step {
      case .member(let key): text += text.isEmpty ? key : ".\(key)"
      case .element(let index): text += "[\(index)]"
      }
    }
  }
}

extension JSONScanner {
  /// Goes from the value that begins here to the beginning of one within; false where there is none.
  fileprivate mutating func descend(_ step: FormatValue.Step) throws(JSONError) -> Bool {
    let open = self.next
    guard open == UInt8(ascii: "{") || open == UInt8(ascii: "[") else { return false }
    self.advance()
    self.skipWhitespace()
    var found: JSONScanner?
    var index = 0
    while !self.isAtEnd, self.next != UInt8(ascii: "}"), self.next != UInt8(ascii: "]") {
      var key = ""
      if open == UInt8(ascii: "{") {
        let start = self.offset
        _ = try self.skipString()
        key = try JSONString.unquote(String(decoding: self.slice(from: start), as: UTF8.self))
        self.skipWhitespace()
        self.advance()
        self.skipWhitespace()
      }
      // Of repeated keys the last one counts.
      if step == (open == UInt8(ascii: "{") ? .member(key) : .element(index)) { found = self }
      try self.skipValue()
      self.skipWhitespace()
      if self.next == UInt8(ascii: ",") { self.advance() }
      self.skipWhitespace()
      index += 1
    }
    guard let found else { return false }
    self = found
    return true
  }

  /// Passes over a value of a text that is known to be JSON.
  private mutating func skipValue() throws(JSONError) {
    var depth = 0
    repeat {
      switch self.next {
      case UInt8(ascii: "\""): _ = try self.skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        self.advance()
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        self.advance()
      case UInt8(ascii: ","), UInt8(ascii: ":"): self.advance()
      default:
        while !self.isAtEnd, !Self.endsWord(self.next) { self.advance() }
      }
      if depth > 0 { self.skipWhitespace() }
    } while depth > 0 && !self.isAtEnd
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
  }
}
