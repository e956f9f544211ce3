import MockrecWire
import NIOCore
import NIOHTTP2

/// One side of an HTTP/2 connection as what it says sees it: frames of all its streams go out together when a turn ends.
protocol HTTP2Outlet: TurnFlushing, ChannelOutboundHandler where OutboundOut == HTTP2Frame {
  associatedtype Source: HTTP2Source
  var eventLoop: any EventLoop { get }
  /// nil where the connection has ended.
  var context: ChannelHandlerContext? { get }
  /// Whether the codec writes what it gets.
  var hasRoom: Bool { get }
  /// What holds something back until the turn ends.
  var unsent: [Source] { get set }
}

/// A stream that holds back what it says, so that what follows in the same turn can go with it.
protocol HTTP2Source: AnyObject {
  /// Writes what was held back.
  func writeUnsent()
}

extension HTTP2Outlet {
  var isWritable: Bool { self.context?.channel.isWritable ?? false }

  func write(_ id: HTTP2StreamID, _ payload: HTTP2Frame.FramePayload, promise: EventLoopPromise<Void>? = nil) {
    guard let context = self.context else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    context.write(self.wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: promise)
    // The codec holds frames back while the channel is full. It expects that all but those with bodies of those it holds
    // have been flushed when there is room again: what comes before may be flushed at any time.
    if !self.hasRoom, !payload.isData { context.flush() }
  }

  func flushSoon() { TurnFlush.schedule(self, on: self.eventLoop) }

  package func turnEnded() {
    // What is written may make room for more, which is held back in its turn.
    var next = 0
    while next < self.unsent.count {
      self.unsent[next].writeUnsent()
      next += 1
    }
    self.unsent.removeAll(keepingCapacity: true)
    self.context?.flush()
  }

  /// Lets the peer send on, on all streams together: at once, so that a stream that waits holds up no other.
  func widen(_ window: Int) {
    guard window <= HTTP2Limits.connectionWindow / 2 else { return }
    self.write(.rootStream, .windowUpdate(windowSizeIncrement: HTTP2Limits.connectionWindow - window))
    self.flushSoon()
  }
}
