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
