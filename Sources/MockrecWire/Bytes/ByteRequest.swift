import MockrecCore
import NIOCore

/// A request of a protocol that mockrec does not speak: its bytes as they came.
package struct ByteRequest: WireRequest {
  package let frame: ByteBuffer
  /// Where the machine itself asks for what the server says unasked: `@connect`, `@later 1`, and the frame is what the
  /// client said last.
  package let aside: String
  /// It answers a server that asks who its client is: all of it is a secret.
  package let isSecret: Bool
  let verb: String
  let rules: ByteRules
  let keepsPieces: Bool

  package init(
    frame: ByteBuffer, aside: String, isSecret: Bool = false, verb: String, rules: ByteRules, keepsPieces: Bool
  ) {
    self.frame = frame
    self.aside = aside
    self.isSecret = isSecret
    self.verb = verb
    self.rules = rules
    self.keepsPieces = keepsPieces
  }

  var bytes: [UInt8] { Array(self.frame.readableBytesView) }

  package var summary: String {
    let shown = self.frame.readableBytes > 0 || self.aside.isEmpty ? ByteText.shown(self.bytes) : ""
    return [self.verb, self.aside, shown].filter { !$0.isEmpty }.joined(separator: " ")
  }

  package var message: Message {
    Message(
      start: [self.verb, self.aside], fields: self.isSecret ? Fields([(Self.secret, "")]) : Fields(),
      body: Body(self.bytes))
  }

  /// The field of a message that is a secret.
  static let secret = "secret"

  package func key(_ rules: MatchRules) -> MatchKey {
    let bytes = self.rules.masked(rules.redactor.clientMessage(self.bytes, answersChallenge: self.isSecret))
    return MatchKey(
      head: "\(self.verb) \(self.aside) \(ByteText.shown(bytes))", body: bytes.isEmpty ? 0 : FNV1a(bytes).value)
  }

  package func keyBuilder(_ rules: MatchRules, limits: WireLimits) -> any KeyBuilder {
    ByteKeyBuilder(request: self, rules: rules)
  }

  package var identity: ByteBuffer? { self.aside.isEmpty && !self.isSecret ? self.frame : nil }

  package var unrecorded: Unrecorded { self.aside.isEmpty ? .miss : .silence }

  package func patch(_ reply: inout ByteBuffer) {
    guard !self.rules.echoes.isEmpty, reply.readableBytes > 0 else { return }
    let request = self.frame.readableBytesView
    var bytes = Array(reply.readableBytesView)
    if self.keepsPieces {
      bytes = Datagrams.pack(
        Datagrams.unpack(bytes).map { piece in
          var piece = piece
          self.rules.echo(request, into: &piece)
          return piece
        })
    } else {
      self.rules.echo(request, into: &bytes)
    }
    reply = ByteBuffer(bytes: bytes)
  }
}

/// Takes a request's bytes and gives its key.
private final class ByteKeyBuilder: KeyBuilder {
  private let request: ByteRequest
  private let rules: MatchRules
  private var bytes = ByteBuffer()

  init(request: ByteRequest, rules: MatchRules) {
    self.request = request
    self.rules = rules
  }

  var kept: [UInt8]? { Array(self.bytes.readableBytesView) }

  func feed(_ bytes: UnsafeRawBufferPointer) { self.bytes.writeBytes(bytes) }

  func finish() -> MatchKey {
    ByteRequest(
      frame: self.bytes, aside: self.request.aside, isSecret: self.request.isSecret, verb: self.request.verb,
      rules: self.request.rules, keepsPieces: self.request.keepsPieces
    ).key(self.rules)
  }
}

/// Bytes as people read them.
enum ByteText {
  private static let longest = 160

  /// In one line: a text in quotes, anything else in hex digits, the beginning of what is long.
  static func shown(_ bytes: [UInt8]) -> String {
    let head = bytes.prefix(Self.longest)
    let more = head.count < bytes.count ? "… (\(bytes.count) bytes)" : ""
    guard self.isText(bytes[...]) else {
      return self.hex(head.prefix(48)) + (bytes.count > 48 ? "… (\(bytes.count) bytes)" : "")
    }
    var text: [UInt8] = []
    text.reserveCapacity(head.count + 16)
    for byte in head {
      switch byte {
      case UInt8(ascii: "\\"): text += [byte, byte]
      case UInt8(ascii: "\r"): text += Array(#"\r"#.utf8)
      case UInt8(ascii: "\n"): text += Array(#"\n"#.utf8)
      case UInt8(ascii: "\t"): text += Array(#"\t"#.utf8)
      default: text.append(byte)
      }
    }
    return "\"\(String(decoding: text, as: UTF8.self))\"\(more)"
  }

  /// Whether there are no control characters but those of lines.
  static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 || $0 == 10 || $0 == 13 }
  }

  /// The words of three letters and more that stand among other bytes.
  static func words(in bytes: ArraySlice<UInt8>) -> String {
    bytes.split { !self.isWordByte($0) }.filter { $0.count > 2 }
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
