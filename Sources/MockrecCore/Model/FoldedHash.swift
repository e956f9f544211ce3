/// A quick, unkeyed 64-bit hash of bytes: the same in every process and on every machine of one byte order.
///
/// For tables whose keys nobody else chooses, never for what is written down and never against an attacker.
///
/// Source: the folded 128-bit product of wyhash, https://github.com/wangyi-fudan/wyhash.
package enum FoldedHash {
  /// O(`bytes.count`), eight bytes at a time.
  @inlinable
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = UInt64(bytes.count) ^ 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while offset + 8 <= bytes.count {
      hash = self.fold(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), 0xC2B2_AE3D_27D4_EB4F)
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
      tail = tail << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return self.fold(hash ^ tail, 0xFF51_AFD7_ED55_8CCD)
  }

  /// Whether two runs of bytes are equal, eight bytes at a time.
  @inlinable
  package static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    var offset = 0
    while offset + 8 <= left.count {
      let (mine, theirs) = (
        left.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
        right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      )
      guard mine == theirs else { return false }
      offset += 8
    }
    while offset < left.count {
      guard left[offset] == right[offset] else { return false }
      offset += 1
    }
    return true
  }

  /// Both halves of the product, one upon the other.
  @inlinable @inline(__always)
  package static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
