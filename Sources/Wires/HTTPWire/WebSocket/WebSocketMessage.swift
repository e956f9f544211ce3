import NIOCore

/// One message of a WebSocket, or one of the control frames between messages: whole, unmasked, uncompressed.
struct WebSocketMessage: Sendable, Hashable {
  /// The opcodes of RFC 6455, 5.2, but for that of continuations.
  enum Kind: UInt8, Sendable, CaseIterable {
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    /// Whether it may come between the fragments of a message, and is short itself (5.5).
    var isControl: Bool { self.rawValue >= Self.close.rawValue }
  }

  var kind: Kind
  var payload: ByteBuffer

  init(_ kind: Kind, _ payload: ByteBuffer) {
    self.kind = kind
    self.payload = payload
  }

  /// A close frame with a code, and the words behind it.
  static func close(_ code: UInt16, _ reason: String = "") -> WebSocketMessage {
    var payload = ByteBuffer(integer: code)
    payload.writeString(reason)
    return WebSocketMessage(.close, payload)
  }
}

/// What one side did that ends a WebSocket, and the code that it is told with (RFC 6455, 7.4.1).
struct WebSocketFault: Error, Hashable {
  enum Code: UInt16 {
    case protocolError = 1002
    /// The payload is not what its kind says: no UTF-8, or no deflate.
    case invalidPayload = 1007
    case tooLarge = 1009
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
