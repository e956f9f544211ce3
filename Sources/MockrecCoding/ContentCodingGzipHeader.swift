/// What stands in front of a gzip member. RFC 1952, section 2.3.
package struct ContentCodingGzipHeader: Sendable, Hashable {
  /// All of its bytes, 10 or more.
  package let bytes: [UInt8]

  /// The longest header that is kept; file names and comments have no limit of their own.
  static let maximumBytes = 512

  private enum Flag {
    static let checksum: UInt8 = 1 << 1
    static let extra: UInt8 = 1 << 2
    static let name: UInt8 = 1 << 3
    static let comment: UInt8 = 1 << 4
    static let reserved: UInt8 = 0b1110_0000
  }

  /// A header with no name, comment or extra field.
  ///
  /// - Parameters:
  ///   - time: Seconds since 1970, 0 for none.
  ///   - system: 3 is Unix, 255 unknown.
  package init(time: UInt32, extraFlags: UInt8, system: UInt8) {
    let time = (0..<4).map { UInt8(truncatingIfNeeded: time >> (8 * UInt32($0))) }
    bytes = [0x1F, 0x8B, 8, 0] + time + [extraFlags, system]
  }

  /// What zlib itself writes on Unix.
  package static func plain(level: Int) -> Self {
    Self(time: 0, extraFlags: level == 9 ? 2 : level < 2 ? 4 : 0, system: 3)
  }

  /// The header at the front of `encoded`; nil when there is none, whole and within the limit.
  init?(prefixOf encoded: [UInt8]) {
    let front = encoded.prefix(Self.maximumBytes)
    guard front.count >= 10, front.starts(with: [0x1F, 0x8B, 8]), front[3] & Flag.reserved == 0 else { return nil }
    let flags = front[3]
    var end = 10
    if flags & Flag.extra != 0 {
      guard front.count >= end + 2 else { return nil }
      end += 2 + Int(front[end]) + Int(front[end + 1]) << 8
    }
    for text in [Flag.name, Flag.comment] where flags & text != 0 {
      guard end <= front.count, let zero = front[end...].firstIndex(of: 0) else { return nil }
      end = zero + 1
    }
    if flags & Flag.checksum != 0 {
      end += 2
    }
    guard end <= front.count else { return nil }
    bytes = Array(front[..<end])
  }

  /// Reads back `hex`: one whole header, nothing after it.
  init?(hex: Substring) {
    let digits = Array(hex.utf8)
    guard digits.count % 2 == 0, digits.count <= 2 * Self.maximumBytes else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    guard let header = Self(prefixOf: bytes), header.bytes.count == bytes.count else { return nil }
    self = header
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  var hex: String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// Time, flags and system say it all.
  var isSimple: Bool { bytes.count == 10 && bytes[3] == 0 }

  package var time: UInt32 { (4..<8).reversed().reduce(0) { $0 << 8 | UInt32(bytes[$1]) } }
  package var extraFlags: UInt8 { bytes[8] }
  package var system: UInt8 { bytes[9] }
}
