import NIOCore

/// One side's messages as bytes, which is the body of a recorded exchange: for each its opcode (1 byte), the length of its
/// payload (4 bytes, the most significant first), and the payload.
///
/// The bytes may come in any pieces. No more than one message is held.
struct WebSocketRecords {
  /// Bytes before a payload.
  static let headLength = 5

  private let limit: Int
  private var bytes = ByteBuffer()

  /// - Parameter limit: The longest payload. Bytes.
  init(limit: Int) { self.limit = limit }

  static func write(_ message: WebSocketMessage, into buffer: inout ByteBuffer) {
    buffer.reserveCapacity(minimumWritableBytes: Self.headLength + message.payload.readableBytes)
    buffer.writeInteger(message.kind.rawValue)
    buffer.writeInteger(UInt32(message.payload.readableBytes))
    buffer.writeImmutableBuffer(message.payload)
  }

  static func bytes(of message: WebSocketMessage) -> ByteBuffer {
    var buffer = ByteBuffer()
    self.write(message, into: &buffer)
    return buffer
  }

  mutating func append(_ bytes: ByteBuffer) {
    if self.bytes.readableBytes == 0 { self.bytes = bytes } else { self.bytes.writeImmutableBuffer(bytes) }
  }

  /// The next message that is whole; nil where there is none.
  ///
  /// - Throws: Where the bytes are no messages. Nothing behind them can be read.
  mutating func next() throws(WebSocketFault) -> WebSocketMessage? {
    let start = self.bytes.readerIndex
    guard let opcode = self.bytes.getInteger(at: start, as: UInt8.self) else { return nil }
    guard let kind = WebSocketMessage.Kind(rawValue: opcode) else {
      throw WebSocketFault(.protocolError, "a message with the opcode \(opcode), which there is none of")
    }
    guard let length = self.bytes.getInteger(at: start + 1, as: UInt32.self) else { return nil }
    guard length <= (kind.isControl ? 125 : self.limit) else {
      throw WebSocketFault(.tooLarge, "a message of \(length) bytes")
    }
    guard let payload = self.bytes.getSlice(at: start + Self.headLength, length: Int(length)) else { return nil }
    self.bytes.moveReaderIndex(forwardBy: Self.headLength + Int(length))
    return WebSocketMessage(kind, payload)
  }

  /// Whether nothing is left of a message that is not whole.
  var isEmpty: Bool { self.bytes.readableBytes == 0 }
}
