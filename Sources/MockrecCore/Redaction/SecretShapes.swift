/// Finds secrets by their looks in any text: JSON Web Tokens, keys of AWS, GitHub, GitLab, Google, Slack and Stripe,
/// and private keys in PEM.
///
/// Fed byte by byte with decoded text; `from` is where the byte stands in the raw text. Holds back at most
/// `maximumHold` bytes: what might be a secret and is not decided.
///
/// Sources: RFC 7515, 3.1 (three base64url parts); RFC 7468, 2 (textual encoding); the vendors' published prefixes.
struct SecretShapes: Sendable {
  /// The longest text that is kept in doubt: the head of a JSON Web Token up to its second dot.
  static let maximumHold = 64 << 10

  private enum Tail {
    case letters(minimum: Int, Alphabet)
    case awsKey, pem
  }
  private enum Alphabet { case alphanumeric, word, dashed }

  private enum State {
    case idle
    /// The first bytes of a word, in the order in which they came.
    case word(UInt32, count: Int)
    /// Bytes that must follow, the next in the lowest bits; 1 stands for any letter.
    case prefix(UInt64, Tail)
    case letters(count: Int, minimum: Int, Alphabet)
    case awsKey(count: Int)
    case jwt(dots: Int, part: Int)
    case dashes(Int)
    /// `matched` bytes of "PRIVATE KEY" were the last of `count` bytes, or once were all of it.
    case pemLabel(count: Int, matched: Int)
    case pemBody(dashes: Int)
    case pemEnd(UInt64)
    case pemEndLabel(dashes: Int)
    case pemEnded
  }

  private var state = State.idle
  private var isIdle = true
  private var isConfirmed = false
  private var previous: UInt8 = 0
  private var start = 0
  private var value = SecretValue()

  /// Where the text begins that may yet turn out a secret.
  var undecided: Int? { self.isIdle || self.isConfirmed ? nil : self.start }

  @inline(__always)
  mutating func step(_ byte: UInt8, from offset: Int, sink: inout RedactionSink) {
    if self.isIdle {
      switch byte {
      case UInt8(ascii: "e"), UInt8(ascii: "A"), UInt8(ascii: "g"), UInt8(ascii: "x"), UInt8(ascii: "s"),
        UInt8(ascii: "r"), UInt8(ascii: "-"):
        self.open(byte, at: offset)
      default: break
      }
      self.previous = byte
    } else {
      self.advance(byte, at: offset, sink: &sink)
    }
  }

