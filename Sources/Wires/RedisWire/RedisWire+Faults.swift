import MockrecCore
import MockrecWire
import NIOCore

extension RedisWire {
  package var matchWords: [String] { ["command", "key", "database"] }
  package var replyWords: [String] { ["error"] }
  package var impossibleFaults: [Fault.Word] { [.malformedChunk, .truncate] }

  package func requestPattern(_ fields: inout OverlayFields) throws(Diagnostic) -> any RequestPattern {
    var pattern = RedisRequestPattern()
    if let command = fields.take("command") {
      for node in try command.list("command") { pattern.commands.insert(try node.text("command").uppercased()) }
    }
    if let key = fields.take("key") { pattern.key = TextPattern(try key.text("key")) }
    if let database = fields.take("database") { pattern.database = try database.integer("database", in: 0...1_000_000) }
    return pattern
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

  package func subject(of request: any WireRequest) -> RequestSubject {
    guard let command = (request as? RedisRequest)?.command else { return RequestSubject(names: [], changes: nil) }
    return RequestSubject(
      names: command.arguments.dropFirst().prefix(1).map { String(decoding: $0, as: UTF8.self) },
      changes: !RedisCommands.isSafe(command))
  }

  package func absence(of request: any WireRequest) -> Message {
    Message(start: [Self.verb, ""], body: Body(Array("$-1\r\n".utf8)))
  }
}

/// What a rule's `match:` asks of a command.
struct RedisRequestPattern: RequestPattern {
  /// In upper case; any where empty.
  var commands: Set<String> = []
  var key: TextPattern?
  var database: Int?

  var readsBody: Bool { false }
  var changes: Bool? { nil }

  func matches(_ request: any WireRequest) -> Bool {
    guard let command = (request as? RedisRequest)?.command else { return false }
    if !self.commands.isEmpty, !self.commands.contains(command.name) { return false }
    guard let key = self.key else { return true }
    return command.arguments.dropFirst().contains { key.matches($0) }
  }

  func matches(body: [UInt8], of request: any WireRequest) -> Bool { true }
  func covers(_ other: any RequestPattern) -> Bool { false }
}
