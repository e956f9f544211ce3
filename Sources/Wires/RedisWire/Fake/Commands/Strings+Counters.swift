/// Strings that are numbers: INCR and its kin.
extension StringCommands {
  static func incr(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) { try self.add(1, call, &out) }

  static func decr(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) { try self.add(-1, call, &out) }

  static func incrBy(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.add(try call.integer(2), call, &out)
  }

  static func decrBy(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let amount = try call.integer(2)
    guard amount != .min else { throw RedisError("ERR decrement would overflow") }
    try self.add(-amount, call, &out)
  }

  private static func add(_ amount: Int64, _ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let key = call[1]
    guard let place = call.database.find(key) else {
      call.store(key, .string(.integer(amount)))
      return out.integer(amount)
    }
    guard case .string(let value) = call.database.entries[place: place].value else { throw .wrongType }
    guard let number = value.int64 else { throw .notInteger }
    let (sum, overflow) = number.addingReportingOverflow(amount)
    guard !overflow else { throw RedisError("ERR increment or decrement would overflow") }
    call.database.entries[place: place].value = .string(.integer(sum))
    call.changed(key)
    out.integer(sum)
  }

  static func incrByFloat(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let key = call[1]
    let value = try call.string(key)
    guard let old = WideFloat(value?.bytes ?? "0"), let amount = WideFloat(call[2]) else { throw .notFloat }
    guard let sum = old.adding(amount) else { throw RedisError("ERR increment would produce NaN or Infinity") }
    call.database.set(key, .string(.fixed(sum)), keepingExpiry: true)
    call.changed(key)
    out.bulk(sum)
  }
}
