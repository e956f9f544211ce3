/// Sets together: intersection, union, difference.
extension SetCommands {
  private enum Operation { case intersection, union, difference }

  static func sinter(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.write(try self.result(.intersection, call, from: 1), &out)
  }

  static func sunion(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.write(try self.result(.union, call, from: 1), &out)
  }

  static func sdiff(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.write(try self.result(.difference, call, from: 1), &out)
  }

  static func sinterStore(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.store(try self.result(.intersection, call, from: 2), call, &out)
  }

  static func sunionStore(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.store(try self.result(.union, call, from: 2), call, &out)
  }

  static func sdiffStore(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.store(try self.result(.difference, call, from: 2), call, &out)
  }

  static func sinterCard(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let keyCount = call[1].int64, keyCount > 0 else {
      throw RedisError("ERR numkeys should be greater than 0")
    }
    guard keyCount <= Int64(call.count - 2) else {
      throw RedisError("ERR Number of keys can't be greater than number of args")
    }
    var limit = 0
    var index = 2 + Int(keyCount)
    while index < call.count {
      guard call[index].equals("limit"), index + 1 < call.count else { throw .syntax }
      guard let number = call[index + 1].int64, number >= 0 else { throw RedisError("ERR LIMIT can't be negative") }
      limit = Int(number)
      index += 2
    }
    let sets = try self.sets(call, call.arguments[2..<2 + Int(keyCount)])
    let count = self.intersection(sets, call).count
    out.integer(limit > 0 ? min(limit, count) : count)
  }

  private static func write(_ set: SetValue, _ out: inout RESPWriter) {
    out.set(set.count)
    set.visit { out.bulk($0) }
  }

  private static func store(_ set: SetValue, _ call: RedisCall, _ out: inout RESPWriter) {
    if set.count == 0 { call.remove(call[1]) } else { call.store(call[1], .set(set)) }
    out.integer(set.count)
  }

  private static func sets(_ call: RedisCall, _ keys: ArraySlice<RedisBytes>) throws(RedisError) -> [SetValue?] {
    var sets: [SetValue?] = []
    for key in keys { sets.append(try call.set(key)) }
    return sets
  }

  private static func result(_ operation: Operation, _ call: RedisCall, from start: Int) throws(RedisError) -> SetValue
  {
    let sets = try self.sets(call, call.arguments[start...])
    switch operation {
    case .intersection:
      return self.intersection(sets, call)
    case .union:
      let union = SetValue()
      for set in sets { set?.visit { union.add($0, limits: call.limits) } }
      return union
    case .difference:
      let difference = SetValue()
      sets[0]?.visit { member in
        if !sets.dropFirst().contains(where: { $0?.contains(member) == true }) {
          difference.add(member, limits: call.limits)
        }
      }
      return difference
    }
  }

  private static func intersection(_ sets: [SetValue?], _ call: RedisCall) -> SetValue {
    let common = SetValue()
    let present = sets.compactMap { $0 }.sorted { $0.count < $1.count }
    guard present.count == sets.count else { return common }
    present[0].visit { member in
      if present.dropFirst().allSatisfy({ $0.contains(member) }) { common.add(member, limits: call.limits) }
    }
    return common
  }
}
