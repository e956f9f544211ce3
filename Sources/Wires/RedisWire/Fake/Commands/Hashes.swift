/// Hashes.
enum HashCommands {
  static let commands: [Command] = [
    Command("hdel", -3, [.write, .fast], .one, hdel),
    Command("hexists", 3, [.readonly, .fast], .one, hexists),
    Command("hget", 3, [.readonly, .fast], .one, hget),
    Command("hgetall", 2, [.readonly], .one, hgetAll),
    Command("hincrby", 4, [.write, .denyoom, .fast], .one, hincrBy),
    Command("hincrbyfloat", 4, [.write, .denyoom, .fast], .one, hincrByFloat),
    Command("hkeys", 2, [.readonly], .one, hkeys),
    Command("hlen", 2, [.readonly, .fast], .one, hlen),
    Command("hmget", -3, [.readonly, .fast], .one, hmget),
    Command("hmset", -4, [.write, .denyoom, .fast], .one, hmset),
    Command("hrandfield", -2, [.readonly], .one, hrandField),
    Command("hscan", -3, [.readonly], .one, ScanCommands.hscan),
    Command("hset", -4, [.write, .denyoom, .fast], .one, hset),
    Command("hsetnx", 4, [.write, .denyoom, .fast], .one, hsetNX),
    Command("hstrlen", 3, [.readonly, .fast], .one, hstrlen),
    Command("hvals", 2, [.readonly], .one, hvals),
  ]

  /// The hash under `key`, made when it is missing.
  private static func hash(_ call: RedisCall, _ key: RedisBytes) throws(RedisError) -> HashValue {
    if let hash = try call.hash(key) { return hash }
    let hash = HashValue()
    call.database.insert(key, .hash(hash))
    return hash
  }

  static func hset(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try self.setAll(call))
  }

  static func hmset(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    _ = try self.setAll(call)
    out.ok()
  }

  private static func setAll(_ call: RedisCall) throws(RedisError) -> Int {
    guard call.count % 2 == 0 else { throw .arity(call[0].lowercased.string) }
    let hash = try self.hash(call, call[1])
    hash.willSet(call.arguments[2...], limits: call.limits)
    var added = 0
    for index in stride(from: 2, to: call.count, by: 2)
    where hash.set(call[index], call[index + 1], limits: call.limits) { added += 1 }
    call.changed(call[1])
    return added
  }

  static func hsetNX(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let hash = try self.hash(call, call[1])
    guard !hash.fields.contains(call[2]) else { return out.integer(0) }
    hash.willSet(call.arguments[2...], limits: call.limits)
    hash.set(call[2], call[3], limits: call.limits)
    call.changed(call[1])
    out.integer(1)
  }

  static func hget(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let fields = try call.hash(call[1])?.fields, let place = fields.find(call[2]) else { return out.null() }
    out.bulk(fields[place: place])
  }

  static func hmget(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let fields = try call.hash(call[1])?.fields
    out.array(call.count - 2)
    for field in call.arguments.dropFirst(2) {
      if let value = fields?[field] { out.bulk(value) } else { out.null() }
    }
  }

  static func hgetAll(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let hash = try call.hash(call[1]) else { return out.map(0) }
    out.map(hash.count)
    hash.fields.visit { field, value in
      out.bulk(field)
      out.bulk(value)
    }
  }

  static func hkeys(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let hash = try call.hash(call[1]) else { return out.array(0) }
    out.array(hash.count)
    hash.fields.visit { field, _ in out.bulk(field) }
  }

  static func hvals(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let hash = try call.hash(call[1]) else { return out.array(0) }
    out.array(hash.count)
    hash.fields.visit { _, value in out.bulk(value) }
  }

  static func hdel(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let hash = try call.hash(call[1]) else { return out.integer(0) }
    var removed = 0
    for field in call.arguments.dropFirst(2) where hash.fields.remove(field) != nil { removed += 1 }
    if hash.count == 0 {
      call.remove(call[1])
    } else if removed > 0 {
      call.changed(call[1])
    }
    out.integer(removed)
  }

  static func hexists(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try call.hash(call[1])?.fields.contains(call[2]) == true ? 1 : 0)
  }

  static func hlen(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try call.hash(call[1])?.count ?? 0)
  }

  static func hstrlen(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try call.hash(call[1])?.fields[call[2]]?.count ?? 0)
  }

  static func hincrBy(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let amount = try call.integer(3)
    let old = try call.hash(call[1])?.fields[call[2]]
    guard let number = old == nil ? 0 : old?.int64 else { throw RedisError("ERR hash value is not an integer") }
    let (sum, overflow) = number.addingReportingOverflow(amount)
    guard !overflow else { throw RedisError("ERR increment or decrement would overflow") }
    try self.hash(call, call[1]).set(call[2], RedisBytes(sum), limits: call.limits)
    call.changed(call[1])
    out.integer(sum)
  }

  static func hincrByFloat(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let amount = WideFloat(call[3]) else { throw .notFloat }
    guard amount.isFinite else { throw RedisError("ERR value is NaN or Infinity") }
    let old = try call.hash(call[1])?.fields[call[2]] ?? "0"
    guard let number = WideFloat(old) else { throw RedisError("ERR hash value is not a float") }
    guard let sum = number.adding(amount) else { throw RedisError("ERR increment would produce NaN or Infinity") }
    try self.hash(call, call[1]).set(call[2], sum, limits: call.limits)
    call.changed(call[1])
    out.bulk(sum)
  }

  static func hrandField(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count > 2 else {
      guard let fields = try call.hash(call[1])?.fields else { return out.null() }
      return out.bulk(fields.key(at: fields.randomPlace(&call.fake.random)))
    }
    let count = try call.sampleSize(2)
    guard call.count <= 4, call.count == 3 || call[3].equals("withvalues") else { throw .syntax }
    let withValues = call.count == 4
    guard !withValues || count.magnitude <= Int.max / 2 else { throw .outOfRange }
    guard let fields = try call.hash(call[1])?.fields else { return out.array(0) }
    let nested = withValues && out.version == 3
    func write(_ place: Int, _ out: inout RESPWriter) {
      if nested { out.array(2) }
      out.bulk(fields.key(at: place))
      if withValues { out.bulk(fields[place: place]) }
    }
    if count < 0 {
      out.array(Int(clamping: count.magnitude) * (withValues && !nested ? 2 : 1))
      return try call.writeSample(count.magnitude, into: &out) {
        write(fields.randomPlace(&call.fake.random), &$0)
      }
    }
    let places = fields.randomPlaces(count, &call.fake.random)
    out.array(withValues && !nested ? places.count * 2 : places.count)
    for place in places { write(place, &out) }
  }
}

extension OrderedTable {
  /// Up to `count` different places.
  package func randomPlaces(_ count: Int, _ random: inout SplitMix) -> [Int] {
    guard !self.isEmpty else { return [] }
    var places = (0..<self.end).filter { self.isEntry($0) }
    guard count < places.count else { return places }
    for index in 0..<count { places.swapAt(index, index + random.below(places.count - index)) }
    return Array(places.prefix(count))
  }
}
