/// Lists: popping from one of several, moving between two, and waiting for either.
extension ListCommands {
  static func end(_ word: RedisBytes) throws(RedisError) -> ListValue.End {
    if word.equals("left") { return .left }
    if word.equals("right") { return .right }
    throw .syntax
  }

  // MARK: Moving an element

  static func lmove(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let from = try self.end(call[3])
    let to = try self.end(call[4])
    if try !self.move(call, from, to, &out) { out.null() }
  }

  static func rpoplpush(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    if try !self.move(call, .right, .left, &out) { out.null() }
  }

  static func blmove(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let from = try self.end(call[3])
    let to = try self.end(call[4])
    try self.moveOrWait(call, from, to, until: try call.timeout(5), &out)
  }

  static func brpoplpush(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.moveOrWait(call, .right, .left, until: try call.timeout(3), &out)
  }

  private static func moveOrWait(
    _ call: RedisCall, _ from: ListValue.End, _ to: ListValue.End, until deadline: Int64?, _ out: inout RESPWriter
  ) throws(RedisError) {
    if try self.move(call, from, to, &out) { return }
    call.block(on: [call[1]], for: .list, until: deadline, repliesWithArray: false, into: &out)
  }

  /// Moves an element from the list at 1 to the list at 2 and writes it. Returns whether there was one.
  private static func move(
    _ call: RedisCall, _ from: ListValue.End, _ to: ListValue.End, _ out: inout RESPWriter
  ) throws(RedisError) -> Bool {
    guard let source = try call.list(call[1]) else { return false }
    let found = try call.list(call[2])
    let element = source.pop(from)
    // Pushed before the source may go, as the two may be one.
    (found ?? self.makeList(call, call[2])).push(element, to)
    call.changed(call[2])
    self.finish(call, call[1], source)
    out.bulk(element)
    return true
  }

  // MARK: Popping from the first list that has something

  static func blpop(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.popOrWait(call, .left, &out)
  }

  static func brpop(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.popOrWait(call, .right, &out)
  }

  private static func popOrWait(_ call: RedisCall, _ end: ListValue.End, _ out: inout RESPWriter) throws(RedisError) {
    let deadline = try call.timeout(call.count - 1)
    let keys = Array(call.arguments[1..<call.count - 1])
    for key in call.readyKey.map({ [$0] }) ?? keys {
      guard let list = try call.list(key) else { continue }
      out.array(2)
      out.bulk(key)
      out.bulk(list.pop(end))
      return self.finish(call, key, list)
    }
    call.block(on: keys, for: .list, until: deadline, into: &out)
  }

  static func lmpop(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let choice = try self.choice(call, at: 1)
    if try !self.popSeveral(call, choice, &out) { out.nullArray() }
  }

  static func blmpop(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let choice = try self.choice(call, at: 2)
    let deadline = try call.timeout(1)
    if try self.popSeveral(call, choice, &out) { return }
    call.block(on: choice.keys, for: .list, until: deadline, into: &out)
  }

  private typealias Choice = (keys: [RedisBytes], end: ListValue.End, count: Int)

  /// Reads `numkeys key... LEFT|RIGHT [COUNT n]`.
  private static func choice(_ call: RedisCall, at start: Int) throws(RedisError) -> Choice {
    let badCount = RedisError("ERR numkeys should be greater than 0")
    guard let keyCount = call[start].int64, keyCount > 0 else { throw badCount }
    guard keyCount < Int64(call.count - start - 1) else { throw .syntax }
    let afterKeys = start + 1 + Int(keyCount)
    let end = try self.end(call[afterKeys])
    var count: Int?
    var index = afterKeys + 1
    while index < call.count {
      guard count == nil, call[index].equals("count"), index + 1 < call.count else { throw .syntax }
      guard let number = call[index + 1].int64, number > 0 else {
        throw RedisError("ERR count should be greater than 0")
      }
      count = Int(number)
      index += 2
    }
    return (Array(call.arguments[start + 1..<afterKeys]), end, count ?? 1)
  }

  private static func popSeveral(
    _ call: RedisCall, _ choice: Choice, _ out: inout RESPWriter
  ) throws(RedisError) -> Bool {
    for key in call.readyKey.map({ [$0] }) ?? choice.keys {
      guard let list = try call.list(key) else { continue }
      out.array(2)
      out.bulk(key)
      self.pop(choice.count, call, key, list, choice.end, &out)
      return true
    }
    return false
  }
}
