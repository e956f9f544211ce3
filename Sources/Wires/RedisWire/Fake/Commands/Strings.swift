/// Strings: GET, SET and what goes with them.
enum StringCommands {
  static let commands: [Command] = [
    Command("append", 3, [.write, .denyoom, .fast], .one, append),
    Command("get", 2, [.readonly, .fast], .one, get),
    Command("getdel", 2, [.write, .fast], .one, getDel),
    Command("getex", -2, [.write, .fast], .one, getEx),
    Command("getrange", 4, [.readonly], .one, getRange),
    Command("getset", 3, [.write, .denyoom, .fast], .one, getSet),
    Command("lcs", -3, [.readonly], .two, lcs),
    Command("mget", -2, [.readonly, .fast], .all, mget),
    Command("mset", -3, [.write, .denyoom], .range(1, -1, 2), mset),
    Command("msetnx", -3, [.write, .denyoom], .range(1, -1, 2), msetNX),
    Command("psetex", 4, [.write, .denyoom], .one, psetEx),
    Command("set", -3, [.write, .denyoom], .one, set),
    Command("setex", 4, [.write, .denyoom], .one, setEx),
    Command("setnx", 3, [.write, .denyoom, .fast], .one, setNX),
    Command("setrange", 4, [.write, .denyoom], .one, setRange),
    Command("strlen", 2, [.readonly, .fast], .one, strlen),
    Command("substr", 4, [.readonly], .one, getRange),
    Command("decr", 2, [.write, .denyoom, .fast], .one, decr),
    Command("decrby", 3, [.write, .denyoom, .fast], .one, decrBy),
    Command("incr", 2, [.write, .denyoom, .fast], .one, incr),
    Command("incrby", 3, [.write, .denyoom, .fast], .one, incrBy),
    Command("incrbyfloat", 3, [.write, .denyoom, .fast], .one, incrByFloat),
  ]

  /// The most bytes a string may have.
  static let maximumLength = 512 * 1024 * 1024
  static let tooLong = RedisError("ERR string exceeds maximum allowed size (proto-max-bulk-len)")

  static func get(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let value = try call.string(call[1]) else { return out.null() }
    value.withBytes { out.bulk($0) }
  }

  static func set(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count > 3 else {
      call.store(call[1], .string(StringValue(call[2])))
      return out.ok()
    }
    let options = try StringOptions(call, from: 3, isSet: true)
    let expiry = try options.expiry(call)
    let key = call[1]
    let old = call.value(key)
    if options.get, let old {
      guard case .string = old else { throw .wrongType }
    }
    let isSet = !(options.onlyNew && old != nil || options.onlyOld && old == nil)
    if isSet {
      call.database.set(key, .string(StringValue(call[2])), keepingExpiry: options.keepsExpiry)
      if let expiry { call.database.setExpiry(expiry, of: key) }
      call.changed(key)
    }
    guard options.get else { return isSet ? out.ok() : out.null() }
    guard case .string(let value) = old else { return out.null() }
    value.withBytes { out.bulk($0) }
  }

  static func setNX(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard !call.database.contains(call[1]) else { return out.integer(0) }
    call.store(call[1], .string(StringValue(call[2])))
    out.integer(1)
  }

  static func setEx(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.set(call, &out, unit: .seconds)
  }

  static func psetEx(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.set(call, &out, unit: .milliseconds)
  }

  private static func set(_ call: RedisCall, _ out: inout RESPWriter, unit: ExpiryTime.Unit) throws(RedisError) {
    let expiry = try ExpiryTime(unit: unit, isRelative: true, argument: 2).moment(call)
    call.store(call[1], .string(StringValue(call[3])))
    call.database.setExpiry(expiry, of: call[1])
    out.ok()
  }

  static func getSet(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.get(call, &out)
    call.store(call[1], .string(StringValue(call[2])))
  }

  static func getDel(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.get(call, &out)
    call.remove(call[1])
  }

  static func getEx(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let options = try StringOptions(call, from: 2, isSet: false)
    guard let value = try call.string(call[1]) else { return out.null() }
    let expiry = try options.expiry(call)
    value.withBytes { out.bulk($0) }
    if let expiry {
      if expiry <= call.now {
        call.remove(call[1])
      } else {
        call.database.setExpiry(expiry, of: call[1])
        call.changed(call[1])
      }
    } else if options.persist, call.database.expiry(call[1]) != nil {
      call.database.setExpiry(nil, of: call[1])
      call.changed(call[1])
    }
  }

  static func mget(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.array(call.count - 1)
    for key in call.arguments.dropFirst() {
      if case .string(let value) = call.value(key) { value.withBytes { out.bulk($0) } } else { out.null() }
    }
  }

  static func mset(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count % 2 == 1 else { throw .arity("mset") }
    self.setAll(call)
    out.ok()
  }

  static func msetNX(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count % 2 == 1 else { throw .arity("msetnx") }
    for index in stride(from: 1, to: call.count, by: 2) where call.database.contains(call[index]) {
      return out.integer(0)
    }
    self.setAll(call)
    out.integer(1)
  }

  private static func setAll(_ call: RedisCall) {
    for index in stride(from: 1, to: call.count, by: 2) {
      call.store(call[index], .string(StringValue(call[index + 1])))
    }
  }

  static func strlen(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try call.string(call[1])?.count ?? 0)
  }
}
