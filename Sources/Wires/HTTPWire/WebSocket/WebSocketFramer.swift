import MockrecWire
import NIOCore
import NIOWebSocket

/// Makes one side's frames of messages: each in one frame, compressed where that is agreed.
struct WebSocketFramer {
  private let party: WireError.Party
  private let deflater: WebSocketDeflater?

  init(_ party: WireError.Party, deflate: WebSocketDeflate?) {
    self.party = party
    self.deflater = deflate.flatMap { deflate in
      deflate.windowBits(of: party).map {
        WebSocketDeflater(windowBits: $0, keepsContext: deflate.keepsContext(of: party))
      }
    }
  }

  /// A client's frames are masked with keys that nobody can foretell (RFC 6455, 10.3).
  func frame(_ message: WebSocketMessage) -> WebSocketFrame {
    var frame = WebSocketFrame(
      fin: true, opcode: WebSocketOpcode(encodedWebSocketOpcode: message.kind.rawValue) ?? .binary,
      maskKey: self.party == .client ? .random() : nil, data: message.payload)
    // An empty message has nothing to compress, and the empty one that zlib makes cannot be told from none.
    if !message.kind.isControl, message.payload.readableBytes > 0,
      let compressed = self.deflater?.deflate(message.payload)
    {
      frame.data = compressed
      frame.rsv1 = true
    }
    return frame
  }
}
