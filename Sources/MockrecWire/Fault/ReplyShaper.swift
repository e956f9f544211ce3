import MockrecCore
import NIOCore

/// Stands between a wire and the socket, and sends the replies that a fault concerns as their shape says.
///
/// What is written between `begin` and `finish` is one reply; all else passes, behind what is held back before it.
package final class ReplyShaper: ChannelDuplexHandler, ReplyShaping {
  package typealias InboundIn = ByteBuffer
  package typealias OutboundIn = IOData
  package typealias OutboundOut = IOData

  /// A reply, or what is written between two.
  private struct Job {
    /// nil for what passes as it is.
    var shape: ReplyShape?
    var data = CircularBuffer<IOData>()
    var bytes = 0
    var isEnded = false
    /// When it began to be sent, and what was sent since.
    var started: NIODeadline?
    var sent = 0
    /// When its first byte is due.
    var due: NIODeadline
    var promises: [EventLoopPromise<Void>] = []
  }

  // Everything here is only touched on the connection's event loop, and no access spans a call.
  @exclusivity(unchecked) private var context: ChannelHandlerContext?
  @exclusivity(unchecked) private var jobs = CircularBuffer<Job>()
  @exclusivity(unchecked) private var isOpen = false
  @exclusivity(unchecked) private var isCut = false
  private var timer: Scheduled<Void>?
  @exclusivity(unchecked) private var held = 0
  package var hasRoom: (() -> Void)?

  /// What is held back of one reply until its end is known; the end of a longer one is not waited for.
  private static let longestHeld = 1 << 20
  /// More than this is not asked for while it is held back.
  private static let mostHeld = 256 << 10
  /// A paced reply is sent in steps of this.
  private static let step = TimeAmount.milliseconds(5)

  package init() {}

  private var now: NIODeadline { self.context?.eventLoop.now ?? .now() }

  package var isFull: Bool {
    // What is sent only when its end is known has to be let in until then.
    guard let first = self.jobs.first, first.shape?.needsWhole == true, !first.isEnded else {
      return self.held > Self.mostHeld
    }
    return self.held > Self.longestHeld
  }

  package var isYielding: Bool { self.jobs.contains { $0.shape?.yieldsFor != nil } }

  package func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  package func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    self.hasRoom = nil
    self.drop()
  }

  package func channelInactive(context: ChannelHandlerContext) {
    self.drop()
    context.fireChannelInactive()
  }

  package func begin(_ shape: ReplyShape) {
    self.finish()
    self.jobs.append(Job(shape: shape, due: self.now + TimeAmount(shape.delay)))
    self.isOpen = true
  }

  package func finish() {
    guard self.isOpen else { return }
    self.isOpen = false
    self.jobs[self.jobs.index(before: self.jobs.endIndex)].isEnded = true
    self.pump()
  }

  /// Sends bytes that are of no protocol, and closes.
  package func end(with bytes: ByteBuffer, reset: Bool = false) {
    var shape = ReplyShape()
    shape.ending = reset ? .reset(half: false) : .closed
    self.begin(shape)
    self.take(.byteBuffer(bytes), promise: nil)
    self.finish()
  }

  package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if self.jobs.isEmpty, !self.isCut { return context.write(data, promise: promise) }
    guard !self.isCut else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    self.take(self.unwrapOutboundIn(data), promise: promise)
    self.pump()
  }

  private func take(_ data: IOData, promise: EventLoopPromise<Void>?) {
    if !self.isOpen, self.jobs.last?.shape != nil {
      // What is written behind a held reply waits for it.
      self.jobs.append(Job(shape: nil, due: self.now))
    }
    let last = self.jobs.index(before: self.jobs.endIndex)
    if data.readableBytes > 0 { self.jobs[last].data.append(data) }
    self.jobs[last].bytes += data.readableBytes
    self.held += data.readableBytes
    if let promise { self.jobs[last].promises.append(promise) }
  }

  /// Sends what is due.
  private func pump() {
    guard let context = self.context, !self.isCut else { return }
    self.timer?.cancel()
    self.timer = nil
    let wasFull = self.isFull
    while !self.jobs.isEmpty, !self.isCut {
      if let wait = self.sendFirst(context) {
        if wait > .nanoseconds(0) { self.wake(in: wait) }
        break
      }
    }
    if wasFull, !self.isFull { self.hasRoom?() }
  }

  /// Sends of the oldest job what is due.
  ///
  /// - Returns: How long to wait for more of it, nothing where that comes by itself; nil where it is done.
  private func sendFirst(_ context: ChannelHandlerContext) -> TimeAmount? {
    let first = self.jobs.startIndex
    guard let shape = self.jobs[first].shape else {
      if self.send(self.jobs[first].bytes, context) { self.retire(context, .whole) }
      return nil
    }
    if shape.needsWhole, !self.jobs[first].isEnded, self.jobs[first].bytes < Self.longestHeld { return .nanoseconds(0) }
    let now = self.now
    if now < self.jobs[first].due { return self.jobs[first].due - now }
    if self.jobs[first].started == nil { self.prepare(&self.jobs[first], shape, now) }
    if shape.yieldsFor != nil {
      // Another may be the first now.
      return self.yield(shape, now) ?? self.sendFirst(context)
    }
    guard let pace = self.due(self.jobs[first], now) else {
      guard self.send(self.jobs[first].bytes, context) else { return nil }
      guard self.jobs[first].isEnded || shape.ending != .whole && shape.needsWhole else { return .nanoseconds(0) }
      self.retire(context, shape.ending)
      return nil
    }
    guard self.send(pace - self.jobs[first].sent, context) else { return nil }
    if self.jobs[first].bytes > 0 { return Self.step }
    guard self.jobs[first].isEnded else { return .nanoseconds(0) }
    self.retire(context, shape.ending)
    return nil
  }

  /// Cuts or repeats a reply whose end is known, or is not waited for.
  private func prepare(_ job: inout Job, _ shape: ReplyShape, _ now: NIODeadline) {
    job.started = now
    switch shape.ending {
    case .closedEarly(let missing): self.cut(&job, to: max(0, job.bytes - missing))
    case .reset(half: true): self.cut(&job, to: (job.bytes + 1) / 2)
    case .whole, .closed, .reset: break
    }
    guard shape.copies > 1 else { return }
    // Of a reply that is sent before it is whole, what is here is not all.
    guard job.isEnded, job.bytes > 0 else {
      shape.wasIdle?()
      return
    }
    let once = Array(job.data)
    for _ in 1..<max(1, shape.copies) { job.data.append(contentsOf: once) }
    self.held += job.bytes * (shape.copies - 1)
    job.bytes *= shape.copies
  }

  private func cut(_ job: inout Job, to count: Int) {
    var kept = CircularBuffer<IOData>()
    var rest = count
    while rest > 0, let data = job.data.popFirst() {
      let piece = data.first(rest)
      rest -= piece.readableBytes
      kept.append(piece)
    }
    self.held -= job.bytes - (count - rest)
    job.data = kept
    job.bytes = count - rest
  }

  /// Lets the next reply go first, if it comes in time.
  private func yield(_ shape: ReplyShape, _ now: NIODeadline) -> TimeAmount? {
    guard let within = shape.yieldsFor, let started = self.jobs[self.jobs.startIndex].started else { return nil }
    let next = self.jobs.index(after: self.jobs.startIndex)
    self.jobs[self.jobs.startIndex].shape?.yieldsFor = nil
    if next < self.jobs.endIndex, self.jobs[next].isEnded {
      self.jobs.swapAt(self.jobs.startIndex, next)
      return nil
    }
    let left = started + TimeAmount(within) - now
    guard left > .nanoseconds(0) else { return nil }
    self.jobs[self.jobs.startIndex].shape?.yieldsFor = within
    return left
  }

  /// How many bytes of a paced reply should have been sent by now; nil where it has no pace.
  private func due(_ job: Job, _ now: NIODeadline) -> Int? {
    guard let shape = job.shape, let started = job.started else { return nil }
    let total = job.sent + job.bytes
    // A step ahead of its time: what is due until the next look.
    let elapsed = Double((now - started + Self.step).nanoseconds) / 1e9
    if let rate = shape.rate { return min(total, max(1, Int(elapsed * Double(rate)))) }
    return shape.pieces?.due(of: total, after: elapsed)
  }

  /// - Returns: Whether the connection still stands: who sends may learn that it does not, and all is dropped then.
  private func send(_ count: Int, _ context: ChannelHandlerContext) -> Bool {
    var rest = count
    let first = self.jobs.startIndex
    while rest > 0, let data = self.jobs[first].data.popFirst() {
      let piece = data.first(rest)
      if piece.readableBytes < data.readableBytes { self.jobs[first].data.prepend(data.dropping(rest)) }
      rest -= piece.readableBytes
      context.write(self.wrapOutboundOut(piece), promise: nil)
    }
    let sent = count - rest
    self.jobs[first].bytes -= sent
    self.jobs[first].sent += sent
    self.held -= sent
    if sent > 0 { context.flush() }
    return !self.isCut
  }

  /// The oldest job is sent.
  private func retire(_ context: ChannelHandlerContext, _ ending: ReplyShape.Ending) {
    let promises = self.jobs.removeFirst().promises
    if !promises.isEmpty {
      let sent = context.eventLoop.makePromise(of: Void.self)
      for promise in promises { sent.futureResult.cascade(to: promise) }
      context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: sent)
    }
    switch ending {
    case .whole: return
    case .closedEarly, .closed: self.close(context, reset: false)
    case .reset: self.close(context, reset: true)
    }
  }

  /// Closes behind what was sent, also where the client is slow to take it.
  private func close(_ context: ChannelHandlerContext, reset: Bool) {
    self.drop()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(ByteBuffer()))).whenComplete { _ in
      let channel = bound.value.channel
      if reset, let options = channel as? any SocketOptionProvider {
        // What the kernel still holds for a client that does not read is lost with a reset, as with any.
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
      }
      channel.close(promise: nil)
    }
  }

  private func wake(in wait: TimeAmount) {
    guard let context = self.context else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    self.timer = context.eventLoop.scheduleTask(in: wait) { bound.value.pump() }
  }

  private func drop() {
    self.timer?.cancel()
    self.timer = nil
    self.isCut = true
    self.isOpen = false
    let jobs = self.jobs
    self.jobs.removeAll()
    self.held = 0
    for job in jobs { for promise in job.promises { promise.fail(ChannelError.ioOnClosedChannel) } }
  }
}

extension IOData {
  /// At most so many bytes of its beginning.
  fileprivate func first(_ count: Int) -> IOData {
    guard count < self.readableBytes else { return self }
    switch self {
    case .byteBuffer(let buffer):
      return .byteBuffer(buffer.getSlice(at: buffer.readerIndex, length: count) ?? buffer)
    case .fileRegion(let region):
      return .fileRegion(
        FileRegion(fileHandle: region.fileHandle, readerIndex: region.readerIndex, endIndex: region.readerIndex + count)
      )
    }
  }

  fileprivate func dropping(_ count: Int) -> IOData {
    switch self {
    case .byteBuffer(var buffer):
      buffer.moveReaderIndex(forwardBy: min(count, buffer.readableBytes))
      return .byteBuffer(buffer)
    case .fileRegion(var region):
      region.moveReaderIndex(forwardBy: min(count, region.readableBytes))
      return .fileRegion(region)
    }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
