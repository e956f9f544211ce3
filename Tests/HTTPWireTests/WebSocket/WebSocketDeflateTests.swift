import Foundation
import MockrecWire
import NIOCore
import NIOWebSocket
import Testing

@testable import HTTPWire

@Suite("Compressed messages of WebSockets")
struct WebSocketDeflateTests {
  @Test("what another library wrote is read, whole and byte by byte", arguments: WebSocketFixtures.frames.indices)
  func others(index: Int) throws {
    let (side, deflate, base64) = WebSocketFixtures.frames[index]
    let data = try #require(Data(base64Encoded: base64, options: .ignoreUnknownCharacters))
    for pieces in [Int.max, 1] {
      let reading = try Reading(
        [UInt8](data), of: side == .server ? .server : .client, deflate: deflate, pieces: pieces)
      #expect(reading.messages == WebSocketFixtures.messages)
      #expect(reading.code == nil)
    }
  }

  /// The examples of RFC 7692, 7.2.3.
  static let examples: [(name: String, messages: [[UInt8]], texts: [String])] = [
    ("one block", [[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]], ["Hello"]),
    (
      "a window shared", [[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], [0xF2, 0x00, 0x11, 0x00, 0x00]],
      ["Hello", "Hello"]
    ),
    (
      "a block that is not compressed", [[0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]], ["Hello"]
    ),
    ("a last block", [[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]], ["Hello"]),
    (
      "a window shared across a last block",
      [[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00], [0xF2, 0x00, 0x11, 0x00, 0x00]], ["Hello", "Hello"]
    ),
    (
      "two blocks",
      [[0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00]], ["Hello"]
    ),
    ("an empty message", [[0x00]], [""]),
  ]

  @Test("the examples of RFC 7692 are read, also in fragments", arguments: examples.indices)
  func rfc(index: Int) throws {
    let (name, messages, texts) = Self.examples[index]
    let whole = messages.flatMap { frame(0xC1, $0) }
    #expect(try Reading(whole, deflate: WebSocketDeflate()).lines == texts.map { "text \($0)" }, "\(name)")
    let cut = messages.flatMap { message in
      frame(0x41, Array(message.prefix(1))) + frame(0x89) + frame(0x80, Array(message.dropFirst()))
    }
    #expect(
      try Reading(cut, deflate: WebSocketDeflate()).lines == texts.flatMap { ["ping ", "text \($0)"] }, "\(name)")
  }

  @Test("compressed frames that may not be, and payloads that are no deflate, have their codes")
  func faults() throws {
    let deflate = WebSocketDeflate()
    let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
    #expect(try Reading(frame(0x41, hello) + frame(0xC0, hello), deflate: deflate).code == 1002)
    #expect(try Reading(frame(0xC9, "a"), deflate: deflate).code == 1002)
    #expect(try Reading(frame(0xC1, [0xFF, 0xFF, 0xFF]), deflate: deflate).code == 1007)
    #expect(try Reading(frame(0xC1, Array(hello.prefix(3))), deflate: deflate).code == 1007)
    // It refers back to a message that is forgotten.
    let shared = frame(0xC1, hello) + frame(0xC1, [0xF2, 0x00, 0x11, 0x00, 0x00])
    let reading = try Reading(shared, deflate: WebSocketDeflate(resetsClient: true))
    #expect(reading.lines == ["text Hello"])
    #expect(reading.code == 1007)
    // The window of a client is not the server's.
    #expect(try Reading(shared, deflate: WebSocketDeflate(resetsServer: true)).lines.count == 2)
  }

  @Test("a message that becomes too long is given up before it has")
  func bomb() throws {
    let deflater = WebSocketDeflater(windowBits: 15, keepsContext: true)
    let zeros = ByteBuffer(repeating: 0, count: 64 << 20)
    let compressed = try #require(deflater.deflate(zeros))
    #expect(compressed.readableBytes < 128 << 10)
    let bytes = frame(0xC2, Array(compressed.readableBytesView))
    #expect(try Reading(bytes, deflate: WebSocketDeflate(), limit: 1 << 20).code == 1009)
    #expect(try Reading(bytes, deflate: WebSocketDeflate(), limit: 64 << 20).messages.first?.payload == zeros)
    let inflater = WebSocketInflater(keepsContext: true)
    #expect(throws: WebSocketFault(.tooLarge, "a compressed message of more than 100 bytes")) {
      try inflater.inflate(compressed, limit: 100)
    }
  }

  @Test("what is compressed is read again, with every window, in both directions", arguments: 8...15)
  func roundTrip(bits: Int) throws {
    for (reset, party) in [(true, WireError.Party.client), (false, .client), (true, .server), (false, .server)] {
      let deflate = WebSocketDeflate(
        resetsServer: reset, resetsClient: reset, serverWindowBits: bits, clientWindowBits: bits)
      let framer = WebSocketFramer(party, deflate: deflate)
      var assembler = WebSocketAssembler(party, deflate: deflate, limit: 1 << 20)
      for message in WebSocketFixtures.messages + [.close(1000, "bye")] {
        let frame = framer.frame(message)
        #expect((frame.maskKey != nil) == (party == .client))
        // zlib writes no window of 256 bytes: such messages go as they are.
        #expect(frame.rsv1 == (bits > 8 && message.payload.readableBytes > 0 && message.kind != .close))
        var masked = frame
        if let key = frame.maskKey { masked.data.webSocketMask(key) }
        #expect(try assembler.take(masked) == message)
      }
    }
  }
}
