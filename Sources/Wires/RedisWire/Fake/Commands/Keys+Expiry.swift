/// When keys expire.
extension KeyCommands {
  static func expire(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.expire(call, &out, from: call.now, scale: 1000)
  }

  static func pexpire(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.expire(call, &out, from: call.now, scale: 1)
  }

  static func expireAt(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.expire(call, &out, from: 0, scale: 1000)
  }

  static func pexpireAt(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.expire(call, &out, from: 0, scale: 1)
  }

  private static func expire(
    _ call: RedisCall, _ out: inout RESPWriter, from base: Int64, scale: Int64
  ) throws(RedisError) {
    let condition = try ExpiryCondition(call)
    let value = try call.integer(2)
    let (scaled, isTooLarge) = value.multipliedReportingOverflow(by: scale)
    let (moment, isTooLate) = scaled.addingReportingOverflow(base)
    guard !isTooLarge, !isTooLate else {
      throw RedisError("ERR invalid expire time in '\(call[0].lowercased.string)' command")
    }
    guard let place = call.database.find(call[1]),
      condition.holds(old: call.database.expiry(at: place), new: moment)
    else { return out.integer(0) }
    if moment <= call.now {
      call.remove(call[1])
    } else {
      call.database.setExpiry(moment, at: place)
      call.changed(call[1])
    }
    out.integer(1)
  }

  static func persist(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let place = call.database.find(call[1]), call.database.expiry(at: place) != nil else {
      return out.integer(0)
    }
    call.database.setExpiry(nil, at: place)
    call.changed(call[1])
    out.integer(1)
  }

  static func ttl(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.writeExpiry(call, &out) { (max(0, $0 - call.now) + 500) / 1000 }
  }

  static func pttl(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.writeExpiry(call, &out) { max(0, $0 - call.now) }
  }

  static func expireTime(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.writeExpiry(call, &out) { $0 / 1000 + ($0 % 1000 + 500) / 1000 }
  }

  static func pexpireTime(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    self.writeExpiry(call, &out) { $0 }
  }

  private static func writeExpiry(_ call: RedisCall, _ out: inout RESPWriter, _ convert: (Int64) -> Int64) {
    guard let place = call.database.find(call[1], isUse: false) else { return out.integer(-2) }
    guard let expiry = call.database.expiry(at: place) else { return out.integer(-1) }
    out.integer(convert(expiry))
  }
}

/// The words after EXPIRE's time.
private struct ExpiryCondition {
  private var ifNone = false
  private var ifAny = false
  private var ifLater = false
  private var ifSooner = false

  init(_ call: RedisCall) throws(RedisError) {
    for word in call.arguments.dropFirst(3) {
      if word.equals("nx") {
        self.ifNone = true
      } else if word.equals("xx") {
        self.ifAny = true
      } else if word.equals("gt") {
        self.ifLater = true
      } else if word.equals("lt") {
        self.ifSooner = true
      } else {
        throw RedisError("ERR Unsupported option \(word)")
      }
    }
    guard !self.ifNone || !(self.ifAny || self.ifLater || self.ifSooner) else {
      throw RedisError("ERR NX and XX, GT or LT options at the same time are not compatible")
    }
    guard !self.ifLater || !self.ifSooner else {
      throw RedisError("ERR GT and LT options at the same time are not compatible")
    }
  }

  /// Whether the expiry may become `new`; no old one counts as later than any.
  func holds(old: Int64?, new: Int64) -> Bool {
    if self.ifNone, old != nil { return false }
    if self.ifAny, old == nil { return false }
    if self.ifLater, old.map({ new <= $0 }) ?? true { return false }
    if self.ifSooner, old.map({ new >= $0 }) ?? false { return false }
    return true
  }
}
