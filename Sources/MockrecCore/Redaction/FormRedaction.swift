/// Reads `name=value&name=value` for secrets: bodies of forms, queries, fragments, and whole URLs.
///
/// Names and values are read through percent-encoding (RFC 3986, 2.1); all but the secrets stays byte for byte.
struct FormRedaction: Sendable {
  private enum Part { case path, name, value, secret }

  private let names: NameSet
  /// A URL: pairs come after `?` and `#`, and end where a URL cannot go on.
  private let isURL: Bool
  private var part: Part
  private var name = FoldedName()
  private var isOneTime = false
  private var percent = Percent.none
  private var shapes = SecretShapes()
  private var value = SecretValue()

  private enum Percent {
    case none
    case sign(at: Int)
    case digit(UInt8, at: Int)
  }

  init(names: NameSet, isURL: Bool = false) {
    self.names = names
    self.isURL = isURL
    self.part = isURL ? .path : .name
  }

  /// The first byte on which nothing is decided.
  var undecided: Int? {
    if self.part == .secret { return nil }
    if let start = self.shapes.undecided { return start }
    switch self.percent {
    case .none: return nil
    case .sign(let at), .digit(_, let at): return at
    }
  }

  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, base: Int, sink: inout RedactionSink) {
    for index in bytes.indices { self.step(bytes[index], from: base + index, sink: &sink) }
  }

  /// Takes the next byte, which stands at `offset` of the raw text.
  @inline(__always)
  mutating func step(_ byte: UInt8, from offset: Int, sink: inout RedactionSink) {
    if self.isPlain, byte != UInt8(ascii: "?"), byte != UInt8(ascii: "#"), byte != UInt8(ascii: "%") {
      self.shapes.step(byte, from: offset, sink: &sink)
    } else {
      self.stepSlowly(byte, from: offset, sink: &sink)
    }
  }

  /// Outside the parameters of a URL and outside an escape.
  private var isPlain: Bool {
    guard self.part == .path, case .none = self.percent else { return false }
    return true
  }

  private mutating func stepSlowly(_ byte: UInt8, from offset: Int, sink: inout RedactionSink) {
    switch byte {
    case UInt8(ascii: "&") where self.part != .path: return self.turn(to: .name, at: offset, sink: &sink)
    case UInt8(ascii: "=") where self.part == .name:
      self.endEscape(sink: &sink)
      self.isOneTime = RedactionRules.oneTime.contains(self.name)
      return self.turn(to: self.names.contains(self.name) ? .secret : .value, at: offset, sink: &sink)
    case UInt8(ascii: "?") where self.isURL && self.part == .path, UInt8(ascii: "#") where self.isURL:
      return self.turn(to: .name, at: offset, sink: &sink)
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0...0x20:
      if self.isURL, self.part != .path { self.turn(to: .path, at: offset, sink: &sink) }
    default: break
    }
    self.decode(byte, at: offset, sink: &sink)
  }

  /// Passes over bytes of a JSON string that mean nothing, and gives the index of the next one.
  @inline(__always)
  mutating func skipPlain(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int {
    self.isPlain ? self.shapes.skipPlain(bytes, from: index) : index
  }

  @inline(__always)
  mutating func finish(at end: Int, sink: inout RedactionSink) {
    if self.isPlain { return self.shapes.finish(at: end, sink: &sink) }
    self.turn(to: self.isURL ? .path : .name, at: end, sink: &sink)
  }

  /// Ends the part before `offset`.
  private mutating func turn(to next: Part, at offset: Int, sink: inout RedactionSink) {
    self.endEscape(sink: &sink)
    if self.part == .secret, sink.isInSecret {
      if self.isOneTime {
        sink.replace(until: offset, with: Pseudonym.oneTime, counting: !self.value.isPseudonym)
      } else {
        sink.replace(until: offset, with: self.value)
      }
    }
    self.shapes.finish(at: offset, sink: &sink)
    self.value = SecretValue()
    if next == .name { self.name = FoldedName() }
    self.part = next
  }

  private mutating func decode(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) {
    if self.part == .secret, !sink.isInSecret { sink.begin(at: offset) }
    switch self.percent {
    case .none:
      if byte == UInt8(ascii: "%") {
        self.percent = .sign(at: offset)
      } else {
        self.pass(byte == UInt8(ascii: "+") && self.part != .path ? 0x20 : byte, from: offset, sink: &sink)
      }
    case .sign(let start):
      if let digit = byte.hexValue {
        self.percent = .digit(digit, at: start)
      } else {
        self.endEscape(sink: &sink)
        self.decode(byte, at: offset, sink: &sink)
      }
    case .digit(let high, let start):
      if let low = byte.hexValue {
        self.percent = .none
        self.pass(high << 4 | low, from: start, sink: &sink)
      } else {
        self.endEscape(sink: &sink)
        self.decode(byte, at: offset, sink: &sink)
      }
    }
  }

  /// What began like an escape and is none stands for itself.
  private mutating func endEscape(sink: inout RedactionSink) {
    let percent = self.percent
    self.percent = .none
    switch percent {
    case .none: break
    case .sign(let at): self.pass(UInt8(ascii: "%"), from: at, sink: &sink)
    case .digit(let digit, let at):
      self.pass(UInt8(ascii: "%"), from: at, sink: &sink)
      self.pass(.lowercaseHex(UInt16(digit)), from: at + 1, sink: &sink)
    }
  }

  private mutating func pass(_ byte: UInt8, from offset: Int, sink: inout RedactionSink) {
    switch self.part {
    case .secret: self.value.append(byte)
    case .name:
      self.name.append(byte)
      self.shapes.step(byte, from: offset, sink: &sink)
    case .path, .value: self.shapes.step(byte, from: offset, sink: &sink)
    }
  }
}
