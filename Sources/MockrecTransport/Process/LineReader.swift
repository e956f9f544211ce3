import NIOCore

/// Cuts what a process says into lines.
package final class LineReader: ChannelInboundHandler {
  package typealias InboundIn = ByteBuffer

  package enum Event: Sendable {
    /// Without its end.
    case line(ByteBuffer)
    /// A line that is longer than the longest; the reader goes on behind it.
    case tooLong
    /// All that came for now has been told, but for the beginning of a line.
    case paused(isWithinLine: Bool)
    case writable
    case closed
  }

  private let longest: Int
  private let event: (Event) -> Void
  private var gathered = ByteBuffer()
  /// Bytes of `gathered` in which no line ends.
  private var searched = 0
  private var isSkipping = false

  /// - Parameters:
  ///   - longest: Bytes of a line, at most.
  ///   - event: Called on the event loop.
  package init(longest: Int, _ event: @escaping (Event) -> Void) {
    self.longest = longest
    self.event = event
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = self.unwrapInboundIn(data)
    if self.gathered.readableBytes == 0 { self.gathered = bytes } else { self.gathered.writeBuffer(&bytes) }
    while let end = self.gathered.readableBytesView.dropFirst(self.searched).firstIndex(of: UInt8(ascii: "\n")) {
      let length = end - self.gathered.readerIndex
      self.searched = 0
      guard let line = self.gathered.readSlice(length: length) else { break }
      self.gathered.moveReaderIndex(forwardBy: 1)
      if self.isSkipping {
        self.isSkipping = false
      } else if length > self.longest {
        self.event(.tooLong)
      } else {
        self.event(.line(line))
      }
    }
    self.searched = self.gathered.readableBytes
    if self.searched > self.longest {
      if !self.isSkipping { self.event(.tooLong) }
      self.isSkipping = true
      (self.gathered, self.searched) = (ByteBuffer(), 0)
    }
    if self.gathered.readableBytes == 0 { self.gathered = ByteBuffer() }
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    self.event(.paused(isWithinLine: self.gathered.readableBytes > 0 || self.isSkipping))
  }

  package func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { self.event(.writable) }
  }

  package func channelInactive(context: ChannelHandlerContext) {
    // The last line may have no end.
    if self.gathered.readableBytes > 0, !self.isSkipping { self.event(.line(self.gathered)) }
    self.event(.closed)
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
