/// Counting different elements, roughly.
enum HyperLogLogCommands {
  static let commands: [Command] = [
    Command("pfadd", -2, [.write, .denyoom, .fast], .one, pfadd),
    Command("pfcount", -2, .readonly, .all, pfcount),
    Command("pfmerge", -2, [.write, .denyoom], .all, pfmerge),
  ]

  private static let corrupted = RedisError("INVALIDOBJ Corrupted HLL object detected")

  private static func value(_ call: RedisCall, _ key: RedisBytes) throws(RedisError) -> HyperLogLogValue? {
    guard let string = try call.string(key) else { return nil }
    let bytes = if case .grown(let grown) = string { grown.bytes } else { string.withBytes { [UInt8]($0) } }
    guard let value = HyperLogLogValue(bytes) else {
      throw RedisError("WRONGTYPE Key is not a valid HyperLogLog string value.")
    }
    return value
  }

  /// Puts the changed bytes where they were, with what expiry there is.
  private static func keep(_ call: RedisCall, _ key: RedisBytes, _ value: HyperLogLogValue) {
    call.database.set(key, .string(.grown(StringValue.GrownString(value.bytes))), keepingExpiry: true)
    call.changed(key)
  }

  private static func pfadd(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let existing = try Self.value(call, call[1])
    var value = existing ?? HyperLogLogValue()
    var isChanged = existing == nil
    for element in call.arguments.dropFirst(2) {
      guard let raised = value.add(element) else {
        // Redis keeps what it has counted so far.
        Self.keep(call, call[1], value)
        throw Self.corrupted
      }
      if raised { isChanged = true }
    }
    if isChanged {
      value.dropCache()
      Self.keep(call, call[1], value)
    }
    out.integer(isChanged ? 1 : 0)
  }

  private static func pfcount(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    if call.count > 2 {
      let registers = try Self.merged(call, call.arguments.dropFirst()).registers
      return out.integer(Int64(HyperLogLogValue.count(registers)))
    }
    guard var value = try Self.value(call, call[1]) else { return out.integer(0) }
    if let count = value.cachedCount { return out.integer(Int64(clamping: count)) }
    guard let registers = value.registers else { throw Self.corrupted }
    let count = HyperLogLogValue.count(registers)
    value.cache(count)
    Self.keep(call, call[1], value)
    out.integer(Int64(clamping: count))
  }

  private static func merged(
    _ call: RedisCall, _ keys: ArraySlice<RedisBytes>
  ) throws(RedisError) -> (registers: [UInt8], isDense: Bool) {
    var registers = [UInt8](repeating: 0, count: HyperLogLogValue.registerCount)
    var isDense = false
    for key in keys {
      guard let value = try Self.value(call, key) else { continue }
      if value.isDense { isDense = true }
      guard let more = value.registers else { throw Self.corrupted }
      for register in registers.indices where more[register] > registers[register] {
        registers[register] = more[register]
      }
    }
    return (registers, isDense)
  }

  private static func pfmerge(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let (registers, isDense) = try Self.merged(call, call.arguments.dropFirst())
    var value = try Self.value(call, call[1]) ?? HyperLogLogValue()
    if isDense, !value.makeDense() { throw Self.corrupted }
    for (register, rank) in registers.enumerated() where rank > 0 {
      guard value.raise(register, to: rank) != nil else { throw Self.corrupted }
    }
    value.dropCache()
    Self.keep(call, call[1], value)
    out.ok()
  }
}
