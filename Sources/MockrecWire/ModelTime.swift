import NIOCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The time of a model, in milliseconds since 1970.
package struct ModelTime: Sendable {
  /// The time now. From any thread, and on the hot path.
  package let now: @Sendable () -> Int64
  /// Has something done when it is so late. At the earliest then; on the loop, or on any thread.
  package let wake: @Sendable (_ moment: Int64, _ loop: any EventLoop, _ body: @escaping @Sendable () -> Void) -> Void

  /// The machine's own.
  package static let system = ModelTime {
    Self.milliseconds
  } wake: { moment, loop, body in
    loop.scheduleTask(in: .milliseconds(max(0, moment - Self.milliseconds)), body)
  }

  package init(
    now: @escaping @Sendable () -> Int64,
    wake: @escaping @Sendable (Int64, any EventLoop, @escaping @Sendable () -> Void) -> Void
  ) {
    self.now = now
    self.wake = wake
  }

  /// Goes as the clock does, from what the machine's own is now.
  package init(_ clock: some Clock<Duration>) {
    let (start, began) = (clock.now, Self.milliseconds)
    self.init {
      began + start.duration(to: clock.now).milliseconds
    } wake: { moment, _, body in
      Task {
        // Nobody cancels this sleep; a clock that ends it early is taken at its word.
        try? await clock.sleep(until: start.advanced(by: .milliseconds(moment - began)), tolerance: nil)
        body()
      }
    }
  }

  private static var milliseconds: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  }
}

extension Duration {
  /// Whole milliseconds.
  fileprivate var milliseconds: Int64 {
    self.components.seconds * 1000 + self.components.attoseconds / 1_000_000_000_000_000
  }
}
