/// Strings changed and read in part: APPEND, SETRANGE, GETRANGE.
extension StringCommands {
  static func append(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let key = call[1]
    guard let value = try call.string(key) else {
      call.store(key, .string(StringValue(call[2])))
      return out.integer(call[2].count)
    }
    guard value.count + call[2].count <= self.maximumLength else { throw self.tooLong }
    let grown = self.grow(call, key, value)
    call[2].withBytes { grown.bytes.append(contentsOf: $0) }
    call.changed(key)
    out.integer(grown.bytes.count)
  }

  static func setRange(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let key = call[1]
    let offset = try call.int(2)
    guard offset >= 0 else { throw RedisError("ERR offset is out of range") }
    let value = try call.string(key)
    guard !call[3].isEmpty else { return out.integer(value?.count ?? 0) }
    let (end, overflow) = offset.addingReportingOverflow(call[3].count)
    guard !overflow, end <= self.maximumLength else { throw self.tooLong }
    let grown = self.grow(call, key, value)
    if grown.bytes.count < end { grown.bytes.append(contentsOf: repeatElement(0, count: end - grown.bytes.count)) }
    call[3].withBytes { source in
      grown.bytes.withUnsafeMutableBytes { target in
        UnsafeMutableRawBufferPointer(rebasing: target[offset..<end]).copyMemory(from: source)
      }
    }
    call.changed(key)
    out.integer(grown.bytes.count)
  }

  /// The bytes of `key` to be changed in place; a new, empty string when `value` is nil.
  static func grow(_ call: RedisCall, _ key: RedisBytes, _ value: StringValue?) -> StringValue.GrownString {
    var value = value ?? .grown(StringValue.GrownString([]))
    if case .grown(let grown) = value, call.database.contains(key) { return grown }
    let grown = value.grow()
    call.database.set(key, .string(value), keepingExpiry: true)
    return grown
  }

  static func getRange(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let start = try call.int(2)
    let end = try call.int(3)
    guard let value = try call.string(call[1]) else { return out.bulk("") }
    value.withBytes { bytes in
      if start < 0, end < 0, start > end { return out.bulk("") }
      let first = max(0, start < 0 ? start + bytes.count : start)
      let last = min(bytes.count - 1, max(0, end < 0 ? end + bytes.count : end))
      guard first <= last else { return out.bulk("") }
      out.bulk(UnsafeRawBufferPointer(rebasing: bytes[first...last]))
    }
  }
}
