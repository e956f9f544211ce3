import MockrecWire

/// What both sides have agreed upon for the compression of messages (permessage-deflate, RFC 7692, 7.1).
struct WebSocketDeflate: Sendable, Hashable {
  /// The server begins each message with an empty window.
  var resetsServer = false
  var resetsClient = false
  /// The window of what the server compresses, as the exponent of 2: 8 to 15.
  var serverWindowBits = 15
  var clientWindowBits = 15

  /// The longest message of a WebSocket, compressed and not, where no limit of bodies is set. Bytes.
  private static let longest = 16 << 20

  static func limit(_ limits: WireLimits) -> Int { min(limits.bodyBytes ?? Self.longest, 1 << 31) }

  func keepsContext(of party: WireError.Party) -> Bool {
    !(party == .server ? self.resetsServer : self.resetsClient)
  }

  /// The window with which a side may compress; nil for the smallest, which zlib cannot write: such a side need not
  /// compress at all.
  func windowBits(of party: WireError.Party) -> Int? {
    let bits = party == .server ? self.serverWindowBits : self.clientWindowBits
    return bits == 8 ? nil : bits
  }
}
