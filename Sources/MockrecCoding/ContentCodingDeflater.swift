import CZlib

/// zlib's compressor for one whole body. At a fixed address, since zlib's state points back at its `z_stream`.
struct ContentCodingDeflater: ~Copyable {
  private let stream: UnsafeMutablePointer<z_stream>
  private let scratch: UnsafeMutableBufferPointer<UInt8>

  /// - Parameter windowBits: 9 to 15 for the zlib format, negative for deflate alone.
  init(level: Int, windowBits: Int, memory: Int) throws(ContentCodingError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = deflateInit2_(
      stream, Int32(level), Z_DEFLATED, Int32(windowBits), Int32(memory), Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      stream.deallocate()
      throw .outOfMemory
    }
    self.stream = stream
    scratch = .allocate(capacity: 16 << 10)
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    scratch.deallocate()
  }

  /// Hands out the encoded bytes for as long as `consume` wants more; says whether it wanted all.
  mutating func run(_ bytes: [UInt8], consume: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    bytes.withUnsafeBufferPointer { input in
      var rest = input[...]
      while true {
        // Small pieces, so that whoever compares can stop early. They change nothing in what comes out.
        let piece = UnsafeBufferPointer(rebasing: rest.prefix(64 << 10))
        rest = rest.dropFirst(piece.count)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: piece.baseAddress)
        stream.pointee.avail_in = UInt32(piece.count)
        guard drain(flush: rest.isEmpty ? Z_FINISH : Z_NO_FLUSH, consume) else { return false }
        if rest.isEmpty { return true }
      }
    }
  }

  private func drain(flush: Int32, _ consume: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    repeat {
      stream.pointee.next_out = scratch.baseAddress
      stream.pointee.avail_out = UInt32(scratch.count)
      deflate(stream, flush)
      let count = scratch.count - Int(stream.pointee.avail_out)
      guard count == 0 || consume(UnsafeBufferPointer(rebasing: scratch[..<count])) else { return false }
    } while stream.pointee.avail_out == 0
    return true
  }
}