  /// Passes over bytes that mean nothing to JSON strings, to URLs and here, and gives the index of the next one.
  @inline(__always)
  mutating func skipPlain(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int {
    guard self.isIdle else { return index }
    var (index, previous) = (index, self.previous)
    scan: while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: "#"),
        UInt8(ascii: "%"), 0x0A:
        break scan
      case UInt8(ascii: "e"), UInt8(ascii: "A"), UInt8(ascii: "g"), UInt8(ascii: "x"), UInt8(ascii: "s"),
        UInt8(ascii: "r"):
        if !previous.isWord { break scan }
      default: break
      }
      previous = byte
      index += 1
    }
    self.previous = previous
    return index
  }

  /// The text ends before `offset`; what comes next begins a text of its own.
  @inline(__always)
  mutating func finish(at offset: Int, sink: inout RedactionSink) {
    if !self.isIdle { self.finishCandidate(at: offset, sink: &sink) }
    self.previous = 0
  }

  private mutating func finishCandidate(at offset: Int, sink: inout RedactionSink) {
    if case .awsKey(16) = self.state { self.confirm(sink: &sink) }
    self.close(at: offset, sink: &sink)
  }

  private mutating func open(_ byte: UInt8, at offset: Int) {
    if byte == UInt8(ascii: "-") {
      self.state = .dashes(1)
    } else {
      guard !self.previous.isWord else { return }
      self.state = .word(UInt32(byte), count: 1)
    }
    self.start = offset
    self.isIdle = false
    self.isConfirmed = false
    self.value = SecretValue()
    self.value.append(byte)
  }

  /// Ends the candidate before `offset`: replaced if it was found to be a secret.
  private mutating func close(at offset: Int, sink: inout RedactionSink) {
    if self.isConfirmed { sink.replace(until: offset, with: self.value) }
    self.state = .idle
    self.isIdle = true
    self.isConfirmed = false
  }

  private mutating func confirm(sink: inout RedactionSink) {
    guard !self.isConfirmed else { return }
    self.isConfirmed = true
    sink.begin(at: self.start)
  }

  private mutating func advance(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) {
    guard let next = self.next(byte, at: offset, sink: &sink) else {
      self.close(at: offset, sink: &sink)
      return self.step(byte, from: offset, sink: &sink)
    }
    self.state = next
    self.previous = byte
    self.value.append(byte)
  }

  /// The state after this byte, or nil where the candidate does not go on with it.
  private mutating func next(_ byte: UInt8, at offset: Int, sink: inout RedactionSink) -> State? {
    switch self.state {
    case .idle: return nil
    case .word(let word, let count):
      guard byte.isWord else { return nil }
      let word = (word << 8) | UInt32(byte)
      return count == 2 ? Self.shape(of: word) : .word(word, count: count + 1)
    case .prefix(let rest, let tail):
      let wanted = UInt8(truncatingIfNeeded: rest)
      guard wanted == byte || (wanted == 1 && byte.isWord) else { return nil }
      return rest >> 8 == 0 ? Self.first(of: tail) : .prefix(rest >> 8, tail)
    case .letters(let count, let minimum, let alphabet):
      guard byte.isWord ? alphabet != .alphanumeric || byte != 0x5F : alphabet == .dashed && byte == 0x2D else {
        return nil
      }
      if count + 1 >= minimum { self.confirm(sink: &sink) }
      return .letters(count: min(count + 1, minimum), minimum: minimum, alphabet)
    case .awsKey(let count):
      if (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) {
        return count < 16 ? .awsKey(count: count + 1) : nil
      }
      if count == 16, !byte.isWord { self.confirm(sink: &sink) }
      return nil
    case .jwt(let dots, let part):
      guard self.isConfirmed || self.value.count < Self.maximumHold else { return nil }
      if byte.isWord || byte == UInt8(ascii: "-") { return .jwt(dots: dots, part: part + 1) }
      guard byte == UInt8(ascii: "."), part >= 4 || self.isConfirmed else { return nil }
      if dots == 1 { self.confirm(sink: &sink) }
      return .jwt(dots: dots + 1, part: 0)
    default: return self.nextOfPEM(byte, sink: &sink)
    }
  }

  private mutating func nextOfPEM(_ byte: UInt8, sink: inout RedactionSink) -> State? {
    let isDash = byte == UInt8(ascii: "-")
    switch self.state {
    case .dashes(let count):
      if isDash { return count < 64 ? .dashes(count + 1) : nil }
      guard byte == UInt8(ascii: "B"), count >= 5 else { return nil }
      return .prefix(Self.pack("EGIN "), .pem)
    case .pemLabel(let count, let matched):
      if isDash {
        guard matched == Self.privateKey.count else { return nil }
        self.confirm(sink: &sink)
        return .pemBody(dashes: 0)
      }
      let isLabel = byte == 0x20 || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
      guard count < 64, isLabel else { return nil }
      if matched == Self.privateKey.count { return .pemLabel(count: count + 1, matched: matched) }
      if byte == Self.privateKey[matched] { return .pemLabel(count: count + 1, matched: matched + 1) }
      return .pemLabel(count: count + 1, matched: byte == Self.privateKey[0] ? 1 : 0)
    case .pemBody(let dashes):
      if isDash { return .pemBody(dashes: dashes + 1) }
      return dashes >= 5 && byte == UInt8(ascii: "E") ? .pemEnd(Self.pack("ND ")) : .pemBody(dashes: 0)
    case .pemEnd(let rest):
      guard byte == UInt8(truncatingIfNeeded: rest) else { return .pemBody(dashes: isDash ? 1 : 0) }
      return rest >> 8 == 0 ? .pemEndLabel(dashes: 0) : .pemEnd(rest >> 8)
    case .pemEndLabel(let dashes):
      if !isDash { return .pemEndLabel(dashes: 0) }
      return dashes == 4 ? .pemEnded : .pemEndLabel(dashes: dashes + 1)
    default: return nil
    }
  }

  private static let privateKey = Array("PRIVATE KEY".utf8)

  /// The shapes by their first three letters.
  private static func shape(of word: UInt32) -> State? {
    switch word {
    case 0x65_79_4A: .jwt(dots: 0, part: 3)  // eyJ
    case 0x41_4B_49, 0x41_53_49: .prefix(Self.pack("A"), .awsKey)  // AKI, ASI
    case 0x41_49_7A: .prefix(Self.pack("a"), .letters(minimum: 35, .dashed))  // AIz
    case 0x67_68_6F, 0x67_68_70, 0x67_68_72, 0x67_68_73, 0x67_68_75:  // gho ghp ghr ghs ghu
      .prefix(Self.pack("_"), .letters(minimum: 30, .alphanumeric))
    case 0x67_69_74: .prefix(Self.pack("hub_pat_"), .letters(minimum: 22, .word))  // git
    case 0x67_6C_70: .prefix(Self.pack("at-"), .letters(minimum: 20, .dashed))  // glp
    case 0x73_6B_5F, 0x72_6B_5F: .prefix(Self.pack("live_"), .letters(minimum: 16, .alphanumeric))  // sk_, rk_
    case 0x78_6F_78: .prefix(Self.pack("\u{1}-"), .letters(minimum: 10, .dashed))  // xox
    default: nil
    }
  }

  private static func first(of tail: Tail) -> State {
    switch tail {
    case .letters(let minimum, let alphabet): .letters(count: 0, minimum: minimum, alphabet)
    case .awsKey: .awsKey(count: 0)
    case .pem: .pemLabel(count: 0, matched: 0)
    }
  }

  /// Up to eight ASCII characters, the first in the lowest bits.
  private static func pack(_ text: StaticString) -> UInt64 {
    text.withUTF8Buffer { $0.reversed().reduce(0) { ($0 << 8) | UInt64($1) } }
  }
}
