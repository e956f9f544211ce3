import CProcess
import NIOCore
import NIOPosix

/// The threads that serve connections, and the few beside them for work that would hold a connection up.
package final class EventLoops: Sendable {
  package let group: MultiThreadedEventLoopGroup
  private let pool: NIOThreadPool

  /// - Parameter threads: Event loops; the processors that this process may use when nil.
  package init(threads: Int? = nil) {
    self.group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads ?? Processors.count))
    self.pool = NIOThreadPool(numberOfThreads: 1)
    self.pool.start()
  }

  /// Runs work off the event loops.
  package func offload(_ work: @escaping @Sendable () -> Void) {
    self.pool.submit { _ in work() }
  }

  /// Ends all connections and threads.
  package func shutdown() async {
    // Nothing is left to be done about a thread that does not end.
    try? await self.group.shutdownGracefully()
    try? await self.pool.shutdownGracefully()
  }
}

/// The processors of this machine.
package enum Processors {
  /// How many this process may run on: fewer than there are where it was bound to some of them, as by `taskset`. Threads
  /// beyond that number only take turns.
  package static let count: Int = {
    let allowed = Int(mockrec_allowed_processors())
    return allowed > 0 ? min(allowed, System.coreCount) : System.coreCount
  }()
}
