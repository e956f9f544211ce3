import MockrecCore
import MockrecWire
import NIOCore
import NIOHPACK

/// Puts the request with which a client asked for HTTP/2 on the connection's first stream (RFC 7540, 3.2): behind the
/// client's preface and settings, as if it had come there.
final class HTTP2UpgradedRequest: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let frame: ByteBuffer
  private var begun = ByteBuffer()

  private static let prefaceLength = 24
  private static let frameHeadLength = 9

  /// - Parameter request: It has no body.
  /// - Returns: nil where its head does not fit into a frame.
  init?(_ request: Message) {
    // The client knows nothing of this head: it may leave no trace in the table of fields.
    let headers = HTTP2Heads.headers(request: request, scheme: "http").unindexed
    var block = ByteBuffer()
    var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    guard (try? encoder.encode(headers: headers, to: &block)) != nil, block.readableBytes <= HTTP2Limits.headBytes
    else { return nil }
    var frame = ByteBuffer()
    let length = UInt32(block.readableBytes)
    frame.writeInteger(UInt8(truncatingIfNeeded: length >> 16))
    frame.writeInteger(UInt16(truncatingIfNeeded: length))
    // HEADERS with END_STREAM and END_HEADERS, on stream 1.
    frame.writeBytes([1, 5, 0, 0, 0, 1])
    frame.writeBuffer(&block)
    self.frame = frame
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = self.unwrapInboundIn(data)
    self.begun.writeBuffer(&bytes)
    let head = self.begun.readableBytesView.dropFirst(Self.prefaceLength).prefix(Self.frameHeadLength)
    guard head.count == Self.frameHeadLength else { return }
    let length = head.prefix(3).reduce(0) { $0 << 8 | Int($1) }
    let behind = Self.prefaceLength + Self.frameHeadLength + length
    // A frame that is too long is for the codec to complain of.
    guard length <= HTTP2Limits.headBytes else { return self.leave(context, self.begun) }
    guard var rest = self.begun.readableBytes >= behind ? self.begun : nil else { return }
    let settings = rest.readSlice(length: behind) ?? rest
    context.fireChannelRead(self.wrapInboundOut(settings))
    context.fireChannelRead(self.wrapInboundOut(self.frame))
    self.leave(context, rest)
  }

  private func leave(_ context: ChannelHandlerContext, _ rest: ByteBuffer) {
    if rest.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(rest)) }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }
}
