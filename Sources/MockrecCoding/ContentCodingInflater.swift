import CZlib
import NIOCore

/// Undoes one body's content coding as its chunks arrive.
///
/// A class because zlib's state points back at its `z_stream`, which therefore stays at one address. Not `Sendable`:
/// it belongs to the conversation that feeds it. After an error it is done for.
package final class ContentCodingInflater {
  private enum Stage {
    /// Nothing has come. For deflate up to one byte is held back: two tell which format it is.
    case start(held: UInt8?)
    case inside
    /// A gzip member has ended; another may follow. RFC 1952, section 2.2.
    case ended
  }

  private let coding: ContentCoding
  private let limit: Int
  private let stream: UnsafeMutablePointer<z_stream>
  private let scratch: UnsafeMutableBufferPointer<UInt8>
  private var stage = Stage.start(held: nil)
  private var ready = false
  private var produced = 0

  /// - Parameter limit: The most bytes that may come out, over all chunks.
  package init(_ coding: ContentCoding, limit: Int) {
    self.coding = coding
    self.limit = max(0, limit)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    scratch = .allocate(capacity: 16 << 10)
  }

  deinit {
    if ready {
      inflateEnd(stream)
    }
    stream.deallocate()
    scratch.deallocate()
  }

  /// Decodes the next bytes and appends what they give.
  package func append(_ bytes: [UInt8], to output: inout [UInt8]) throws(ContentCodingError) {
    // Not all of the closures below can throw a type of their own; the result carries it out.
    let result = bytes.withUnsafeBufferPointer { capture($0, to: &output) }
    try result.get()
  }

  /// As for an array, of the buffer's readable bytes.
  package func append(_ buffer: ByteBuffer, to output: inout [UInt8]) throws(ContentCodingError) {
    let result = buffer.withUnsafeReadableBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { capture($0, to: &output) }
    }
    try result.get()
  }

  /// The body is over.
  package func finish() throws(ContentCodingError) {
    switch stage {
    case .start(held: nil), .ended: break
    case .start, .inside: throw .truncated
    }
  }

  private func capture(
    _ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) -> Result<Void, ContentCodingError> {
    do throws(ContentCodingError) {
      return .success(try take(bytes, to: &output))
    } catch {
      return .failure(error)
    }
  }

  private func take(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) throws(ContentCodingError) {
    guard !bytes.isEmpty else { return }
    guard coding != .identity else {
      return try emit(bytes, to: &output)
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      switch stage {
      case .start(let held):
        if coding == .gzip {
          try begin(windowBits: 15 + 16)
        } else if let first = held ?? rest.popFirst(), let second = rest.first {
          try begin(windowBits: Self.isZlibHeader(first, second) ? 15 : -15)
          try withUnsafePointer(toOne: first) { one throws(ContentCodingError) in
            _ = try inflateSome(one, to: &output)
          }
        } else {
          stage = .start(held: held ?? bytes.last)
          return
        }
      case .inside:
        // zlib counts input in 32 bits.
        let used = try inflateSome(UnsafeBufferPointer(rebasing: rest.prefix(1 << 30)), to: &output)
        rest = rest.dropFirst(used)
      case .ended:
        guard coding == .gzip, rest.first == 0x1F else { throw .trailingBytes }
        inflateReset(stream)
        stage = .inside
      }
    }
  }

  /// RFC 1950, section 2.2: the method is deflate, and both bytes together are a multiple of 31.
  private static func isZlibHeader(_ first: UInt8, _ second: UInt8) -> Bool {
    first & 0x0F == 8 && first >> 4 <= 7 && (Int(first) << 8 | Int(second)) % 31 == 0
  }

  private func begin(windowBits: Int32) throws(ContentCodingError) {
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK else { throw .outOfMemory }
    ready = true
    stage = .inside
  }

  private func withUnsafePointer(
    toOne byte: UInt8, _ body: (UnsafeBufferPointer<UInt8>) throws(ContentCodingError) -> Void
  ) throws(ContentCodingError) {
    let one = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1)
    defer { one.deallocate() }
    one.initialize(repeating: byte)
    try body(UnsafeBufferPointer(one))
  }

  /// Feeds zlib until it has taken everything or a member ends; says how many bytes it took.
  private func inflateSome(
    _ input: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) throws(ContentCodingError) -> Int {
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    stream.pointee.avail_in = UInt32(input.count)
    defer {
      stream.pointee.next_in = nil
      stream.pointee.avail_in = 0
    }
    while true {
      stream.pointee.next_out = scratch.baseAddress
      stream.pointee.avail_out = UInt32(scratch.count)
      let code = inflate(stream, Z_NO_FLUSH)
      let count = scratch.count - Int(stream.pointee.avail_out)
      try emit(UnsafeBufferPointer(rebasing: scratch[..<count]), to: &output)
      switch code {
      case Z_STREAM_END:
        stage = .ended
        return input.count - Int(stream.pointee.avail_in)
      case Z_OK, Z_BUF_ERROR:
        // Room left over means that the input is used up. Z_BUF_ERROR says that there was nothing to do.
        if stream.pointee.avail_out > 0 || code == Z_BUF_ERROR { return input.count }
      case Z_MEM_ERROR:
        throw .outOfMemory
      case Z_NEED_DICT:
        throw .malformed("needs a preset dictionary")
      default:
        throw .malformed(stream.pointee.msg.map { String(cString: $0) } ?? "zlib says \(code)")
      }
    }
  }

  private func emit(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) throws(ContentCodingError) {
    guard bytes.count <= limit - produced else { throw .tooLarge(limit: limit) }
    produced += bytes.count
    output.append(contentsOf: bytes)
  }
}
