/// Sets: their members one by one.
enum SetCommands {
  static let commands: [Command] = [
    Command("sadd", -3, [.write, .denyoom, .fast], .one, sadd),
    Command("scard", 2, [.readonly, .fast], .one, scard),
    Command("sdiff", -2, [.readonly], .all, sdiff),
    Command("sdiffstore", -3, [.write, .denyoom], .all, sdiffStore),
    Command("sinter", -2, [.readonly], .all, sinter),
    Command("sintercard", -3, [.readonly, .movableKeys], .counted(1), sinterCard),
    Command("sinterstore", -3, [.write, .denyoom], .all, sinterStore),
    Command("sismember", 3, [.readonly, .fast], .one, sisMember),
    Command("smembers", 2, [.readonly], .one, smembers),
    Command("smismember", -3, [.readonly, .fast], .one, smisMember),
    Command("smove", 4, [.write, .fast], .two, smove),
    Command("spop", -2, [.write, .fast], .one, spop),
    Command("srandmember", -2, [.readonly], .one, srandMember),
    Command("srem", -3, [.write, .fast], .one, srem),
    Command("sscan", -3, [.readonly], .one, ScanCommands.sscan),
    Command("sunion", -2, [.readonly], .all, sunion),
    Command("sunionstore", -3, [.write, .denyoom], .all, sunionStore),
  ]

  static func sadd(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let found = try call.set(call[1])
    let set = found ?? SetValue()
    var added = 0
    for index in 2..<call.count where set.add(call[index], limits: call.limits) { added += 1 }
    if found == nil { call.database.insert(call[1], .set(set)) }
    if added > 0 { call.changed(call[1]) }
    out.integer(added)
  }

  static func srem(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let set = try call.set(call[1]) else { return out.integer(0) }
    var removed = 0
    for index in 2..<call.count where set.remove(call[index]) { removed += 1 }
    if removed > 0 { self.finish(call, call[1], set) }
    out.integer(removed)
  }

  /// After members were taken: an empty set goes.
  private static func finish(_ call: RedisCall, _ key: RedisBytes, _ set: SetValue) {
    if set.count == 0 { call.remove(key) } else { call.changed(key) }
  }

  static func scard(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try call.set(call[1])?.count ?? 0)
  }

  static func sisMember(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try call.set(call[1])?.contains(call[2]) == true ? 1 : 0)
  }

  static func smisMember(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let set = try call.set(call[1])
    out.array(call.count - 2)
    for index in 2..<call.count { out.integer(set?.contains(call[index]) == true ? 1 : 0) }
  }

  static func smembers(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let set = try call.set(call[1]) else { return out.set(0) }
    out.set(set.count)
    set.visit { out.bulk($0) }
  }

  static func smove(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let value = call.value(call[1]) else { return out.integer(0) }
    guard case .set(let source) = value else { throw .wrongType }
    let target = try call.set(call[2])
    if let target, target === source { return out.integer(source.contains(call[3]) ? 1 : 0) }
    guard source.remove(call[3]) else { return out.integer(0) }
    self.finish(call, call[1], source)
    if let target {
      target.add(call[3], limits: call.limits)
      call.changed(call[2])
    } else {
      call.store(call[2], .set(SetValue(adding: [call[3]], limits: call.limits)))
    }
    out.integer(1)
  }

  static func spop(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count <= 3 else { throw .syntax }
    guard call.count == 3 else {
      guard let set = try call.set(call[1]) else { return out.null() }
      let member = set.randomMember(&call.fake.random)
      set.remove(member)
      self.finish(call, call[1], set)
      return out.bulk(member)
    }
    let count = try call.positive(2)
    guard let set = try call.set(call[1]), count > 0 else { return out.set(0) }
    let size = min(count, set.count)
    out.set(size)
    for _ in 0..<size {
      let member = set.randomMember(&call.fake.random)
      set.remove(member)
      out.bulk(member)
    }
    self.finish(call, call[1], set)
  }

  static func srandMember(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count <= 3 else { throw .syntax }
    guard call.count == 3 else {
      guard let set = try call.set(call[1]) else { return out.null() }
      return out.bulk(set.randomMember(&call.fake.random))
    }
    let count = try call.sampleSize(2)
    guard let set = try call.set(call[1]), count != 0 else { return out.array(0) }
    if count < 0 {
      out.array(Int(clamping: count.magnitude))
      return try call.writeSample(count.magnitude, into: &out) { $0.bulk(set.randomMember(&call.fake.random)) }
    }
    var members = set.members
    let size = min(count, members.count)
    out.array(size)
    for index in 0..<size {
      if size < members.count {
        members.swapAt(index, index + call.fake.random.below(members.count - index))
      }
      out.bulk(members[index])
    }
  }
}
