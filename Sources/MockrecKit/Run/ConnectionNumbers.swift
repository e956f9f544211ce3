import MockrecWire
import NIOCore
import Synchronization

/// Numbers a service's connections, from 1, in the order in which they came.
final class ConnectionNumbers: Sendable {
  private struct State {
    var last = 0
    var open: [ObjectIdentifier: Int] = [:]
  }

  private let state = Mutex(State())

  /// Several conversations stand behind one connection.
  private let areShared: Bool

  init(_ wire: any Wire) { self.areShared = !wire.applicationProtocols.isEmpty }

  func next() -> Int {
    self.state.withLock { state in
      state.last += 1
      return state.last
    }
  }

  /// The number of a conversation's connection: one of HTTP/2 has a conversation for each request that it carries at once.
  func number(of channel: any Channel) -> Int {
    guard self.areShared else { return self.next() }
    let name = ObjectIdentifier(channel)
    if let known = self.state.withLock({ $0.open[name] }) { return known }
    let number = self.next()
    self.state.withLock { $0.open[name] = number }
    channel.closeFuture.whenComplete { _ in self.state.withLock { $0.open[name] = nil } }
    return number
  }
}
