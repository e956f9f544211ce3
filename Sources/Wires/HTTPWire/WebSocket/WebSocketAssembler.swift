import MockrecWire
import NIOCore
import NIOWebSocket

/// Makes messages of one side's frames, and finds what that side may not send (RFC 6455, 5 to 8; RFC 7692).
///
/// It has neither socket nor clock, and is told its role by nothing but whose frames it reads. After a fault it is done for.
struct WebSocketAssembler {
  /// The most frames of one message: empty ones cost nothing, and would never end.
  static let mostFragments = 1 << 20

  private let party: WireError.Party
  private let limit: Int
  private let mostFragments: Int
  private let inflater: WebSocketInflater?
  /// The message under way.
  private var kind: WebSocketMessage.Kind?
  private var isCompressed = false
  private var payload = ByteBuffer()
  private var fragments = 0
  /// Its close frame has come: what is behind it counts for nothing.
  private(set) var hasClosed = false

  /// - Parameters:
  ///   - party: Who sends the frames. A client's are masked, a server's are not.
  ///   - limit: The longest payload of a message, compressed and not. Bytes.
  init(
    _ party: WireError.Party, deflate: WebSocketDeflate?, limit: Int, mostFragments: Int = Self.mostFragments
  ) {
    self.party = party
    self.limit = limit
    self.mostFragments = mostFragments
    self.inflater = deflate.map { WebSocketInflater(keepsContext: $0.keepsContext(of: party)) }
  }

  /// - Returns: The message that is whole with this frame; nil where it is not, or where the side has closed before.
  mutating func take(_ frame: WebSocketFrame) throws(WebSocketFault) -> WebSocketMessage? {
    guard !self.hasClosed else { return nil }
    guard (frame.maskKey != nil) == (self.party == .client) else {
      throw WebSocketFault(
        .protocolError, self.party == .client ? "a frame that is not masked" : "a frame that is masked")
    }
    guard !frame.rsv2, !frame.rsv3 else { throw WebSocketFault(.protocolError, "a frame with a reserved bit") }
    let opcode = UInt8(webSocketOpcode: frame.opcode)
    let kind = WebSocketMessage.Kind(rawValue: opcode)
    guard kind != nil || opcode == 0 else {
      throw WebSocketFault(.protocolError, "a frame with the reserved opcode \(opcode)")
    }
    let mayBeCompressed = self.inflater != nil && (kind == .text || kind == .binary)
    guard !frame.rsv1 || mayBeCompressed else {
      throw WebSocketFault(.protocolError, "a frame that says it is compressed, and may not be")
    }
    if let kind, kind.isControl { return try self.control(kind, frame) }
    return try self.fragment(kind, frame)
  }

  private mutating func control(
    _ kind: WebSocketMessage.Kind, _ frame: WebSocketFrame
  ) throws(WebSocketFault) -> WebSocketMessage {
    guard frame.fin, frame.length <= 125 else {
      throw WebSocketFault(.protocolError, "a control frame in fragments, or of more than 125 bytes")
    }
    let payload = frame.unmaskedData
    if kind == .close {
      self.hasClosed = true
      try Self.checkClose(payload)
    }
    return WebSocketMessage(kind, payload)
  }

  /// A close frame is empty, or has a code that may be sent and words (RFC 6455, 5.5.1 and 7.4).
  private static func checkClose(_ payload: ByteBuffer) throws(WebSocketFault) {
    guard payload.readableBytes > 0 else { return }
    guard let code = payload.getInteger(at: payload.readerIndex, as: UInt16.self) else {
      throw WebSocketFault(.protocolError, "a close frame with half a code")
    }
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: break
    default: throw WebSocketFault(.protocolError, "a close frame with the code \(code), which may not be sent")
    }
    guard payload.readableBytesView.dropFirst(2).isUTF8 else {
      throw WebSocketFault(.invalidPayload, "a close frame whose words are not UTF-8")
    }
  }

  /// - Parameter kind: Nil for a continuation.
  private mutating func fragment(
    _ kind: WebSocketMessage.Kind?, _ frame: WebSocketFrame
  ) throws(WebSocketFault) -> WebSocketMessage? {
    if let kind {
      guard self.kind == nil else {
        throw WebSocketFault(.protocolError, "a message in the middle of another")
      }
      self.kind = kind
      self.isCompressed = frame.rsv1
      self.fragments = 0
    }
    guard let kind = self.kind else { throw WebSocketFault(.protocolError, "the continuation of no message") }
    self.fragments += 1
    guard self.fragments <= self.mostFragments else {
      throw WebSocketFault(.tooLarge, "a message of more than \(self.mostFragments) frames")
    }
    guard frame.length <= self.limit - self.payload.readableBytes else {
      throw WebSocketFault(.tooLarge, "a message of more than \(self.limit) bytes")
    }
    if self.payload.readableBytes == 0 {
      self.payload = frame.unmaskedData
    } else {
      self.payload.writeImmutableBuffer(frame.unmaskedData)
    }
    guard frame.fin else { return nil }
    return try self.finish(kind)
  }

  private mutating func finish(_ kind: WebSocketMessage.Kind) throws(WebSocketFault) -> WebSocketMessage {
    var payload = self.payload
    self.kind = nil
    self.payload = ByteBuffer()
    if self.isCompressed, let inflater = self.inflater { payload = try inflater.inflate(payload, limit: self.limit) }
    guard kind != .text || payload.readableBytesView.isUTF8 else {
      throw WebSocketFault(.invalidPayload, "a text that is not UTF-8")
    }
    return WebSocketMessage(kind, payload)
  }
}

extension Sequence<UInt8> {
  fileprivate var isUTF8: Bool { String(validating: self, as: UTF8.self) != nil }
}
