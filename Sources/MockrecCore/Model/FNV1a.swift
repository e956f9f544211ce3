/// FNV-1a, 64 bits: a small hash that is the same in every process and on every machine, unlike `Hasher`.
///
/// It serves names and keys, never security: collisions are easy to make on purpose.
///
/// Source: draft-eastlake-fnv, section 2 (algorithm), 5 (64-bit offset basis and prime), 3 (xor folding).
package struct FNV1a: Sendable, Hashable {
  /// The hash of what was appended so far.
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package init(_ bytes: some Sequence<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ self.append(UnsafeRawBufferPointer($0)) }) == nil {
      for byte in bytes { self.append(byte) }
    }
  }

  @inline(__always)
  package mutating func append(_ byte: UInt8) { self.value = (self.value ^ UInt64(byte)) &* 0x100_0000_01B3 }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var value = self.value
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    self.value = value
  }

  package mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { self.append($0) } }

  package mutating func append(_ text: String.UTF8View) {
    // A text of another representation than UTF-8 is read byte by byte.
    if text.withContiguousStorageIfAvailable({ self.append(UnsafeRawBufferPointer($0)) }) == nil {
      for byte in text { self.append(byte) }
    }
  }

  /// The hash in 16 bits.
  package var folded16: UInt16 {
    let half = self.value ^ (self.value >> 32)
    return UInt16(truncatingIfNeeded: half ^ (half >> 16))
  }

  /// The hash in 32 bits.
  package var folded32: UInt32 { UInt32(truncatingIfNeeded: self.value ^ (self.value >> 32)) }
}
