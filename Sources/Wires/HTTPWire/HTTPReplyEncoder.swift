import MockrecCore
import MockrecHTTP2
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

  /// Chooses the framing of a streamed reply from its head, and corrects the head for it.
  static func frame(_ head: inout Message, method: String, clientTakesChunks: Bool) -> Framing {
    guard HTTPSemantics.hasBody(status: head.status, method: method) else { return .none }
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

  /// At least the length of what `write` makes of a head, in bytes.
  static func length(of head: Message, contentLength: Int? = nil, connection: String? = nil) -> Int {
    var length = "HTTP/1.1 500 \r\n\r\n".utf8.count
    for word in head.start { length += word.utf8.count }
    for field in head.fields.list { length += field.name.utf8.count + field.value.utf8.count + 4 }
    if contentLength != nil { length += 40 }
    if let connection { length += connection.utf8.count + 14 }
    return length
  }

  /// Status line, fields and the empty line.
  ///
  /// - Parameter contentLength: A length to send in a field of its own, behind the others.
  static func write(
    _ head: Message, contentLength: Int? = nil, connection: String? = nil, into buffer: inout ByteBuffer
  ) {
    let length = self.length(of: head, contentLength: contentLength, connection: connection)
    _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { space in
      var writer = HTTPHeadWriter(space)
      writer.put("HTTP/1.1 ")
      writer.put(head.start.count > 1 ? head.start[1] : "500")
      writer.put(" ")
      if head.start.count > 2 { writer.put(head.start[2]) }
      writer.put("\r\n")
      for field in head.fields.list { writer.putField(field.name, field.value) }
      if let contentLength { writer.putField("Content-Length", String(contentLength)) }
      if let connection { writer.putField("Connection", connection) }
      writer.put("\r\n")
      return writer.count
    }
  }

  static func writeChunk(_ bytes: ByteBuffer, into buffer: inout ByteBuffer) {
    buffer.writeString(String(bytes.readableBytes, radix: 16))
    buffer.writeStaticString("\r\n")
    buffer.writeImmutableBuffer(bytes)
    buffer.writeStaticString("\r\n")
  }

  static func writeLastChunk(_ trailers: Fields, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("0\r\n")
    let length = trailers.list.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { space in
      var writer = HTTPHeadWriter(space)
      for field in trailers.list { writer.putField(field.name, field.value) }
      return writer.count
    }
    buffer.writeStaticString("\r\n")
  }
}
