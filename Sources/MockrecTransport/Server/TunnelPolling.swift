import MockrecWire
import NIOCore
import NIOPosix

/// Keeps an event loop awake for a moment after something passed through one of its tunnels, where an answer usually comes
/// within that moment: to wake a sleeping processor takes longer than to forward what it is woken for.
///
/// It looks at the sockets itself, as a loop that has a task to do looks at none, and goes back to sleep after 50 µs, so
/// much is burnt in vain at most for each message. Where it was in vain, ever more messages pass before it is tried again.
/// Many connections keep a loop awake by themselves.
final class TunnelPolling {
  private static let window = TimeAmount.microseconds(50)
  private static let mostSockets = 8

  /// Whether it pays to wait awake for one of the two parties.
  struct Trust {
    private static let most = 8
    private var failures = 0
    private var pause = 0

    /// Asked for each message.
    mutating func isWorthATry() -> Bool {
      if self.pause > 0 { self.pause -= 1 }
      return self.pause == 0
    }

    mutating func paid() { self.failures = 0 }

    mutating func failed() {
      self.failures = min(self.failures + 1, Self.most)
      self.pause = 1 << self.failures
    }
  }

  // Everything here is only touched on the event loop.
  private let eventLoop: any EventLoop
  private var sockets: [pollfd] = []
  private var trustInClients = Trust()
  private var trustInServers = Trust()
  private(set) var isPolling = false

  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  func add(_ socket: NIOBSDSocket.Handle) { self.sockets.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }

  func remove(_ socket: NIOBSDSocket.Handle) { self.sockets.removeAll { $0.fd == socket } }

  /// The party has said something, and the other end was sent it.
  func passed(from party: WireError.Party) {
    guard !self.isPolling, !self.sockets.isEmpty, self.sockets.count <= Self.mostSockets else { return }
    let awaitsServer = party == .client
    guard awaitsServer ? self.trustInServers.isWorthATry() : self.trustInClients.isWorthATry() else { return }
    self.isPolling = true
    self.look(awaitsServer, until: .now() + Self.window)
  }

  private func look(_ awaitsServer: Bool, until: NIODeadline) {
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    self.eventLoop.execute {
      let polling = bound.value
      let isReady = poll(&polling.sockets, nfds_t(polling.sockets.count), 0) != 0
      guard isReady || .now() >= until else { return polling.look(awaitsServer, until: until) }
      polling.isPolling = false
      polling.learn(awaitsServer) { if isReady, .now() < until { $0.paid() } else { $0.failed() } }
    }
  }

  private func learn(_ awaitsServer: Bool, _ change: (inout Trust) -> Void) {
    if awaitsServer { change(&self.trustInServers) } else { change(&self.trustInClients) }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
