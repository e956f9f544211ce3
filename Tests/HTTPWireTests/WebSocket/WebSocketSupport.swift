import MockrecWire
import NIOCore
import NIOEmbedded
import NIOWebSocket

@testable import HTTPWire

/// Frames of one side as bytes, through swift-nio's decoder and the assembler.
struct Reading {
  var messages: [WebSocketMessage] = []
  var code: UInt16?

  /// - Parameter pieces: Bytes that come together.
  init(
    _ bytes: [UInt8], of party: WireError.Party = .client, deflate: WebSocketDeflate? = nil, limit: Int = 1 << 20,
    mostFragments: Int = WebSocketAssembler.mostFragments, pieces: Int = .max
  ) throws {
    let channel = EmbeddedChannel(
      handler: ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limit)))
    var assembler = WebSocketAssembler(party, deflate: deflate, limit: limit, mostFragments: mostFragments)
    for start in stride(from: 0, to: bytes.count, by: min(pieces, max(1, bytes.count))) {
      let piece = ByteBuffer(bytes: bytes[start..<min(bytes.count, start + min(pieces, bytes.count))])
      // Frames that were whole before the decoder's error come first.
      let failure = Result { _ = try channel.writeInbound(piece) }
      while let frame = try channel.readInbound(as: WebSocketFrame.self) {
        do throws(WebSocketFault) {
          if let message = try assembler.take(frame) { self.messages.append(message) }
        } catch {
          self.code = error.code.rawValue
          return
        }
      }
      if case .failure = failure {
        self.code = assembler.hasClosed ? nil : 0
        return
      }
    }
  }

  /// Each message in a line: its kind and what it says.
  var lines: [String] { self.messages.map(line) }
}

func line(_ message: WebSocketMessage) -> String {
  var payload = message.payload
  if message.kind == .close, let code = payload.readInteger(as: UInt16.self) {
    return "close \(code) \(String(buffer: payload))"
  }
  return "\(message.kind) \(String(buffer: payload))"
}

/// One frame as bytes.
///
/// - Parameters:
///   - first: FIN, reserved bits and opcode.
///   - isMasked: With a key that is not a random one.
func frame(_ first: UInt8, _ payload: [UInt8] = [], isMasked: Bool = true) -> [UInt8] {
  let mask: UInt8 = isMasked ? 0x80 : 0
  var bytes = [first]
  switch payload.count {
  case ...125: bytes.append(mask | UInt8(payload.count))
  case ...0xFFFF: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
  default: bytes += [mask | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
  }
  guard isMasked else { return bytes + payload }
  let key: [UInt8] = [0x11, 0xA5, 0x00, 0xFF]
  return bytes + key + payload.enumerated().map { $1 ^ key[$0 & 3] }
}

func frame(_ first: UInt8, _ text: String, isMasked: Bool = true) -> [UInt8] {
  frame(first, Array(text.utf8), isMasked: isMasked)
}
