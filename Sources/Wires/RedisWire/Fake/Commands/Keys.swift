/// Keys of whatever type.
enum KeyCommands {
  static let commands: [Command] = [
    Command("copy", -3, [.write, .denyoom], .two, copy),
    Command("dbsize", 1, [.readonly, .fast], .none, dbSize),
    Command("del", -2, [.write], .all, del),
    Command("exists", -2, [.readonly, .fast], .all, exists),
    Command("expire", -3, [.write, .fast], .one, expire),
    Command("expireat", -3, [.write, .fast], .one, expireAt),
    Command("expiretime", 2, [.readonly, .fast], .one, expireTime),
    Command("flushall", -1, [.write], .none, flushAll),
    Command("flushdb", -1, [.write], .none, flushDatabase),
    Command("keys", 2, [.readonly], .none, keys),
    Command("move", 3, [.write, .fast], .one, move),
    Command(
      container: "object",
      [
        Command("object|encoding", 3, [.readonly], .range(2, 2, 1), objectEncoding),
        Command("object|freq", 3, [.readonly], .range(2, 2, 1), objectFrequency),
        Command("object|help", 2, [.loading, .stale], .none, objectHelp),
        Command("object|idletime", 3, [.readonly], .range(2, 2, 1), objectIdleTime),
        Command("object|refcount", 3, [.readonly], .range(2, 2, 1), objectReferences),
      ]),
    Command("persist", 2, [.write, .fast], .one, persist),
    Command("pexpire", -3, [.write, .fast], .one, pexpire),
    Command("pexpireat", -3, [.write, .fast], .one, pexpireAt),
    Command("pexpiretime", 2, [.readonly, .fast], .one, pexpireTime),
    Command("pttl", 2, [.readonly, .fast], .one, pttl),
    Command("randomkey", 1, [.readonly], .none, randomKey),
    Command("rename", 3, [.write], .two, rename),
    Command("renamenx", 3, [.write, .fast], .two, renameNX),
    Command("scan", -2, [.readonly], .none, ScanCommands.scan),
    Command("swapdb", 3, [.write, .fast], .none, swapDatabases),
    Command("touch", -2, [.readonly, .fast], .all, exists),
    Command("ttl", 2, [.readonly, .fast], .one, ttl),
    Command("type", 2, [.readonly, .fast], .one, type),
    Command("unlink", -2, [.write, .fast], .all, del),
  ]

  static func del(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var removed = 0
    for key in call.arguments.dropFirst() where call.remove(key) { removed += 1 }
    out.integer(removed)
  }

  static func exists(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var found = 0
    for key in call.arguments.dropFirst() where call.database.contains(key) { found += 1 }
    out.integer(found)
  }

  static func type(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let value = call.value(call[1]) else { return out.simple("none") }
    out.simple(value.typeName)
  }

  static func keys(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    call.database.removeDue()
    var found: [RedisBytes] = []
    let pattern = call[1]
    let takesAll = pattern == "*"
    call.database.entries.visit { key, entry in
      if entry.expiry > call.now, takesAll || globMatches(pattern, key) { found.append(key) }
    }
    out.array(found.count)
    for key in found { out.bulk(key) }
  }

  static func randomKey(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    call.database.removeDue()
    let entries = call.database.entries
    while !entries.isEmpty {
      let key = entries.key(at: entries.randomPlace(&call.fake.random))
      // What is over already is removed by looking at it.
      if call.database.contains(key) { return out.bulk(key) }
    }
    out.null()
  }

  static func dbSize(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    call.database.removeDue()
    out.integer(call.database.count)
  }

  static func flushDatabase(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.checkFlush(call)
    call.database.removeAll()
    call.fake.changes += 1
    out.ok()
  }

  static func flushAll(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.checkFlush(call)
    for database in call.fake.databases { database.removeAll() }
    call.fake.changes += 1
    out.ok()
  }

  private static func checkFlush(_ call: RedisCall) throws(RedisError) {
    guard call.count == 1 || call.count == 2 && (call[1].equals("sync") || call[1].equals("async")) else {
      throw .syntax
    }
  }
}
