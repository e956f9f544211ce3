import MockrecWire
import NIOCore

/// One message of a body: a flag, a length, and so many bytes.
///
/// Source: grpc/grpc, doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message.
struct GRPCFrame: Hashable {
  var isCompressed: Bool
  /// Where the message itself stands in the body.
  var payload: Range<Int>

  static let headLength = 5

  /// The messages of a whole body; nil where it does not end with one.
  static func split(_ body: [UInt8]) -> [GRPCFrame]? {
    let (frames, end) = self.whole(body)
    return end == body.count ? frames : nil
  }

  /// The messages that are whole, and where the last of them ends.
  static func whole(_ body: [UInt8]) -> (frames: [GRPCFrame], end: Int) {
    var frames: [GRPCFrame] = []
    var at = 0
    while at < body.count {
      guard body.count - at >= Self.headLength, body[at] <= 1 else { return (frames, at) }
      let length = body[(at + 1)..<(at + 5)].reduce(0) { $0 << 8 | Int($1) }
      let start = at + Self.headLength
      guard body.count - start >= length else { return (frames, at) }
      frames.append(GRPCFrame(isCompressed: body[at] == 1, payload: start..<(start + length)))
      at = start + length
    }
    return (frames, at)
  }

  static func append(_ payload: some Collection<UInt8>, isCompressed: Bool, to body: inout [UInt8]) {
    let length = UInt32(truncatingIfNeeded: payload.count)
    body.append(isCompressed ? 1 : 0)
    withUnsafeBytes(of: length.bigEndian) { body.append(contentsOf: $0) }
    body.append(contentsOf: payload)
  }
}

/// Finds where messages end while a body comes.
struct GRPCCutter: MessageCutter {
  private var head = 0
  private var headBytes = 0
  /// Bytes of the message under way that are still to come.
  private var rest = 0
  private var position = 0

  mutating func feed(_ bytes: ByteBuffer, ended: (Int) -> Void) {
    bytes.withUnsafeReadableBytes { self.feed($0) { position, _, _ in ended(position) } }
  }

  /// - Parameters:
  ///   - ended: Told the body's length when a message was whole, and as of `piece`.
  ///   - piece: Told of the message under way whether it is compressed, and the next bytes of it.
  mutating func feed(
    _ bytes: UnsafeRawBufferPointer,
    ended: (_ position: Int, _ isCompressed: Bool, _ length: Int) -> Void = { _, _, _ in },
    piece: (_ isCompressed: Bool, UnsafeRawBufferPointer) -> Void = { _, _ in }
  ) {
    var at = 0
    while at < bytes.count {
      while self.headBytes < GRPCFrame.headLength, at < bytes.count {
        self.head = self.head << 8 | Int(bytes[at])
        self.headBytes += 1
        at += 1
        if self.headBytes == GRPCFrame.headLength { self.rest = self.head & 0xFFFF_FFFF }
      }
      guard self.headBytes == GRPCFrame.headLength else { break }
      let isCompressed = self.head >> 32 != 0
      let count = min(self.rest, bytes.count - at)
      if count > 0 { piece(isCompressed, UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)])) }
      self.rest -= count
      at += count
      guard self.rest == 0 else { break }
      ended(self.position + at, isCompressed, self.head & 0xFFFF_FFFF)
      (self.head, self.headBytes) = (0, 0)
    }
    self.position += bytes.count
  }
}
