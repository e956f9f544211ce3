import MockrecCore

/// What clients say to every Redis before they say what they came for, answered as any Redis does.
enum RedisChatter {
  /// nil for a command that is no chatter: only a recording knows its answer.
  static func reply(to command: RedisCommand, context: RedisContext) -> [UInt8]? {
    if context.isInTransaction, !["EXEC", "DISCARD"].contains(command.name) { return self.simple("QUEUED") }
    switch command.name {
    case "PING":
      guard command.arguments.count > 1 else { return self.simple("PONG") }
      return RESPValue.bulk(command.arguments[1]).bytes
    case "ECHO":
      return command.arguments.count == 2 ? RESPValue.bulk(command.arguments[1]).bytes : nil
    case "HELLO": return self.hello(command, context)
    case "AUTH", "SELECT", "READONLY", "READWRITE", "ASKING", "UNWATCH", "WATCH", "MULTI", "DISCARD", "QUIT":
      return self.simple("OK")
    case "RESET": return self.simple("RESET")
    case "CLIENT": return self.client(command)
    case "COMMAND":
      switch command.word(1) {
      case "DOCS": return context.version == 3 ? RESPValue.map([]).bytes : RESPValue.array([]).bytes
      case "COUNT": return RESPValue.integer(Array("0".utf8)).bytes
      default: return RESPValue.array([]).bytes
      }
    case "MONITOR":
      return RESPValue.error(Array("ERR mockrec does not serve MONITOR".utf8)).bytes
    default: return nil
    }
  }

  /// The names of all that may be chatter outside of a transaction.
  static let names = RedisNameSet([
    "PING", "ECHO", "HELLO", "AUTH", "SELECT", "READONLY", "READWRITE", "ASKING", "UNWATCH", "WATCH", "MULTI",
    "DISCARD", "QUIT", "RESET", "CLIENT", "COMMAND", "MONITOR",
  ])

  private static func simple(_ text: String) -> [UInt8] { RESPValue.simple(Array(text.utf8)).bytes }

  private static func client(_ command: RedisCommand) -> [UInt8]? {
    switch command.word(1) {
    case "SETNAME", "SETINFO", "NO-EVICT", "NO-TOUCH", "REPLY", "TRACKING": self.simple("OK")
    case "ID": RESPValue.integer(Array("1".utf8)).bytes
    // What redis-py 7 asks of every server in RESP3; a Redis 7 does not know it.
    case "MAINT_NOTIFICATIONS":
      RESPValue.error(Array("ERR unknown subcommand 'MAINT_NOTIFICATIONS'. Try CLIENT HELP.".utf8)).bytes
    default: nil
    }
  }

  /// What a Redis 7 says of itself, in the version that is asked for.
  private static func hello(_ command: RedisCommand, _ context: RedisContext) -> [UInt8] {
    let version = command.arguments.count > 1 ? Int(command.word(1)) : context.version
    guard let version, version == 2 || version == 3 else {
      return RESPValue.error(Array("NOPROTO unsupported protocol version".utf8)).bytes
    }
    func text(_ text: String) -> RESPValue { .bulk(Array(text.utf8)) }
    func number(_ number: Int) -> RESPValue { .integer(Array(String(number).utf8)) }
    let about: [RESPValue] = [
      text("server"), text("redis"), text("version"), text("7.0.15"), text("proto"), number(version), text("id"),
      number(1), text("mode"), text("standalone"), text("role"), text("master"), text("modules"), .array([]),
    ]
    return (version == 3 ? RESPValue.map(about) : .array(about)).bytes
  }
}
