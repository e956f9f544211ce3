import MockrecWire
import NIOCore

/// Reads the files that are written to a connection over TLS, piece by piece as the client takes them: only the kernel
/// can send a file as it is, and what it sends is not encrypted.
final class FilesOverTLS: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = ByteBuffer

  private struct Write {
    var data: IOData
    var promise: EventLoopPromise<Void>?
  }

  /// A file, and what is written behind it.
  private var waiting = CircularBuffer<Write>()
  /// Bytes on their way of which it is not known yet that they were sent.
  private var underWay = 0

  private static let piece = 64 << 10
  private static let mostUnderWay = 2 << 20

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let data = self.unwrapOutboundIn(data)
    if self.waiting.isEmpty, case .byteBuffer(let bytes) = data {
      return context.write(self.wrapOutboundOut(bytes), promise: promise)
    }
    self.waiting.append(Write(data: data, promise: promise))
    self.pump(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    self.pump(context)
    context.fireChannelWritabilityChanged()
  }

  private func pump(_ context: ChannelHandlerContext) {
    while !self.waiting.isEmpty {
      let first = self.waiting.startIndex
      let promise = self.waiting[first].promise
      guard case .fileRegion(var region) = self.waiting[first].data else {
        if case .byteBuffer(let bytes) = self.waiting.removeFirst().data {
          context.writeAndFlush(self.wrapOutboundOut(bytes), promise: promise)
        }
        continue
      }
      guard context.channel.isWritable, self.underWay < Self.mostUnderWay else { return }
      guard let piece = region.readPiece(Self.piece, context.channel.allocator) else { return self.fail(context) }
      self.waiting[first].data = .fileRegion(region)
      let isLast = region.readableBytes == 0
      if isLast { self.waiting.removeFirst() }
      self.send(piece, isLast ? promise : nil, context)
    }
  }

  private func send(_ piece: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
    let count = piece.readableBytes
    self.underWay += count
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    let sent = context.writeAndFlush(self.wrapOutboundOut(piece))
    if let promise { sent.cascade(to: promise) }
    sent.whenComplete { _ in
      let handler = bound.value.handler
      let wasFull = handler.underWay >= Self.mostUnderWay
      handler.underWay -= count
      if wasFull { handler.pump(bound.value.context) }
    }
  }

  /// The file became shorter: the reply cannot be finished.
  private func fail(_ context: ChannelHandlerContext) {
    self.drop()
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.drop()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.drop() }

  private func drop() {
    let waiting = self.waiting
    self.waiting.removeAll()
    for write in waiting { write.promise?.fail(ChannelError.ioOnClosedChannel) }
  }
}
