/// Why bytes cannot be decoded, or encoded.
package enum ContentCodingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// More comes out than the limit, in bytes, allows.
  case tooLarge(limit: Int)
  /// The bytes end before the coding does.
  case truncated
  /// The coding is complete, and bytes that are no part of it follow.
  case trailingBytes
  /// Not this coding; the text is zlib's.
  case malformed(String)
  /// zlib got no memory.
  case outOfMemory

  package var description: String {
    switch self {
    case .tooLarge(let limit): "the decoded body is larger than the limit of \(limit) bytes"
    case .truncated: "the encoded body ends too early"
    case .trailingBytes: "bytes follow the end of the encoded body"
    case .malformed(let text): "the encoded body is malformed: \(text)"
    case .outOfMemory: "no memory for zlib"
    }
  }
}
