import MockrecCore

/// A byte string: a key, a member or a value.
///
/// Up to 23 bytes are held inline without allocation; what is longer is an array, shared between copies.
package struct RedisBytes: Sendable {
  /// The bytes in memory order, padded with zeros; the last byte of `high` is the count. All zero when `long` is set.
  @usableFromInline var low: UInt64
  @usableFromInline var middle: UInt64
  @usableFromInline var high: UInt64
  /// The bytes when there are more than `inlineCapacity`.
  @usableFromInline var long: [UInt8]?

  package static let inlineCapacity = 23

  /// The empty string.
  @inlinable
  package init() {
    self.low = 0
    self.middle = 0
    self.high = 0
    self.long = nil
  }

  @inlinable
  package init(_ source: UnsafeRawBufferPointer) {
    self.init()
    if source.count <= RedisBytes.inlineCapacity {
      var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
      withUnsafeMutableBytes(of: &words) { target in
        target.copyMemory(from: source)
        target[RedisBytes.inlineCapacity] = UInt8(truncatingIfNeeded: source.count)
      }
      self.low = words.0
      self.middle = words.1
      self.high = words.2
    } else {
      self.long = [UInt8](source)
    }
  }

  package init(_ bytes: [UInt8]) {
    if bytes.count <= RedisBytes.inlineCapacity {
      self = bytes.withUnsafeBytes { RedisBytes($0) }
    } else {
      self.init()
      self.long = bytes
    }
  }

  package init(_ text: String) {
    var text = text
    self = text.withUTF8 { RedisBytes(UnsafeRawBufferPointer($0)) }
  }

  package init(_ text: StaticString) {
    self = text.withUTF8Buffer { RedisBytes(UnsafeRawBufferPointer($0)) }
  }

  @inlinable package var count: Int {
    if let long { return long.count }
    return Int(self.high >> 56)
  }

  @inlinable package var isEmpty: Bool { self.long == nil && self.high >> 56 == 0 }

  /// Runs `body` on the bytes, which are valid only while it runs. Copies nothing that is long.
  @inlinable @inline(__always)
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if let long = self.long {
      let outcome: Swift.Result<Result, Failure> = long.withUnsafeBytes { buffer in
        do throws(Failure) { return .success(try body(buffer)) } catch { return .failure(error) }
      }
      return try outcome.get()
    }
    let words = (self.low, self.middle, self.high)
    let outcome: Swift.Result<Result, Failure> = withUnsafeBytes(of: words) { buffer in
      do throws(Failure) {
        return .success(try body(UnsafeRawBufferPointer(rebasing: buffer[..<Int(self.high >> 56)])))
      } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  package var array: [UInt8] { self.long ?? self.withBytes { [UInt8]($0) } }

  /// The text, with what is not UTF-8 repaired: for messages and tests, never for the hot path.
  package var string: String { self.withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension RedisBytes: ExpressibleByStringLiteral {
  package init(stringLiteral value: StaticString) {
    self = value.withUTF8Buffer { RedisBytes(UnsafeRawBufferPointer($0)) }
  }
}

extension RedisBytes: Hashable, Comparable {
  @inlinable
  package static func == (left: RedisBytes, right: RedisBytes) -> Bool {
    guard left.low == right.low, left.middle == right.middle, left.high == right.high else { return false }
    switch (left.long, right.long) {
    case (nil, nil): return true
    case (let left?, let right?): return left == right
    default: return false
    }
  }

  /// The order of `memcmp`, the shorter of two equal beginnings first.
  package static func < (left: RedisBytes, right: RedisBytes) -> Bool {
    if left.long == nil, right.long == nil {
      if left.low != right.low { return left.low.bigEndian < right.low.bigEndian }
      if left.middle != right.middle { return left.middle.bigEndian < right.middle.bigEndian }
      return left.high.bigEndian < right.high.bigEndian
    }
    return left.compare(right) < 0
  }

  /// Below, at or above 0 as these bytes come before, equal or come after `other`.
  package func compare(_ other: RedisBytes) -> Int {
    self.withBytes { mine in
      other.withBytes { theirs in
        for index in 0..<min(mine.count, theirs.count) where mine[index] != theirs[index] {
          return Int(mine[index]) - Int(theirs[index])
        }
        return mine.count - theirs.count
      }
    }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(self.digest) }

  /// A quick, unkeyed 64-bit hash: a fake has no attackers to fear.
  @inlinable package var digest: UInt64 {
    if let long = self.long { return long.withUnsafeBytes { FoldedHash.of($0) } }
    let first = FoldedHash.fold(self.low ^ 0x9e37_79b9_7f4a_7c15, self.middle ^ 0xc2b2_ae3d_27d4_eb4f)
    return FoldedHash.fold(first ^ self.high, 0xff51_afd7_ed55_8ccd)
  }
}

extension RedisBytes {
  /// Whether these are the bytes of `word`, in whatever case. `word` is lower-case ASCII.
  package func equals(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard self.count == count else { return false }
    return self.withBytes { bytes in
      let start = word.utf8Start
      for index in 0..<count where bytes[index].lowercased != start[index] { return false }
      return true
    }
  }

  /// The bytes with A to Z made a to z.
  package var lowercased: RedisBytes {
    if self.long == nil {
      var lower = self
      lower.low = RedisBytes.lowercase(self.low)
      lower.middle = RedisBytes.lowercase(self.middle)
      lower.high = RedisBytes.lowercase(self.high)
      return lower
    }
    return RedisBytes(self.array.map(\.lowercased))
  }

  /// Adds 0x20 to each byte of `word` that is in A to Z. The count byte of `high` (at most 23) is never one.
  @inline(__always)
  private static func lowercase(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let heptets = word & (ones &* 0x7f)
    let aboveZ = heptets &+ ones &* (0x7f - 0x5a)
    let fromA = heptets &+ ones &* (0x80 - 0x41)
    let isASCII = ~word & (ones &* 0x80)
    return word | ((fromA ^ aboveZ) & isASCII) >> 2
  }
}

extension UInt8 {
  @inline(__always) var lowercased: UInt8 { self &- 65 < 26 ? self | 0x20 : self }
  @inline(__always) var isDigit: Bool { self &- 48 < 10 }
}
