import NIOCore

/// What is done later on a connection's event loop, or not at all where it is cancelled before: one thing at a time.
struct LoopTimer {
  private var scheduled: Scheduled<Void>?

  /// In the place of what was to be done before.
  mutating func start(in time: Duration, on loop: any EventLoop, _ body: @escaping () -> Void) {
    self.scheduled?.cancel()
    let bound = NIOLoopBound(body, eventLoop: loop)
    self.scheduled = loop.scheduleTask(in: TimeAmount(time)) { bound.value() }
  }

  mutating func cancel() {
    self.scheduled?.cancel()
    self.scheduled = nil
  }
}
