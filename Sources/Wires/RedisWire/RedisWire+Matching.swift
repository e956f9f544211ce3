import MockrecCore
import MockrecWire

extension RedisWire {
  package func request(from message: Message) -> any WireRequest { RedisRequest(message) }

  /// What is long is told by its length: nobody reads it, and to look for secrets in it takes its time.
  package func summary(of request: Message, with redactor: Redactor) -> String {
    guard let command = RedisRequest(request).command else { return "" }
    let shown = command.arguments.map { $0.count > 1024 ? Array("(\($0.count) bytes)".utf8) : $0 }
    return RedisCommand(shown).redacted(with: redactor).text
  }

  package func plainHead(
    of frame: UnsafeRawBufferPointer, _ rules: MatchRules, into head: UnsafeMutableRawBufferPointer
  ) -> Int? {
    RedisRequest.plainHead(of: frame, rules, into: head)
  }

  package func naming(_ request: Message) -> (verb: String, target: String) {
    let asked = RedisRequest(request)
    guard let command = asked.command else { return ("command", "") }
    let key = command.arguments.dropFirst().first.map { String(decoding: $0.prefix(64), as: UTF8.self) }
    return (command.name.lowercased(), key ?? asked.context.queued.first ?? "")
  }

  package func mismatches(asked: Message, recorded: Message, rules: MatchRules) -> [Mismatch] {
    let (ours, theirs) = (RedisRequest(recorded), RedisRequest(asked))
    let a = ours.command?.redacted(with: rules.redactor).arguments ?? []
    let b = theirs.command?.redacted(with: rules.redactor).arguments ?? []
    var found: [Mismatch] = []
    for index in 0..<max(a.count, b.count) {
      let (x, y) = (index < a.count ? a[index] : nil, index < b.count ? b[index] : nil)
      if index == 0, ours.command?.name == theirs.command?.name { continue }
      guard x != y else { continue }
      found.append(
        Mismatch(index == 0 ? "command" : "argument \(index)", recorded: x.map(Self.shown), asked: y.map(Self.shown)))
    }
    for (part, x, y) in [
      ("database", "\(ours.context.database)", "\(theirs.context.database)"),
      ("RESP version", "\(ours.context.version)", "\(theirs.context.version)"),
      ("transaction", "\(ours.context.isInTransaction)", "\(theirs.context.isInTransaction)"),
      ("queued commands", ours.context.queued.joined(separator: "; "), theirs.context.queued.joined(separator: "; ")),
    ] where x != y {
      found.append(Mismatch(part, recorded: x, asked: y))
    }
    return found
  }

  private static func shown(_ argument: [UInt8]) -> String {
    var text: [UInt8] = []
    RedisText.append(argument.prefix(80), to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
