import CZlib
import NIOCore

/// Undoes the compression of one side's messages (RFC 7692, 7.2.2).
///
/// A class because zlib's state points back at its `z_stream`, which therefore stays at one address. Memory is taken when
/// the first compressed message comes.
final class WebSocketInflater {
  /// What the sender left out at a message's end.
  private static let tail: [UInt8] = [0, 0, 0xFF, 0xFF]
  private static let step = 16 << 10
  /// In zlib's `data_type`: no block is under way.
  private static let betweenBlocks: Int32 = 128

  private let keepsContext: Bool
  private let stream: UnsafeMutablePointer<z_stream>
  private var isReady = false
  /// How often the message under way has ended its stream.
  private var ends = 0
  /// A sender has no reason to do so more than now and then, and each time the window is copied.
  private static let mostEnds = 1024

  /// - Parameter keepsContext: Whether a message may refer back to those before it.
  init(keepsContext: Bool) {
    self.keepsContext = keepsContext
    self.stream = .allocate(capacity: 1)
    self.stream.initialize(to: z_stream())
  }

  deinit {
    if self.isReady { inflateEnd(self.stream) }
    self.stream.deallocate()
  }

  /// - Parameters:
  ///   - payload: One whole message.
  ///   - limit: The most that may come out. Bytes; what comes out is held piece by piece, and no more than this.
  func inflate(_ payload: ByteBuffer, limit: Int) throws(WebSocketFault) -> ByteBuffer {
    if !self.isReady {
      // The largest window reads what was written with any.
      let code = inflateInit2_(self.stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard code == Z_OK else { throw WebSocketFault(.tooLarge, "more than there is memory for") }
      self.isReady = true
    }
    var output = ByteBuffer()
    self.ends = 0
    // A closure of these cannot throw a type of its own; the result carries it out.
    try payload.withUnsafeReadableBytes { self.feed($0, &output, limit) }.get()
    try Self.tail.withUnsafeBytes { self.feed($0, &output, limit) }.get()
    guard self.stream.pointee.data_type & Self.betweenBlocks != 0 else {
      throw WebSocketFault(.invalidPayload, "a compressed message that is not whole")
    }
    if !self.keepsContext { inflateReset(self.stream) }
    return output
  }

  private func feed(
    _ input: UnsafeRawBufferPointer, _ output: inout ByteBuffer, _ limit: Int
  ) -> Result<Void, WebSocketFault> {
    let bytes = input.bindMemory(to: UInt8.self)
    self.stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
    self.stream.pointee.avail_in = UInt32(bytes.count)
    defer { self.stream.pointee.next_in = nil }
    while true {
      var code = Z_OK
      let count = output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.step) { space in
        self.stream.pointee.next_out = space.bindMemory(to: UInt8.self).baseAddress
        self.stream.pointee.avail_out = UInt32(Self.step)
        code = CZlib.inflate(self.stream, Z_NO_FLUSH)
        return Self.step - Int(self.stream.pointee.avail_out)
      }
      guard output.readableBytes <= limit else {
        return .failure(WebSocketFault(.tooLarge, "a compressed message of more than \(limit) bytes"))
      }
      switch code {
      case Z_STREAM_END:
        self.ends += 1
        guard self.ends <= Self.mostEnds else {
          return .failure(WebSocketFault(.invalidPayload, "a compressed message of more than \(Self.mostEnds) streams"))
        }
        self.goOn()
      case Z_OK: break
      case Z_BUF_ERROR: return .success(())
      default: return .failure(WebSocketFault(.invalidPayload, "a compressed message that is not deflate"))
      }
      // Room left over means that the input is used up.
      if self.stream.pointee.avail_in == 0, count < Self.step { return .success(()) }
    }
  }

  /// A sender may end the stream within a message, and goes on behind it with the same window (RFC 7692, 7.2.3.4).
  private func goOn() {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 15) { window in
      var length: UInt32 = 0
      inflateGetDictionary(self.stream, window.baseAddress, &length)
      inflateReset(self.stream)
      inflateSetDictionary(self.stream, window.baseAddress, length)
    }
  }
}
