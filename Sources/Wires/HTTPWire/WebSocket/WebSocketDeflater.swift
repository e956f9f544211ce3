import CZlib
import NIOCore

/// Compresses one side's messages (RFC 7692, 7.2.1). At a fixed address, since zlib's state points back at its `z_stream`.
final class WebSocketDeflater {
  private static let level: Int32 = 6
  private static let memory: Int32 = 8
  private static let step = 16 << 10

  private let windowBits: Int
  private let keepsContext: Bool
  private let stream: UnsafeMutablePointer<z_stream>
  private var isReady = false

  /// - Parameter windowBits: 9 to 15.
  init(windowBits: Int, keepsContext: Bool) {
    self.windowBits = windowBits
    self.keepsContext = keepsContext
    self.stream = .allocate(capacity: 1)
    self.stream.initialize(to: z_stream())
  }

  deinit {
    if self.isReady { deflateEnd(self.stream) }
    self.stream.deallocate()
  }

  /// - Parameter payload: One message, which is not empty.
  /// - Returns: Nil where there is no memory to compress it: it may go as it is.
  func deflate(_ payload: ByteBuffer) -> ByteBuffer? {
    if !self.isReady {
      let code = deflateInit2_(
        self.stream, Self.level, Z_DEFLATED, Int32(-self.windowBits), Self.memory, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
      guard code == Z_OK else { return nil }
      self.isReady = true
    }
    var output = ByteBuffer()
    payload.withUnsafeReadableBytes { input in
      let bytes = input.bindMemory(to: UInt8.self)
      self.stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
      self.stream.pointee.avail_in = UInt32(bytes.count)
      repeat {
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.step) { space in
          self.stream.pointee.next_out = space.bindMemory(to: UInt8.self).baseAddress
          self.stream.pointee.avail_out = UInt32(Self.step)
          _ = CZlib.deflate(self.stream, Z_SYNC_FLUSH)
          return Self.step - Int(self.stream.pointee.avail_out)
        }
      } while self.stream.pointee.avail_out == 0
      self.stream.pointee.next_in = nil
    }
    if !self.keepsContext { deflateReset(self.stream) }
    // The receiver knows the end of a flush: 00 00 FF FF.
    output.moveWriterIndex(to: output.writerIndex - 4)
    return output
  }
}
