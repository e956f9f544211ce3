import MockrecCore
import MockrecWire
import NIOCore
import Testing

@Suite("Requests in few bytes")
struct PackedMessageTests {
  private static let lengths = [0, 1, 254, 255, 256, 70_000]

  private func unpacked(_ message: Message, behind other: [UInt8] = []) -> Message {
    var bytes = ByteBuffer(bytes: other)
    bytes.moveReaderIndex(forwardBy: other.count)
    message.pack(into: &bytes)
    return Message(packed: bytes)
  }

  @Test("what is packed is read as it was, whatever its texts' lengths", arguments: Self.lengths)
  func texts(length: Int) {
    let text = String(repeating: "ü", count: length / 2) + (length % 2 == 1 ? "a" : "")
    let message = Message(
      start: ["GET", text, "HTTP/1.1"], fields: Fields([(text, "b"), ("a", text), ("", "")]),
      body: Body([UInt8](repeating: 0xFF, count: length)))
    #expect(self.unpacked(message) == message)
    #expect(self.unpacked(message, behind: [1, 2, 3]) == message)
  }

  @Test("and whatever their number", arguments: Self.lengths.dropLast())
  func counts(count: Int) {
    let message = Message(
      start: (0..<count).map { "\($0)" }, fields: Fields((0..<count).map { ("n\($0)", "v\($0)") }))
    #expect(self.unpacked(message) == message)
  }
}
