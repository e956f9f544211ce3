/// BITFIELD: whole numbers of any width within a string.
extension BitCommands {
  static func bitField(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.bitField(call, &out, isReadOnly: false)
  }

  static func bitFieldReadOnly(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    try self.bitField(call, &out, isReadOnly: true)
  }

  private static func bitField(_ call: RedisCall, _ out: inout RESPWriter, isReadOnly: Bool) throws(RedisError) {
    let operations = try BitFieldOperation.parse(call)
    let lastWritten = operations.filter { $0.kind != .get }.map { $0.offset + $0.field.width - 1 }.max()
    if isReadOnly, lastWritten != nil {
      throw RedisError("ERR BITFIELD_RO only supports the GET subcommand")
    }
    let value = try call.string(call[1])
    var grown: StringValue.GrownString?
    var hasChanged = false
    if let lastWritten {
      let bytes = StringCommands.grow(call, call[1], value)
      let missing = lastWritten / 8 + 1 - bytes.bytes.count
      hasChanged = missing > 0
      if hasChanged { bytes.bytes.append(contentsOf: repeatElement(0, count: missing)) }
      grown = bytes
    }
    out.array(operations.count)
    for operation in operations {
      guard let grown, operation.kind != .get else {
        let read = { operation.field.read($0, at: operation.offset) }
        out.integer(grown?.bytes.withUnsafeBytes(read) ?? value?.withBytes(read) ?? 0)
        continue
      }
      let old = grown.bytes.withUnsafeBytes { operation.field.read($0, at: operation.offset) }
      let base = operation.kind == .set ? operation.amount : old
      let increment = operation.kind == .set ? 0 : operation.amount
      guard let new = operation.field.adding(increment, to: base, operation.overflow) else {
        out.null()
        continue
      }
      operation.field.write(new, &grown.bytes, at: operation.offset)
      if new != old { hasChanged = true }
      out.integer(operation.kind == .set ? old : new)
    }
    if hasChanged { call.changed(call[1]) }
  }
}

private struct BitFieldOperation {
  enum Kind { case get, set, increment }

  let kind: Kind
  let field: BitFieldType
  /// In bits.
  let offset: Int
  var amount: Int64 = 0
  let overflow: BitFieldType.Overflow

  static func parse(_ call: RedisCall) throws(RedisError) -> [BitFieldOperation] {
    var operations: [BitFieldOperation] = []
    var overflow = BitFieldType.Overflow.wrap
    var index = 2
    while index < call.count {
      let remaining = call.count - index - 1
      let kind: Kind
      if call[index].equals("get"), remaining >= 2 {
        kind = .get
      } else if call[index].equals("set"), remaining >= 3 {
        kind = .set
      } else if call[index].equals("incrby"), remaining >= 3 {
        kind = .increment
      } else if call[index].equals("overflow"), remaining >= 1 {
        guard let chosen = BitFieldType.Overflow(call[index + 1]) else {
          throw RedisError("ERR Invalid OVERFLOW type specified")
        }
        overflow = chosen
        index += 2
        continue
      } else {
        throw .syntax
      }
      guard let field = BitFieldType(call[index + 1]) else {
        throw RedisError(
          "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.")
      }
      let offset = try self.offset(call[index + 2], field)
      let amount = kind == .get ? 0 : try call.integer(index + 3)
      operations.append(
        BitFieldOperation(kind: kind, field: field, offset: offset, amount: amount, overflow: overflow))
      index += kind == .get ? 3 : 4
    }
    return operations
  }

  /// A number of bits, or after `#` a number of fields.
  private static func offset(_ word: RedisBytes, _ field: BitFieldType) throws(RedisError) -> Int {
    let isCounted = word.withBytes { $0.first == UInt8(ascii: "#") }
    let digits = isCounted ? RedisBytes([UInt8](word.array.dropFirst())) : word
    guard let number = digits.int64 else { throw BitCommands.badOffset }
    let (offset, overflow) = number.multipliedReportingOverflow(by: isCounted ? Int64(field.width) : 1)
    guard !overflow, offset >= 0, offset >> 3 < StringCommands.maximumLength else { throw BitCommands.badOffset }
    return Int(offset)
  }
}

/// `i8`, `u16` and the like.
private struct BitFieldType {
  enum Overflow {
    case wrap, saturate, fail

    init?(_ word: RedisBytes) {
      if word.equals("wrap") {
        self = .wrap
      } else if word.equals("sat") {
        self = .saturate
      } else if word.equals("fail") {
        self = .fail
      } else {
        return nil
      }
    }
  }

  let isSigned: Bool
  let width: Int

  init?(_ word: RedisBytes) {
    let bytes = word.array
    guard bytes.first == UInt8(ascii: "i") || bytes.first == UInt8(ascii: "u") else { return nil }
    self.isSigned = bytes.first == UInt8(ascii: "i")
    let digits = RedisBytes([UInt8](bytes.dropFirst()))
    guard let width = digits.int64, width >= 1, width <= (self.isSigned ? 64 : 63) else { return nil }
    self.width = Int(width)
  }

  private var mask: UInt64 { self.width == 64 ? .max : 1 << UInt64(self.width) - 1 }
  private var largest: Int64 { Int64(truncatingIfNeeded: self.isSigned ? self.mask >> 1 : self.mask) }
  private var smallest: Int64 { self.isSigned ? -self.largest - 1 : 0 }

  func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int64 {
    var bits: UInt64 = 0
    for index in offset..<offset + self.width {
      let isSet = index >> 3 < bytes.count && bytes[index >> 3] & 0x80 >> UInt8(index & 7) != 0
      bits = bits << 1 | (isSet ? 1 : 0)
    }
    return self.extended(bits)
  }

  func write(_ value: Int64, _ bytes: inout [UInt8], at offset: Int) {
    let bits = UInt64(bitPattern: value)
    for step in 0..<self.width {
      let index = offset + step
      let mask = UInt8(0x80) >> UInt8(index & 7)
      let isSet = bits >> UInt64(self.width - 1 - step) & 1 == 1
      if isSet { bytes[index >> 3] |= mask } else { bytes[index >> 3] &= ~mask }
    }
  }

  /// The sum within this type's range; nil when it is outside and `overflow` is to fail.
  func adding(_ increment: Int64, to value: Int64, _ overflow: Overflow) -> Int64? {
    let (sum, wraps) = value.addingReportingOverflow(increment)
    let isAbove: Bool
    if !self.isSigned, value < 0 {
      isAbove = true
    } else if wraps {
      isAbove = increment > 0
    } else if sum > self.largest {
      isAbove = true
    } else if sum < self.smallest {
      isAbove = false
    } else {
      return sum
    }
    switch overflow {
    case .fail: return nil
    case .saturate: return isAbove ? self.largest : self.smallest
    case .wrap: return self.extended(UInt64(bitPattern: sum) & self.mask)
    }
  }

  private func extended(_ bits: UInt64) -> Int64 {
    guard self.isSigned, self.width < 64, bits >> UInt64(self.width - 1) & 1 == 1 else {
      return Int64(bitPattern: bits)
    }
    return Int64(bitPattern: bits | ~self.mask)
  }
}
