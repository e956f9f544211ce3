/// Reads a multipart body for secrets: parts with a secret name, and secrets in the text of all others.
///
/// Source: RFC 2046, 5.1 (boundaries); RFC 7578, 4.2 (`Content-Disposition: form-data; name="…"`). Bare line feeds are
/// taken for line ends as well.
struct MultipartRedaction: Sendable {
  /// A part whose header is longer is passed through as if it had no name.
  static let maximumHeaderLength = 16 << 10

  private enum Place { case preamble, delimiterLine, header, body, secret, epilogue }

  private let names: SecretNames
  /// CR LF, two hyphens, the boundary.
  private let delimiter: [UInt8]
  private var place = Place.preamble
  /// `delimiter[skipped..<matched]` was met, beginning at `matchStart`. A bare line feed skips the CR; at the start of
  /// the body or of a part's content nothing of the line end is needed.
  private var matched = 2
  private var skipped = 2
  private var matchStart = 0
  private var hyphens = 0
  private var header: [UInt8] = []
  private var text: TextRedaction
  private var value = SecretValue()

  init(names: SecretNames, boundary: [UInt8]) {
    self.names = names
    self.text = TextRedaction(names: names)
    self.delimiter = Array("\r\n--".utf8) + boundary
  }

  /// The first byte on which nothing is decided.
  var undecided: Int? {
    switch self.place {
    case .secret: self.matched > 0 ? self.matchStart : nil
    case .body: self.text.undecided ?? (self.matched > 0 ? self.matchStart : nil)
    default: nil
    }
  }

  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, base: Int, sink: inout RedactionSink) {
    for index in bytes.indices {
      let (byte, offset) = (bytes[index], base + index)
      switch self.place {
      case .preamble, .body, .secret: self.content(byte, at: offset, sink: &sink)
      case .delimiterLine:
        if byte == UInt8(ascii: "-") { self.hyphens += 1 }
        if self.hyphens == 2 { self.place = .epilogue }
        if byte == 0x0A {
          self.place = .header
          self.header.removeAll(keepingCapacity: true)
        }
      case .header: self.header(byte, at: offset)
      case .epilogue: break
      }
    }
  }

  mutating func finish(at end: Int, sink: inout RedactionSink) {
    self.endMatch(sink: &sink)
    self.endPart(at: end, sink: &sink)
  }

  private mutating func content(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) {
    if self.matched > 0, byte == self.delimiter[self.matched] {
      self.matched += 1
      guard self.matched == self.delimiter.count else { return }
      self.endPart(at: self.matchStart, sink: &sink)
      self.matched = 0
      self.hyphens = 0
      self.place = .delimiterLine
      return
    }
    self.endMatch(sink: &sink)
    if byte == 0x0D || byte == 0x0A {
      self.matched = byte == 0x0D ? 1 : 2
      self.skipped = byte == 0x0D ? 0 : 1
      self.matchStart = offset
    } else {
      self.pass(byte, at: offset, sink: &sink)
    }
  }

  /// What began like a delimiter and is none belongs to the part.
  private mutating func endMatch(sink: inout RedactionSink) {
    guard self.matched > 0 else { return }
    var offset = self.matchStart
    let met = self.delimiter[self.skipped..<self.matched]
    self.matched = 0
    for byte in met {
      self.pass(byte, at: offset, sink: &sink)
      offset += 1
    }
  }

  private mutating func pass(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) {
    switch self.place {
    case .secret:
      if !sink.isInSecret { sink.begin(at: offset) }
      self.value.append(byte)
    case .body: self.text.step(byte, from: offset, sink: &sink)
    default: break
    }
  }

  private mutating func endPart(at offset: Int, sink: inout RedactionSink) {
    sink.replace(until: offset, with: self.value)
    self.value = SecretValue()
    self.text.finish(at: offset, sink: &sink)
  }

  private mutating func header(_ byte: UInt8, at offset: Int) {
    self.header.append(byte)
    let isEnd =
      byte == 0x0A && (self.header.count <= 2 || Self.lineEnds.contains { self.header.suffix($0.count) == $0 })
    guard isEnd || self.header.count > Self.maximumHeaderLength else { return }
    let isSecret = isEnd && self.partName.map { self.names.keys.contains($0) } ?? false
    self.place = isSecret ? .secret : .body
    self.matched = isEnd ? 2 : 0
    self.skipped = 2
    self.matchStart = offset + 1
  }

  private static let lineEnds: [ArraySlice<UInt8>] = [[0x0A, 0x0A], [0x0A, 0x0D, 0x0A]]

  /// The `name` parameter of the part's Content-Disposition.
  private var partName: String? {
    for line in self.header.split(separator: 0x0A) {
      let line = String(decoding: line, as: UTF8.self)
      guard let colon = line.firstIndex(of: ":"), line[..<colon].equalsIgnoringCase("content-disposition") else {
        continue
      }
      for part in line[line.index(after: colon)...].split(separator: ";") {
        let part = part.trimmingBlanks
        guard let equals = part.firstIndex(of: "="), part[..<equals].equalsIgnoringCase("name") else { continue }
        return part[part.index(after: equals)...].filter { $0 != "\"" }
      }
    }
    return nil
  }
}
