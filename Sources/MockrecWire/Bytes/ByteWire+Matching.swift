import MockrecCore
import NIOCore

extension ByteWire {
  package func request(from message: Message) -> any WireRequest {
    self.request(
      ByteBuffer(bytes: message.body.bytes ?? []), Self.aside(message), isSecret: Self.isSecret(message))
  }

  private static func isSecret(_ message: Message) -> Bool { message.fields.contains(ByteRequest.secret) }

  static func aside(_ message: Message) -> String { message.start.count > 1 ? message.start[1] : "" }

  /// The first word of a text, and the rest of its line; for other bytes the first few.
  package func naming(_ request: Message) -> (verb: String, target: String) {
    let bytes = request.body.bytes ?? []
    let aside = Self.aside(request).dropFirst().split(separator: " ").joined(separator: "-")
    let words = bytes.prefix(96).split(maxSplits: 1) { $0 == 0x20 || $0 == 10 || $0 == 13 }
    guard ByteText.isText(bytes.prefix(96)) else {
      let words = ByteText.words(in: bytes.prefix(96))
      return (aside.isEmpty ? "bytes" : aside, words.isEmpty ? ByteText.hex(bytes.prefix(8)) : words)
    }
    guard let first = words.first, first.count <= 24, first.allSatisfy(ByteText.isWordByte) else {
      return (aside.isEmpty ? "text" : aside, String(decoding: bytes.prefix(96), as: UTF8.self))
    }
    let verb = String(decoding: first, as: UTF8.self).lowercased()
    let rest = words.count > 1 ? words[1].prefix { $0 != 10 && $0 != 13 } : []
    let target = String(decoding: rest, as: UTF8.self)
    return aside.isEmpty ? (verb, target) : (aside, "\(verb) \(target)")
  }

  package func mismatches(asked: Message, recorded: Message, rules: MatchRules) -> [Mismatch] {
    var found: [Mismatch] = []
    if Self.aside(asked) != Self.aside(recorded) {
      found.append(Mismatch("occasion", recorded: Self.aside(recorded), asked: Self.aside(asked)))
    }
    let (a, b) = (self.comparable(recorded, rules), self.comparable(asked, rules))
    guard a != b else { return found }
    let (x, y) = (ByteText.shown(a), ByteText.shown(b))
    guard x.hasPrefix("\""), y.hasPrefix("\""), x != y else {
      let at = zip(a, b).prefix { $0 == $1 }.count
      func part(_ bytes: [UInt8]) -> String? { at < bytes.count ? ByteText.hex(bytes[at...].prefix(16)) : nil }
      return found + [Mismatch("byte \(at)", recorded: part(a), asked: part(b))]
    }
    return found + [Mismatch("text", recorded: x, asked: y)]
  }

  private func comparable(_ request: Message, _ rules: MatchRules) -> [UInt8] {
    self.rules.masked(rules.redactor.clientMessage(request.body.bytes ?? [], answersChallenge: Self.isSecret(request)))
  }

  /// Secrets give way to their pseudonyms, and what changes from request to request to bytes that are always the same:
  /// masked bytes, and what a reply repeats of them.
  package func redact(_ exchange: Exchange, with redactor: Redactor) -> Exchange {
    var exchange = exchange
    let isSecret = Self.isSecret(exchange.request)
    let request = exchange.request.body.bytes.map {
      self.rules.masked(redactor.clientMessage($0, answersChallenge: isSecret))
    }
    if let request { exchange.request.body = Body(request) }
    exchange.request.fields = Fields()
    for index in exchange.replies.indices {
      guard let bytes = exchange.replies[index].message.body.bytes else { continue }
      let clean = self.pieces(bytes).map { piece in
        var piece = redactor.message(piece)
        self.rules.echo(request ?? [], into: &piece)
        return piece
      }
      exchange.replies[index].message.body = Body(self.keepsPieces ? Datagrams.pack(clean) : clean.flatMap { $0 })
    }
    return exchange
  }

  func pieces(_ body: [UInt8]) -> [[UInt8]] { self.keepsPieces ? Datagrams.unpack(body) : [body] }
}
