import NIOCore

/// A content coding that zlib can undo. RFC 9110, section 8.4.1.
package enum ContentCoding: String, Sendable, CaseIterable {
  case gzip
  /// The zlib format (RFC 1950), or, as some servers send it, deflate without a wrapper (RFC 1951).
  case deflate
  case identity

  /// Reads the value of `Content-Encoding`. nil for a coding that is not known here and for more than one: such a body
  /// stays as it is.
  package init?(fieldValue: String) {
    switch fieldValue.lowercased().drop(while: Self.isSpace).trimmingSuffix(while: Self.isSpace) {
    case "gzip", "x-gzip": self = .gzip
    case "deflate": self = .deflate
    case "identity", "": self = .identity
    default: return nil
    }
  }

  private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }

  /// Undoes the coding. No bytes at all, the body of a reply to HEAD for one, give no bytes.
  ///
  /// - Parameter limit: The most bytes that may come out; memory stays below it and a constant.
  package func decode(_ bytes: [UInt8], limit: Int) throws(ContentCodingError) -> [UInt8] {
    let inflater = ContentCodingInflater(self, limit: limit)
    var output: [UInt8] = []
    try inflater.append(bytes, to: &output)
    try inflater.finish()
    return output
  }

  /// As for an array, of the buffer's readable bytes.
  package func decode(_ buffer: ByteBuffer, limit: Int) throws(ContentCodingError) -> [UInt8] {
    let inflater = ContentCodingInflater(self, limit: limit)
    var output: [UInt8] = []
    try inflater.append(buffer, to: &output)
    try inflater.finish()
    return output
  }

  /// Encodes at level 6 with no time in it: the same bytes for the same body, as long as zlib is the same.
  package func encode(_ bytes: [UInt8]) throws(ContentCodingError) -> [UInt8] {
    guard let parameters = ContentCodingParameters(usual: self) else { return bytes }
    return try parameters.encode(bytes)
  }
}

extension ContentCodingParameters {
  /// How a body is encoded when nothing is known of its first encoder; nil for no coding.
  package init?(usual coding: ContentCoding) {
    switch coding {
    case .identity: return nil
    case .gzip: self.init(format: .gzip(.plain(level: 6)), level: 6)
    case .deflate: self.init(format: .zlib, level: 6)
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isIn: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, isIn(last) {
      text.removeLast()
    }
    return text
  }
}
