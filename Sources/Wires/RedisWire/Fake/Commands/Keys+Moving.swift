/// Keys renamed, copied and moved between databases.
extension KeyCommands {
  static func rename(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    _ = try self.rename(call, replaces: true)
    out.ok()
  }

  static func renameNX(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try self.rename(call, replaces: false) ? 1 : 0)
  }

  private static func rename(_ call: RedisCall, replaces: Bool) throws(RedisError) -> Bool {
    guard let value = call.value(call[1]) else { throw .noSuchKey }
    if call[1] == call[2] { return replaces }
    guard replaces || !call.database.contains(call[2]) else { return false }
    let expiry = call.database.expiry(call[1])
    call.remove(call[1])
    call.database.remove(call[2])
    call.store(call[2], value)
    if let expiry { call.database.setExpiry(expiry, of: call[2]) }
    return true
  }

  static func copy(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var target = call.database
    var replaces = false
    var index = 3
    while index < call.count {
      if call[index].equals("replace") {
        replaces = true
      } else if call[index].equals("db"), index + 1 < call.count {
        target = try call.database(index + 1)
        index += 1
      } else {
        throw .syntax
      }
      index += 1
    }
    guard target !== call.database || call[1] != call[2] else { throw .sameObject }
    guard let value = call.value(call[1]) else { return out.integer(0) }
    guard replaces || !target.contains(call[2]) else { return out.integer(0) }
    target.remove(call[2])
    self.place(call, value.copy(), call[2], in: target, expiry: call.database.expiry(call[1]))
    out.integer(1)
  }

  static func move(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let target = try call.database(2)
    guard target !== call.database else { throw .sameObject }
    guard let value = call.value(call[1]), !target.contains(call[1]) else { return out.integer(0) }
    let expiry = call.database.expiry(call[1])
    call.remove(call[1])
    self.place(call, value, call[1], in: target, expiry: expiry)
    out.integer(1)
  }

  private static func place(
    _ call: RedisCall, _ value: RedisValue, _ key: RedisBytes, in target: Database, expiry: Int64?
  ) {
    target.set(key, value)
    target.setExpiry(expiry, of: key)
    target.spoilWatches(of: key)
    call.fake.changes += 1
  }

  static func swapDatabases(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let first = call[1].int64.flatMap({ Int32(exactly: $0) }).map(Int.init) else {
      throw RedisError("ERR invalid first DB index")
    }
    guard let second = call[2].int64.flatMap({ Int32(exactly: $0) }).map(Int.init) else {
      throw RedisError("ERR invalid second DB index")
    }
    let indices = call.fake.databases.indices
    guard indices.contains(first), indices.contains(second) else { throw RedisError("ERR DB index is out of range") }
    if first != second { call.fake.exchangeDatabases(first, second) }
    call.fake.changes += 1
    out.ok()
  }
}
