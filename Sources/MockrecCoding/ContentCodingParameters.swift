import CZlib

/// How zlib was asked to encode a body: with the decoded bytes, all that it takes to make the encoded ones again.
package struct ContentCodingParameters: Sendable, Hashable {
  package enum Format: Sendable, Hashable {
    case gzip(ContentCodingGzipHeader)
    case zlib
    /// Deflate with nothing around it.
    case raw
  }

  package var format: Format
  /// zlib's level, 0 to 9.
  package var level: Int
  /// The window's size as a power of two, 9 to 15. Servers that know a body to be small choose less than 15.
  package var window = 15
  /// zlib's `memLevel`, 1 to 9: where deflate ends its blocks.
  package var memory = 8

  package init(format: Format, level: Int, window: Int = 15, memory: Int = 8) {
    self.format = format
    self.level = min(max(level, 0), 9)
    self.window = min(max(window, 9), 15)
    self.memory = min(max(memory, 1), 9)
  }

  /// The coding that they belong to.
  package var coding: ContentCoding {
    switch format {
    case .gzip: .gzip
    case .zlib, .raw: .deflate
    }
  }

  /// Encodes the whole body in one go.
  package func encode(_ bytes: [UInt8]) throws(ContentCodingError) -> [UInt8] {
    var output: [UInt8] = []
    try encode(bytes) { piece in
      output.append(contentsOf: piece)
      return true
    }
    return output
  }

  /// Encodes and hands out the bytes piece by piece, for as long as `consume` wants more.
  func encode(_ bytes: [UInt8], consume: (UnsafeBufferPointer<UInt8>) -> Bool) throws(ContentCodingError) {
    var deflater = try ContentCodingDeflater(
      level: level, windowBits: format == .zlib ? window : -window, memory: memory)
    guard case .gzip(let header) = format else {
      _ = deflater.run(bytes, consume: consume)
      return
    }
    guard header.bytes.withUnsafeBufferPointer(consume), deflater.run(bytes, consume: consume) else { return }
    _ = Self.gzipTrailer(bytes).withUnsafeBufferPointer(consume)
  }

  /// CRC-32 and length, both little-endian. RFC 1952, section 2.3.1.
  private static func gzipTrailer(_ bytes: [UInt8]) -> [UInt8] {
    let checksum = bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    return [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: bytes.count)].flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
  }
}
