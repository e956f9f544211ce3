import NIOCore

extension ChannelHandlerContext {
  /// Writes the beginning of a file without reading it into memory.
  ///
  /// - Returns: False where the file cannot be opened: nothing was written.
  package func writeFile(_ path: String, length: Int) -> Bool {
    guard let handle = try? NIOFileHandle(_deprecatedPath: path) else { return false }
    let region = FileRegion(fileHandle: handle, readerIndex: 0, endIndex: length)
    let bound = NIOLoopBound(handle, eventLoop: self.eventLoop)
    self.writeAndFlush(NIOAny(IOData.fileRegion(region))).whenComplete { _ in
      // Nothing can be done about a descriptor that does not close.
      try? bound.value.close()
    }
    return true
  }
}

extension FileRegion {
  /// Reads its next bytes, at most `count`, and moves on; nil where the file is shorter than it was, or cannot be read.
  package mutating func readPiece(_ count: Int, _ allocator: ByteBufferAllocator) -> ByteBuffer? {
    let wanted = min(count, self.readableBytes)
    var piece = allocator.buffer(capacity: wanted)
    let (handle, offset) = (self.fileHandle, self.readerIndex)
    let got = piece.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
      let read = try? handle.withUnsafeFileDescriptor { pread($0, space.baseAddress, wanted, off_t(offset)) }
      return max(0, read ?? 0)
    }
    guard got > 0 || wanted == 0 else { return nil }
    self.moveReaderIndex(forwardBy: got)
    return piece
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
