import MockrecCore
import MockrecWire
import NIOCore

extension RedisWire {
  package var matchWords: [String] { ["command", "key", "database"] }
  package var replyWords: [String] { ["error"] }
  package var impossibleFaults: [Fault.Word] {
    [.malformedChunk, .truncate, .goaway, .stall, .resetStream, .brokenFrame, .trailers]
  }

  package func requestPattern(_ fields: inout OverlayFields) throws(Diagnostic) -> any RequestPattern {
    try RedisRequestPattern(&fields)
  }

  package func requestMatcher(_ patterns: [any RequestPattern]) -> any RequestMatcher {
    RedisRequestMatcher(patterns.compactMap { $0 as? RedisRequestPattern })
  }

  package func faultReply(
    _ fields: inout OverlayFields, file: (OverlayNode) throws(Diagnostic) -> [UInt8]
  ) throws(Diagnostic) -> Message? {
    guard let error = fields.take("error") else { return nil }
    let text = try error.text("error")
    guard !text.contains(where: \.isNewline), !text.isEmpty else {
      throw error.problem("an error of Redis is one line", fix: "write `error: \"ERR what is wrong\"`")
    }
    return Message(start: [Self.verb, "-" + text], body: Body(RESPValue.error(Array(text.utf8)).bytes))
  }

  /// A command's keys, each with its database.
  package func subject(of request: any WireRequest) -> RequestSubject {
    guard let request = request as? RedisRequest else { return RequestSubject(names: [], changes: nil) }
    let commands = request.carriedOut
    let kinds = commands.map(\.changes)
    let changes: Bool? = kinds.contains(true) ? true : kinds.isEmpty || kinds.contains(nil) ? nil : false
    var subject = RequestSubject(
      names: commands.flatMap(\.keys).map { "\(request.context.database) \(String(decoding: $0, as: UTF8.self))" },
      changes: changes)
    subject.isEverything = commands.contains(where: \.changesEverything)
    return subject
  }

  /// As a Redis answers that holds nothing: the model tells.
  package func absence(of request: any WireRequest) -> Message {
    let bytes = (request as? RedisRequest).map { RedisAbsence.reply(to: $0) } ?? RESPValue.nullBulk.bytes
    return Message(start: [Self.verb, ""], body: Body(bytes))
  }

  package func acknowledgement(of request: any WireRequest) -> Message? {
    guard let request = request as? RedisRequest, let command = request.command, request.carriedOut.count == 1,
      let bytes = RedisAcknowledgement.reply(to: command)
    else { return nil }
    return Message(start: [Self.verb, ""], body: Body(bytes))
  }

  /// An EXEC that is answered otherwise leaves its transaction open, and what was watched.
  package func undoing(_ request: any WireRequest) -> (any WireRequest)? {
    guard let request = request as? RedisRequest, ["EXEC", "DISCARD"].contains(request.command?.name) else {
      return nil
    }
    let discard = RedisCommand([Array("DISCARD".utf8)])
    return RedisRequest(frame: ByteBuffer(bytes: discard.bytes), context: request.context)
  }

  /// The contents of bulk strings, so that a reply can still be read; where it has none, any byte.
  package func payload(of reply: UnsafeRawBufferPointer, headLength: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var at = 0
    while at < reply.count, let end = reply[at...].firstIndex(of: 0x0A) {
      let line = reply[at..<end]
      at = end + 1
      guard let type = line.first, "$=!".utf8.contains(type) else { continue }
      let digits = line.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard let count = Int(String(decoding: digits, as: UTF8.self)), count <= reply.count - at else { continue }
      if count > 0 { ranges.append(at..<at + count) }
      at += count + 2
    }
    return ranges.isEmpty ? [0..<reply.count] : ranges
  }
}

/// What Redis answers where no key is there.
enum RedisAbsence {
  static func reply(to request: RedisRequest) -> [UInt8] {
    let fake = RedisFake(seed: 0) { 0 }
    let client = fake.open()
    var replies: [[UInt8]] = []
    let commands = request.carriedOut
    for command in commands {
      var out = RESPWriter(version: request.context.version)
      client.protocolVersion = request.context.version
      let arguments = command.arguments.map { RedisBytes($0) }
      let known = arguments.first.flatMap { CommandTable.shared.index(of: $0) }.map { CommandTable.shared.commands[$0] }
      if let known, command.changes != nil {
        _ = fake.execute(arguments, as: known, for: client, into: &out)
      } else {
        Self.write(command, &out)
      }
      replies.append(out.bytes)
    }
    guard request.command?.name == "EXEC" else { return replies.first ?? RESPValue.nullBulk.bytes }
    return Array("*\(replies.count)\r\n".utf8) + replies.joined()
  }
}

extension RedisAbsence {
  /// What the model does not serve.
  fileprivate static func write(_ command: RedisCommand, _ out: inout RESPWriter) {
    let names = max(0, command.arguments.count - 2)
    switch command.name {
    case "GEOSEARCH", "GEORADIUS_RO", "GEORADIUSBYMEMBER_RO": out.array(0)
    case "GEOPOS", "GEOHASH":
      out.array(names)
      for _ in 0..<names { command.name == "GEOPOS" ? out.nullArray() : out.null() }
    default: out.null()
    }
  }
}

/// What acknowledges a change whatever the keys hold.
enum RedisAcknowledgement {
  /// Commands that say OK, or an error.
  private static let plain: Set<String> = [
    "SET", "SETEX", "PSETEX", "MSET", "HMSET", "FLUSHALL", "FLUSHDB", "PFMERGE", "LTRIM", "RESTORE", "SWAPDB",
  ]

  static func isKnown(_ name: String) -> Bool { Self.plain.contains(name) }

  /// nil where the answer depends on what is there.
  static func reply(to command: RedisCommand) -> [UInt8]? {
    guard Self.plain.contains(command.name) else { return nil }
    if command.name == "SET" {
      let conditions = command.arguments.indices.dropFirst(3).map { command.word($0) }
      if conditions.contains(where: { ["NX", "XX", "GET"].contains($0) }) { return nil }
    }
    return RESPValue.simple(Array("OK".utf8)).bytes
  }
}
