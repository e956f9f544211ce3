import MockrecCore

/// How bytes are written into an entry, and read back as they were.
///
/// Text stands between fences, with a mark where its lines end in CR LF. All else is hex, or Base64, or lies in a file.
struct ByteNotation {
  /// What is longer lies in files.
  static let longestText = 256 * 1024
  static let longestHex = 256

  var text: BodyText?
  var marks: [Mark] = []

  init() {}

  /// - Parameter longestBase64: Bytes that are no text lie in a file from this length on; before it they are Base64.
  init(
    _ bytes: [UInt8], longestBase64: Int = 0, file: (_ bytes: [UInt8], _ extension: String) throws -> String
  ) rethrows {
    guard !bytes.isEmpty else { return }
    if bytes.count <= Self.longestText, self.write(bytes) {
      // What a person reads and what is served are the same, or it is not shown as text.
      if (try? Self.bytes(of: self.text, marks: self.marks)) == bytes { return }
      self.marks = []
    }
    if bytes.count <= Self.longestHex {
      self.text = BodyText(hex: bytes)
    } else if bytes.count <= longestBase64 {
      self.text = BodyText(base64: bytes)
    } else {
      self.text = BodyText(file: try file(bytes, "bin"))
    }
  }

  private mutating func write(_ bytes: [UInt8]) -> Bool {
    guard let text = String(validating: bytes, as: UTF8.self) else { return false }
    if let fenced = BodyText(fencing: text) {
      self.text = fenced
      return true
    }
    guard let plain = Self.withoutCarriageReturns(bytes),
      let fenced = BodyText(fencing: String(decoding: plain, as: UTF8.self))
    else { return false }
    self.text = fenced
    self.marks = [Mark("lines", "crlf")]
    return true
  }

  /// A text whose lines all end in CR LF, with line feeds alone; nil for any other.
  static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8]? {
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var isReturn = false
    for byte in bytes {
      guard (byte == 10) == isReturn else { return nil }
      isReturn = byte == 13
      if !isReturn { plain.append(byte) }
    }
    return isReturn || plain.count == bytes.count ? nil : plain
  }

  struct Problem: Error {
    var message: String
    var fix: String?
  }

  /// The bytes that a body stands for; nil where they lie in a file.
  static func bytes(of body: BodyText?, marks: [Mark]) throws(Problem) -> [UInt8]? {
    let template: Template
    switch body {
    case nil: return []
    case .hex(let bytes, _), .base64(let bytes, _): return bytes
    case .file: return nil
    case .multiline(let text): template = text.text
    case .oneline(let text), .xml(let text), .json(let text): template = text
    case .messages: throw Problem(message: BodyText.severalMessages)
    }
    guard let text = template.literal else {
      throw Problem(message: "a variable cannot stand in an entry that is served", fix: "write the value itself")
    }
    return try self.lines(Array(text.utf8), marks)
  }

  /// A text with the line ends that its marks tell of.
  static func lines(_ text: [UInt8], _ marks: [Mark]) throws(Problem) -> [UInt8] {
    guard let mark = marks.first(where: { $0.name == "lines" }) else { return text }
    guard mark.value == "crlf" else { throw Problem(message: "`@lines` wants `crlf`, not '\(mark.value)'") }
    return text.flatMap { $0 == 10 ? [13, 10] : [$0] }
  }
}
