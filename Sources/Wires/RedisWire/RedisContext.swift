import MockrecCore

/// What a connection's past makes of its next command.
struct RedisContext: Sendable, Hashable {
  var database = 0
  /// The version of RESP that replies are written in.
  var version = 2
  /// Between MULTI and EXEC: the commands are queued.
  var isInTransaction = false
  /// For EXEC: what was queued, each command in one line.
  var queued: [String] = []

  /// As fields of a request's message, and as marks of an entry: only what differs from a new connection's.
  var fields: Fields {
    var fields = Fields()
    if self.database != 0 { fields.append("db", String(self.database)) }
    if self.version != 2 { fields.append("resp", String(self.version)) }
    if self.isInTransaction { fields.append("multi", "") }
    for command in self.queued { fields.append("queued", command) }
    return fields
  }

  static let names: Set<String> = ["db", "resp", "multi", "queued"]

  init() {}

  init(_ fields: Fields) {
    for field in fields.list {
      switch field.name {
      case "db": self.database = Int(field.value) ?? 0
      case "resp": self.version = Int(field.value) ?? 2
      case "multi": self.isInTransaction = true
      case "queued": self.queued.append(field.value)
      default: continue
      }
    }
  }
}
