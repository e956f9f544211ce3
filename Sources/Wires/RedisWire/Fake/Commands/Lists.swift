/// Lists: pushing, popping and reading.
enum ListCommands {
  static let commands: [Command] = [
    Command("blmove", 6, [.write, .denyoom, .noscript, .blocking], .two, blmove),
    Command("blmpop", -5, [.write, .blocking, .movableKeys], .counted(2), blmpop),
    Command("blpop", -3, [.write, .noscript, .blocking], .range(1, -2, 1), blpop),
    Command("brpop", -3, [.write, .noscript, .blocking], .range(1, -2, 1), brpop),
    Command("brpoplpush", 4, [.write, .denyoom, .noscript, .blocking], .two, brpoplpush),
    Command("lindex", 3, [.readonly], .one, lindex),
    Command("linsert", 5, [.write, .denyoom], .one, linsert),
    Command("llen", 2, [.readonly, .fast], .one, llen),
    Command("lmove", 5, [.write, .denyoom], .two, lmove),
    Command("lmpop", -4, [.write, .movableKeys], .counted(1), lmpop),
    Command("lpop", -2, [.write, .fast], .one, lpop),
    Command("lpos", -3, [.readonly], .one, lpos),
    Command("lpush", -3, [.write, .denyoom, .fast], .one, lpush),
    Command("lpushx", -3, [.write, .denyoom, .fast], .one, lpushX),
    Command("lrange", 4, [.readonly], .one, lrange),
    Command("lrem", 4, [.write], .one, lrem),
    Command("lset", 4, [.write, .denyoom], .one, lset),
    Command("ltrim", 4, [.write], .one, ltrim),
    Command("rpop", -2, [.write, .fast], .one, rpop),
    Command("rpoplpush", 3, [.write, .denyoom], .two, rpoplpush),
    Command("rpush", -3, [.write, .denyoom, .fast], .one, rpush),
    Command("rpushx", -3, [.write, .denyoom, .fast], .one, rpushX),
  ]

  static func lpush(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.push(call, .left, &out, makesList: true)
  }

  static func rpush(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.push(call, .right, &out, makesList: true)
  }

  static func lpushX(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.push(call, .left, &out, makesList: false)
  }

  static func rpushX(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.push(call, .right, &out, makesList: false)
  }

  private static func push(
    _ call: RedisCall, _ end: ListValue.End, _ out: inout RESPWriter, makesList: Bool
  ) throws(RedisError) {
    let found = try call.list(call[1])
    guard found != nil || makesList else { return out.integer(0) }
    let list = found ?? self.makeList(call, call[1])
    for index in 2..<call.count { list.push(call[index], end) }
    call.changed(call[1])
    out.integer(list.count)
  }

  static func makeList(_ call: RedisCall, _ key: RedisBytes) -> ListValue {
    let list = ListValue()
    call.database.insert(key, .list(list))
    return list
  }

  static func lpop(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) { try self.pop(call, .left, &out) }

  static func rpop(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) { try self.pop(call, .right, &out) }

  private static func pop(_ call: RedisCall, _ end: ListValue.End, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count <= 3 else { throw .arity(call[0].lowercased.string) }
    guard call.count == 3 else {
      guard let list = try call.list(call[1]) else { return out.null() }
      out.bulk(list.pop(end))
      return self.finish(call, call[1], list)
    }
    let count = try call.positive(2)
    guard let list = try call.list(call[1]) else { return out.nullArray() }
    self.pop(count, call, call[1], list, end, &out)
  }

  /// Writes and takes up to `count` elements.
  static func pop(
    _ count: Int, _ call: RedisCall, _ key: RedisBytes, _ list: ListValue, _ end: ListValue.End,
    _ out: inout RESPWriter
  ) {
    let count = min(count, list.count)
    out.array(count)
    for _ in 0..<count { out.bulk(list.pop(end)) }
    if count > 0 { self.finish(call, key, list) }
  }

  /// After elements were taken: an empty list goes.
  static func finish(_ call: RedisCall, _ key: RedisBytes, _ list: ListValue) {
    if list.isEmpty { call.remove(key) } else { call.changed(key) }
  }

  static func llen(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try call.list(call[1])?.count ?? 0)
  }

  static func lrange(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let start = try call.int(2)
    let end = try call.int(3)
    guard let list = try call.list(call[1]) else { return out.array(0) }
    let range = self.range(start, end, of: list.count)
    out.array(range.count)
    for index in range { out.bulk(list[index]) }
  }

  /// The places from `start` to `end`, both included, negative ones counted from the end.
  static func range(_ start: Int, _ end: Int, of count: Int) -> Range<Int> {
    let first = max(0, start < 0 ? start + count : start)
    let last = min(count - 1, end < 0 ? end + count : end)
    return first <= last ? first..<last + 1 : 0..<0
  }

  static func lindex(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let list = try call.list(call[1]) else { return out.null() }
    let index = try call.int(2)
    let place = index < 0 ? index + list.count : index
    guard place >= 0, place < list.count else { return out.null() }
    out.bulk(list[place])
  }

  static func lset(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let list = try call.list(call[1]) else { throw .noSuchKey }
    let index = try call.int(2)
    let place = index < 0 ? index + list.count : index
    guard place >= 0, place < list.count else { throw .indexOutOfRange }
    list[place] = call[3]
    call.changed(call[1])
    out.ok()
  }

  static func linsert(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let isAfter = call[2].equals("after")
    guard isAfter || call[2].equals("before") else { throw .syntax }
    guard let list = try call.list(call[1]) else { return out.integer(0) }
    guard let pivot = (0..<list.count).first(where: { list[$0] == call[3] }) else { return out.integer(-1) }
    list.insert(call[4], at: isAfter ? pivot + 1 : pivot)
    call.changed(call[1])
    out.integer(list.count)
  }

  static func lrem(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let count = try call.int(2)
    guard let list = try call.list(call[1]) else { return out.integer(0) }
    let limit = count == 0 ? Int.max : Int(clamping: count.magnitude)
    let removed = list.remove(call[3], limit: limit, from: count < 0 ? .right : .left)
    if removed > 0 { self.finish(call, call[1], list) }
    out.integer(removed)
  }

  static func ltrim(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let start = try call.int(2)
    let end = try call.int(3)
    guard let list = try call.list(call[1]) else { return out.ok() }
    list.trim(to: self.range(start, end, of: list.count))
    self.finish(call, call[1], list)
    out.ok()
  }
}
