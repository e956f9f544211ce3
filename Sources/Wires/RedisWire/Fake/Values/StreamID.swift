/// An entry's ID: milliseconds and a sequence number.
package struct StreamID: Hashable, Sendable {
  package var milliseconds: UInt64
  package var sequence: UInt64

  package init(_ milliseconds: UInt64, _ sequence: UInt64) {
    self.milliseconds = milliseconds
    self.sequence = sequence
  }

  package static let zero = StreamID(0, 0)
  package static let last = StreamID(.max, .max)

  /// The ID after this one; nil after the last.
  package var next: StreamID? {
    if self.sequence < .max { return StreamID(self.milliseconds, self.sequence + 1) }
    return self.milliseconds < .max ? StreamID(self.milliseconds + 1, 0) : nil
  }

  /// The ID before this one; nil before the first.
  package var previous: StreamID? {
    if self.sequence > 0 { return StreamID(self.milliseconds, self.sequence - 1) }
    return self.milliseconds > 0 ? StreamID(self.milliseconds - 1, .max) : nil
  }

  /// As clients read it: `1526919030474-0`.
  package var text: RedisBytes {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 48) { buffer in
      var end = Self.digits(self.milliseconds, into: buffer, from: 0)
      buffer[end] = UInt8(ascii: "-")
      end = Self.digits(self.sequence, into: buffer, from: end + 1)
      return RedisBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<end]))
    }
  }

  private static func digits(_ value: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>, from start: Int) -> Int {
    var count = 1
    var rest = value
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    rest = value
    for index in stride(from: start + count - 1, through: start, by: -1) {
      buffer[index] = UInt8(truncatingIfNeeded: rest % 10) + 48
      rest /= 10
    }
    return start + count
  }
}

extension StreamID: Comparable {
  package static func < (left: StreamID, right: StreamID) -> Bool {
    left.milliseconds < right.milliseconds
      || (left.milliseconds == right.milliseconds && left.sequence < right.sequence)
  }
}

extension StreamID {
  /// Reads `ms` or `ms-sequence`; `missing` is the sequence number of the first form.
  package init?(_ bytes: RedisBytes, missing: UInt64) {
    let id: StreamID? = bytes.withBytes { text in
      guard text.count > 0, text.count < 128 else { return nil }
      guard let dash = text.firstIndex(of: UInt8(ascii: "-")) else {
        return UInt64(digits: text).map { StreamID($0, missing) }
      }
      guard let milliseconds = UInt64(digits: UnsafeRawBufferPointer(rebasing: text[..<dash])),
        let sequence = UInt64(digits: UnsafeRawBufferPointer(rebasing: text[(dash + 1)...]))
      else { return nil }
      return StreamID(milliseconds, sequence)
    }
    guard let id else { return nil }
    self = id
  }
}

extension UInt64 {
  /// Redis's reading of an unsigned decimal, which is `strtoull`'s but for the sign: blanks and zeros may come first.
  init?(digits: UnsafeRawBufferPointer) {
    var rest = digits[...].drop { $0 == 32 || (9...13).contains($0) }
    if rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in rest {
      guard byte.isDigit else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - 48))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    self = value
  }
}
