/// Reads text of no known grammar for secrets: a body, a part of one, or a string in JSON.
///
/// What begins like JSON is read as JSON, in which a string may hold JSON again; in all else the parameters of URLs and
/// the shapes of well-known secrets are looked for.
struct TextRedaction: Sendable {
  /// JSON within strings within JSON is read this deep.
  static let maximumDepth = 4

  private let names: SecretNames
  private let depth: Int
  private var urls: FormRedaction
  /// The JSON that the text turned out to be: none or one.
  private var json: [JSONRedaction] = []
  /// Only white space was seen.
  private var isBlank = true

  init(names: SecretNames, depth: Int = 0) {
    self.names = names
    self.depth = depth
    self.urls = FormRedaction(names: names.queryNames, isURL: true)
  }

  /// The first byte on which nothing is decided.
  var undecided: Int? { self.json.isEmpty ? self.urls.undecided : self.json[0].undecided }

  @inline(__always)
  mutating func step(_ byte: UInt8, from offset: Int, sink: inout RedactionSink) {
    if self.isBlank { self.begin(byte) }
    if self.json.isEmpty {
      self.urls.step(byte, from: offset, sink: &sink)
    } else {
      self.json[0].step(byte, from: offset, sink: &sink)
    }
  }

  /// Takes a byte that stands between the tokens of a grammar, and begins nothing.
  @inline(__always)
  mutating func stepOutside(_ byte: UInt8, from offset: Int, sink: inout RedactionSink) {
    self.urls.step(byte, from: offset, sink: &sink)
  }

  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, base: Int, sink: inout RedactionSink) {
    var index = 0
    while true {
      index = self.skipPlain(bytes, from: index)
      guard index < bytes.count else { return }
      self.step(bytes[index], from: base + index, sink: &sink)
      index += 1
    }
  }

  /// Passes over bytes of a JSON string that mean nothing, and gives the index of the next one.
  @inline(__always)
  mutating func skipPlain(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int {
    self.isBlank || !self.json.isEmpty ? index : self.urls.skipPlain(bytes, from: index)
  }

  /// The text ends before `offset`; what comes next begins a text of its own.
  mutating func finish(at offset: Int, sink: inout RedactionSink) {
    if !self.json.isEmpty {
      self.json[0].finish(at: offset, sink: &sink)
      self.json.removeAll()
    }
    self.urls.finish(at: offset, sink: &sink)
    self.isBlank = true
  }

  private mutating func begin(_ byte: UInt8) {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: break
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      self.isBlank = false
      if self.depth < Self.maximumDepth { self.json = [JSONRedaction(names: self.names, depth: self.depth + 1)] }
    default: self.isBlank = false
    }
  }
}
