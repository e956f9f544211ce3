/// Reads JSON for secrets: values under secret names, URLs and JSON within strings, and whatever has the shape of a
/// secret.
///
/// It looks at tokens alone and keeps no tree, so that text which is not quite JSON, several values in a row and text
/// in any number of pieces are read the same way. All other bytes stay: order of keys, spelling and white space.
struct JSONRedaction: Sendable {
  private enum Place { case outside, string, secretString, secretNumber }

  private let names: SecretNames
  private var place = Place.outside
  /// What stands in strings, and between tokens.
  private var text: TextRedaction
  private var escape = JSONEscape()
  private var value = SecretValue()

  /// The string that is read, or was read last, may be a key and spells this name.
  private var name = FoldedName()
  private var mayBeKey = true
  private var lastWasSecretName = false
  /// A secret name and its colon came before.
  private var expectsSecret = false
  /// The containers that are open inside a secret one.
  private var nesting = Nesting()
  /// Inside a secret container, the next string is a key.
  private var expectsKey = false

  /// - Parameter depth: In how many strings of JSON it stands.
  init(names: SecretNames, depth: Int = 0) {
    self.names = names
    self.text = TextRedaction(names: names, depth: depth)
  }

  /// The first byte on which nothing is decided.
  var undecided: Int? {
    switch self.place {
    case .secretString, .secretNumber: nil
    case .outside, .string: self.text.undecided ?? self.escape.start
    }
  }

  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, base: Int, sink: inout RedactionSink) {
    var index = 0
    while index < bytes.count {
      if self.place == .string, !self.mayBeKey, !self.escape.isOpen {
        index = self.text.skipPlain(bytes, from: index)
        guard index < bytes.count else { return }
      }
      self.step(bytes[index], from: base + index, sink: &sink)
      index += 1
    }
  }

  /// Takes the next byte, which stands at `offset` of the raw text.
  @inline(__always)
  mutating func step(_ byte: UInt8, from offset: Int, sink: inout RedactionSink) {
    switch self.place {
    case .outside: self.outside(byte, at: offset, sink: &sink)
    case .string: self.string(byte, at: offset, sink: &sink)
    case .secretString: self.secretString(byte, at: offset, sink: &sink)
    case .secretNumber: self.secretNumber(byte, at: offset, sink: &sink)
    }
  }

  mutating func finish(at end: Int, sink: inout RedactionSink) {
    switch self.place {
    case .outside, .string: self.text.finish(at: end, sink: &sink)
    case .secretString: sink.replace(until: end, with: self.value)
    case .secretNumber: self.endNumber(at: end, sink: &sink)
    }
  }

  private mutating func outside(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: break
    case UInt8(ascii: "\""): return self.openString(at: offset, sink: &sink)
    case UInt8(ascii: ":"):
      self.expectsSecret = self.lastWasSecretName
      self.lastWasSecretName = false
      self.mayBeKey = false
      self.expectsKey = false
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let isObject = byte == UInt8(ascii: "{")
      if self.expectsSecret || !self.nesting.isEmpty { self.nesting.push(isObject: isObject) }
      self.afterStructure(mayBeKey: isObject)
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      self.nesting.pop()
      self.afterStructure(mayBeKey: false)
    case UInt8(ascii: ","): self.afterStructure(mayBeKey: true)
    case UInt8(ascii: "-"), 0x30...0x39:
      guard !self.expectsSecretValue else {
        self.text.finish(at: offset, sink: &sink)
        self.value = SecretValue()
        self.value.append(byte)
        self.place = .secretNumber
        return sink.begin(at: offset)
      }
      self.lastWasSecretName = false
    default: self.lastWasSecretName = false
    }
    self.text.stepOutside(byte, from: offset, sink: &sink)
  }

  private var expectsSecretValue: Bool { self.nesting.isEmpty ? self.expectsSecret : !self.expectsKey }

  private mutating func afterStructure(mayBeKey: Bool) {
    self.mayBeKey = mayBeKey
    self.lastWasSecretName = false
    self.expectsSecret = false
    self.expectsKey = mayBeKey && self.nesting.isInObject
  }

  private mutating func openString(at offset: Int, sink: inout RedactionSink) {
    self.text.finish(at: offset, sink: &sink)
    self.lastWasSecretName = false
    self.escape = JSONEscape()
    if self.expectsSecretValue {
      self.value = SecretValue()
      self.place = .secretString
    } else {
      if self.mayBeKey { self.name = FoldedName() }
      self.place = .string
    }
  }

  private mutating func string(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) {
    // No JSON string holds a line feed: text that is not JSON goes wrong for one line only.
    if byte == UInt8(ascii: "\"") && !self.escape.isEscaping || byte == 0x0A {
      self.text.finish(at: offset, sink: &sink)
      self.lastWasSecretName = self.mayBeKey && self.nesting.isEmpty && self.names.keys.contains(self.name)
      self.expectsSecret = false
      if byte == 0x0A { self.mayBeKey = true }
      self.escape = JSONEscape()
      self.place = .outside
    } else if self.escape.isOpen || byte == UInt8(ascii: "\\") {
      guard let decoded = self.escape.step(byte, at: offset) else { return }
      for byte in decoded.bytes { self.pass(byte, from: decoded.start, sink: &sink) }
    } else {
      self.pass(byte, from: offset, sink: &sink)
    }
  }

  @inline(__always)
  private mutating func pass(_ byte: UInt8, from offset: Int, sink: inout RedactionSink) {
    if self.mayBeKey { self.name.append(byte) }
    self.text.step(byte, from: offset, sink: &sink)
  }

  private mutating func secretString(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) {
    if byte == UInt8(ascii: "\""), !self.escape.isEscaping {
      sink.replace(until: offset, with: self.value)
      self.expectsSecret = false
      self.escape = JSONEscape()
      self.place = .outside
      return
    }
    if !sink.isInSecret { sink.begin(at: offset) }
    if self.escape.isOpen || byte == UInt8(ascii: "\\") {
      guard let decoded = self.escape.step(byte, at: offset) else { return }
      for byte in decoded.bytes { self.value.append(byte) }
    } else {
      self.value.append(byte)
    }
  }

  private mutating func secretNumber(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      self.value.append(byte)
    default:
      self.endNumber(at: offset, sink: &sink)
      self.outside(byte, at: offset, sink: &sink)
    }
  }

  private mutating func endNumber(at offset: Int, sink: inout RedactionSink) {
    sink.replace(until: offset, with: self.value.number, counting: !self.value.isNumberPseudonym)
    self.expectsSecret = false
    self.place = .outside
  }
}

/// The kinds of the open containers, the innermost last.
private struct Nesting: Sendable {
  /// Deeper containers are taken for arrays: their keys are hidden with their values.
  static let maximumDepth = 4096

  private var words: [UInt64] = []
  private var depth = 0

  var isEmpty: Bool { self.depth == 0 }

  var isInObject: Bool {
    guard self.depth > 0, self.depth <= Self.maximumDepth else { return false }
    return (self.words[(self.depth - 1) / 64] >> UInt64((self.depth - 1) % 64)) & 1 == 1
  }

  mutating func push(isObject: Bool) {
    self.depth += 1
    guard self.depth <= Self.maximumDepth else { return }
    let (word, bit) = ((self.depth - 1) / 64, UInt64((self.depth - 1) % 64))
    if word == self.words.count { self.words.append(0) }
    self.words[word] = (self.words[word] & ~(1 << bit)) | ((isObject ? 1 : 0) << bit)
  }

  mutating func pop() { self.depth = max(0, self.depth - 1) }
}
