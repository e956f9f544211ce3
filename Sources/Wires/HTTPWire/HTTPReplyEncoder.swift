import MockrecCore
import MockrecWire
import NIOCore

/// Writes reply heads and chunks as bytes (RFC 9112, 4 and 7.1), fields in the order and spelling they are given in.
enum HTTPReplyEncoder {
  /// How a reply's end is told.
  enum Framing: Equatable {
    /// No body: HEAD, 1xx, 204, 304.
    case none
    case length
    case chunked
    /// The connection's end is the body's end.
    case close
  }

  /// Whether a reply of this status to this method carries a body (RFC 9110, 6.4.1).
  static func hasBody(status: Int, method: String) -> Bool {
    method != "HEAD" && status >= 200 && status != 204 && status != 304
  }

  /// Chooses the framing of a streamed reply from its head, and corrects the head for it.
  static func frame(_ head: inout Message, method: String, clientTakesChunks: Bool) -> Framing {
    guard self.hasBody(status: head.status, method: method) else { return .none }
    if head.isChunked {
      guard clientTakesChunks else {
        head.fields.remove("Transfer-Encoding")
        head.fields.remove("Content-Length")
        return .close
      }
      head.fields.remove("Content-Length")
      return .chunked
    }
    if head.fields.contains("Content-Length") { return .length }
    guard clientTakesChunks else { return .close }
    head.fields.append("Transfer-Encoding", "chunked")
    return .chunked
  }

  /// Status line, fields and the empty line.
  static func write(_ head: Message, connection: String? = nil, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("HTTP/1.1 ")
    buffer.writeString(head.start.count > 1 ? head.start[1] : "500")
    buffer.writeStaticString(" ")
    if head.start.count > 2 { buffer.writeString(head.start[2]) }
    buffer.writeStaticString("\r\n")
    for field in head.fields { self.write(field, into: &buffer) }
    if let connection { buffer.writeString("Connection: \(connection)\r\n") }
    buffer.writeStaticString("\r\n")
  }

  static func writeChunk(_ bytes: ByteBuffer, into buffer: inout ByteBuffer) {
    buffer.writeString(String(bytes.readableBytes, radix: 16))
    buffer.writeStaticString("\r\n")
    buffer.writeImmutableBuffer(bytes)
    buffer.writeStaticString("\r\n")
  }

  static func writeLastChunk(_ trailers: Fields, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("0\r\n")
    for field in trailers { self.write(field, into: &buffer) }
    buffer.writeStaticString("\r\n")
  }

  /// Line ends inside a value would end the field: they are sent as spaces, as RFC 9110, 5.5 has it.
  private static func write(_ field: Fields.Field, into buffer: inout ByteBuffer) {
    buffer.writeString(field.name)
    buffer.writeStaticString(": ")
    if field.value.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 }) {
      buffer.writeBytes(field.value.utf8.lazy.map { $0 == 13 || $0 == 10 || $0 == 0 ? 32 : $0 })
    } else {
      buffer.writeString(field.value)
    }
    buffer.writeStaticString("\r\n")
  }
}
