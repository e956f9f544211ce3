extension ContentCoding {
  /// The largest body, in either form, that is tried.
  package static let maximumDetectedBytes = 1 << 20

  /// Finds how zlib made `encoded` out of `decoded`: parameters whose `encode` gives exactly those bytes. nil when none
  /// does: another compressor made them, or flushed in between, or several members stand in a row.
  ///
  /// - Complexity: At worst some thirty compressions, each of which stops at its first byte that differs.
  package func detect(encoded: [UInt8], decoded: [UInt8]) -> ContentCodingParameters? {
    guard max(encoded.count, decoded.count) <= Self.maximumDetectedBytes else { return nil }
    return candidates(encoded: encoded, decodedBytes: decoded.count).first { parameters in
      var offset = 0
      do throws(ContentCodingError) {
        try parameters.encode(decoded) { piece in
          guard encoded[offset...].starts(with: piece) else { return false }
          offset += piece.count
          return true
        }
      } catch {
        return false
      }
      return offset == encoded.count
    }
  }

  private func candidates(encoded: [UInt8], decodedBytes: Int) -> [ContentCodingParameters] {
    let likely = [6, 9, 1, 5, 4, 2, 3, 7, 8, 0]
    switch self {
    case .identity:
      return []
    case .gzip:
      guard let header = ContentCodingGzipHeader(prefixOf: encoded) else { return [] }
      // zlib marks the best and the fastest level in the header; others leave the mark out, so it only says where to
      // look first.
      let marked = header.extraFlags == 2 ? [9] : header.extraFlags == 4 ? [1, 0] : []
      let levels = marked + likely.filter { !marked.contains($0) }
      return Self.combine(.gzip(header), levels, windows: Self.windows(decodedBytes))
    case .deflate:
      guard encoded.count >= 2 else { return [] }
      let window = Int(encoded[0] >> 4) + 8
      let isZlib = encoded[0] & 0x0F == 8 && window <= 15 && (Int(encoded[0]) << 8 | Int(encoded[1])) % 31 == 0
      guard isZlib else {
        return Self.combine(.raw, likely, windows: Self.windows(decodedBytes))
      }
      // RFC 1950, section 2.2: FLEVEL, which zlib fills in from the level.
      let levels = likely.filter { ($0 < 2 ? 0 : $0 < 6 ? 1 : $0 == 6 ? 2 : 3) == encoded[1] >> 6 }
      let windows = [(window, 8), (window, 9)] + Self.windows(decodedBytes).filter { $0.0 == window && $0.1 < 8 }
      return Self.combine(.zlib, levels, windows: windows)
    }
  }

  /// Window and memory level as people use zlib: its defaults, its largest (Apache), and what nginx takes for a body
  /// whose length it knows.
  private static func windows(_ decodedBytes: Int) -> [(Int, Int)] {
    var window = 15
    var memory = 8
    while window > 9, decodedBytes < 1 << (window - 1) - 262 {
      window -= 1
      memory = max(1, memory - 1)
    }
    let usual = [(15, 8), (15, 9)]
    return window == 15 ? usual : usual + [(window, memory)]
  }

  private static func combine(
    _ format: ContentCodingParameters.Format, _ levels: [Int], windows: [(Int, Int)]
  ) -> [ContentCodingParameters] {
    windows.flatMap { window, memory in
      levels.map { ContentCodingParameters(format: format, level: $0, window: window, memory: memory) }
    }
  }
}
