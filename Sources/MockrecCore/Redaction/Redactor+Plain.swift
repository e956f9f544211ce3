extension Redactor {
  /// Whether one quick look tells that a short text holds no secret: no name with a value, no URL, no JSON, and no
  /// beginning of what `SecretShapes` knows.
  ///
  /// False means nothing. O(`bytes.count`), no allocation.
  package func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard self.isOn else { return true }
    guard bytes.count <= 64 else { return false }
    // The last four bytes, the latest lowest.
    var last: UInt32 = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "@"), UInt8(ascii: "{"), UInt8(ascii: "["):
        return false
      default: break
      }
      last = last << 8 | UInt32(byte)
      switch last & 0xFF_FFFF {
      // eyJ, AKI, ASI, AIz, git, glp, sk_, rk_, xox, ---
      case 0x65_79_4A, 0x41_4B_49, 0x41_53_49, 0x41_49_7A, 0x67_69_74, 0x67_6C_70, 0x73_6B_5F, 0x72_6B_5F, 0x78_6F_78,
        0x2D_2D_2D:
        return false
      // gh?_
      case let three where three & 0xFF == 0x5F && last & 0xFFFF_0000 == 0x67_68_00_00: return false
      default: break
      }
    }
    return true
  }
}
