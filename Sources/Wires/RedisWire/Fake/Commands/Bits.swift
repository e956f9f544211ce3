/// Strings as bits, the highest bit of the first byte being number 0.
enum BitCommands {
  static let commands: [Command] = [
    Command("bitcount", -2, [.readonly], .one, bitCount),
    Command("bitfield", -2, [.write, .denyoom], .one, bitField),
    Command("bitfield_ro", -2, [.readonly, .fast], .one, bitFieldReadOnly),
    Command("bitop", -4, [.write, .denyoom], .range(2, -1, 1), bitOp),
    Command("bitpos", -3, [.readonly], .one, bitPos),
    Command("getbit", 3, [.readonly, .fast], .one, getBit),
    Command("setbit", 4, [.write, .denyoom], .one, setBit),
  ]

  static let badOffset = RedisError("ERR bit offset is not an integer or out of range")

  static func offset(_ call: RedisCall, _ index: Int) throws(RedisError) -> Int {
    guard let offset = call[index].int64, offset >= 0, offset >> 3 < StringCommands.maximumLength else {
      throw self.badOffset
    }
    return Int(offset)
  }

  static func setBit(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let offset = try self.offset(call, 2)
    let bad = RedisError("ERR bit is not an integer or out of range")
    let bit = try call.integer(3, or: bad)
    guard bit == 0 || bit == 1 else { throw bad }
    let grown = StringCommands.grow(call, call[1], try call.string(call[1]))
    let byte = offset >> 3
    let hasGrown = grown.bytes.count <= byte
    if hasGrown {
      grown.bytes.append(contentsOf: repeatElement(0, count: byte + 1 - grown.bytes.count))
    }
    let mask = UInt8(0x80) >> UInt8(offset & 7)
    let old = grown.bytes[byte] & mask != 0
    if bit == 1 { grown.bytes[byte] |= mask } else { grown.bytes[byte] &= ~mask }
    if hasGrown || old != (bit == 1) { call.changed(call[1]) }
    out.integer(old ? 1 : 0)
  }

  static func getBit(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let offset = try self.offset(call, 2)
    guard let value = try call.string(call[1]) else { return out.integer(0) }
    value.withBytes { bytes in
      let byte = offset >> 3
      out.integer(byte < bytes.count && bytes[byte] & 0x80 >> UInt8(offset & 7) != 0 ? 1 : 0)
    }
  }

  static func bitCount(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let value = try call.string(call[1]) else { return out.integer(0) }
    var range = 0..<value.count * 8
    if call.count > 2 {
      guard call.count == 4 || call.count == 5 else { throw .syntax }
      let start = try call.int(2)
      let end = try call.int(3)
      if start < 0, end < 0, start > end { return out.integer(0) }
      let inBits = try self.isInBits(call, 4)
      guard let chosen = self.range(start, end, of: value.count, inBits: inBits) else { return out.integer(0) }
      range = chosen
    }
    out.integer(value.withBytes { self.countOnes($0, range) })
  }

  static func bitPos(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let bit = try call.int(2)
    guard bit == 0 || bit == 1 else { throw RedisError("ERR The bit argument must be 1 or 0.") }
    guard let value = try call.string(call[1]) else { return out.integer(bit == 1 ? -1 : 0) }
    var range = 0..<value.count * 8
    if call.count > 3 {
      guard call.count <= 6 else { throw .syntax }
      let start = try call.int(3)
      let inBits = try self.isInBits(call, 5)
      let end = call.count > 4 ? try call.int(4) : -1
      guard let chosen = self.range(start, end, of: value.count, inBits: inBits) else { return out.integer(-1) }
      range = chosen
    }
    guard !range.isEmpty else { return out.integer(-1) }
    let found = value.withBytes { self.first(bit == 1, $0, range) }
    // A string goes on with zeros, unless its end was given.
    if found == nil, bit == 0, call.count <= 4 { return out.integer(value.count * 8) }
    out.integer(found ?? -1)
  }

  static func bitOp(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let operation: @Sendable (UInt8, UInt8) -> UInt8
    if call[1].equals("and") {
      operation = { $0 & $1 }
    } else if call[1].equals("or") {
      operation = { $0 | $1 }
    } else if call[1].equals("xor") {
      operation = { $0 ^ $1 }
    } else if call[1].equals("not") {
      guard call.count == 4 else { throw RedisError("ERR BITOP NOT must be called with a single source key.") }
      operation = { ~$0 & ~$1 }
    } else {
      throw .syntax
    }
    var sources: [[UInt8]] = []
    for key in call.arguments[3...] { sources.append(try call.string(key)?.bytes.array ?? []) }
    let length = sources.map(\.count).max() ?? 0
    guard length > 0 else {
      call.remove(call[2])
      return out.integer(0)
    }
    if call[1].equals("not") { sources.append([]) }
    var result = sources[0] + [UInt8](repeating: 0, count: length - sources[0].count)
    for source in sources.dropFirst() {
      for index in 0..<length { result[index] = operation(result[index], index < source.count ? source[index] : 0) }
    }
    call.store(call[2], .string(.grown(StringValue.GrownString(result))))
    out.integer(length)
  }

  // MARK: Ranges of bits

  private static func isInBits(_ call: RedisCall, _ index: Int) throws(RedisError) -> Bool {
    guard index < call.count else { return false }
    if call[index].equals("bit") { return true }
    guard call[index].equals("byte") else { throw .syntax }
    return false
  }

  /// The bits from `start` to `end`, which count bytes or bits, negative ones from the end; nil when there are none.
  private static func range(_ start: Int, _ end: Int, of bytes: Int, inBits: Bool) -> Range<Int>? {
    let total = inBits ? bytes * 8 : bytes
    let first = max(0, start < 0 ? start + total : start)
    let last = min(total - 1, max(0, end < 0 ? end + total : end))
    guard first <= last else { return nil }
    return inBits ? first..<last + 1 : first * 8..<(last + 1) * 8
  }

  private static func countOnes(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
    guard !range.isEmpty else { return 0 }
    let first = range.lowerBound >> 3
    let last = (range.upperBound - 1) >> 3
    var count = 0
    for index in first...last { count += bytes[index].nonzeroBitCount }
    count -= (bytes[first] & ~(0xff >> UInt8(range.lowerBound & 7))).nonzeroBitCount
    count -= (bytes[last] & (0xff >> UInt8((range.upperBound - 1) & 7 + 1))).nonzeroBitCount
    return count
  }

  private static func first(_ bit: Bool, _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound {
      if index & 7 == 0, bytes[index >> 3] == (bit ? 0 : 0xff) {
        index += 8
        continue
      }
      if (bytes[index >> 3] & 0x80 >> UInt8(index & 7) != 0) == bit { return index }
      index += 1
    }
    return nil
  }
}
