#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension RedisBytes {
  /// The decimal digits of `value`.
  package init(_ value: Int64) {
    self = withDecimal(value) { RedisBytes($0) }
  }

  package init(_ value: Int) { self.init(Int64(value)) }

  /// The number, when these bytes are exactly how Redis would write it: no blanks, no `+`, no leading zero, in range.
  package var int64: Int64? { self.withBytes { Int64(redis: $0) } }

  /// The number, when Redis would take these bytes as a float: what C's `strtod` reads wholly, no blank before it,
  /// not NaN.
  package var double: Double? {
    if let whole = self.int64, whole.magnitude < 1 << 53 { return whole == 0 ? 0 : Double(whole) }
    guard self.count < 256 else { return nil }
    return self.withTerminatedBytes { text, count in
      guard count > 0, isspace(Int32(text[0])) == 0 else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      errno = 0
      let value = strtod(text, &end)
      guard end == UnsafeMutablePointer(mutating: text) + count, !value.isNaN else { return nil }
      if errno == ERANGE, value.isInfinite || value == 0 { return nil }
      return value
    }
  }

  /// The bytes as a C string, valid while `body` runs.
  func withTerminatedBytes<Result>(_ body: (UnsafePointer<CChar>, Int) -> Result) -> Result {
    self.withBytes { bytes in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { copy in
        for index in 0..<bytes.count { copy[index] = CChar(bitPattern: bytes[index]) }
        copy[bytes.count] = 0
        return body(UnsafePointer(copy.baseAddress.unsafelyUnwrapped), bytes.count)
      }
    }
  }
}

extension Int64 {
  /// Redis's strict reading of a decimal integer.
  package init?(redis bytes: UnsafeRawBufferPointer) {
    var index = 0
    let count = bytes.count
    guard count > 0, count <= 20 else { return nil }
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    guard index < count else { return nil }
    if bytes[index] == UInt8(ascii: "0") {
      guard count == 1 else { return nil }
      self = 0
      return
    }
    var magnitude: UInt64 = 0
    while index < count {
      let digit = bytes[index] &- 48
      guard digit < 10 else { return nil }
      let (tens, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
      guard !overflow, !carry else { return nil }
      magnitude = sum
      index += 1
    }
    if isNegative {
      guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
      self = Int64(truncatingIfNeeded: 0 &- magnitude)
    } else {
      guard magnitude <= UInt64(Int64.max) else { return nil }
      self = Int64(magnitude)
    }
  }
}

/// Runs `body` on the decimal digits of `value`, which are valid only while it runs. Allocates nothing.
@inline(__always)
func withDecimal<Result>(_ value: Int64, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
  var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
  return withUnsafeMutableBytes(of: &digits) { buffer in
    var index = buffer.count
    var magnitude = value.magnitude
    repeat {
      index -= 1
      let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
      buffer[index] = UInt8(truncatingIfNeeded: remainder) + 48
      magnitude = quotient
    } while magnitude != 0
    if value < 0 {
      index -= 1
      buffer[index] = UInt8(ascii: "-")
    }
    return body(UnsafeRawBufferPointer(rebasing: buffer[index...]))
  }
}

/// How Redis 7.0 writes a double: `%.17g`, with `inf` and `-inf`.
package func redisText(of value: Double) -> RedisBytes {
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  if value == value.rounded(.towardZero), value.magnitude < 1e15 {
    return value == 0 && value.sign == .minus ? "-0" : RedisBytes(Int64(value))
  }
  return formatted("%.17g", value)
}

/// C's `printf` of one number.
func formatted(_ format: String, _ value: any CVarArg) -> RedisBytes {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 5 * 1024) { buffer in
    let written = withVaList([value]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
    let count = max(0, min(Int(written), buffer.count - 1))
    return RedisBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
  }
}
