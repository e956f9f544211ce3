import MockrecWire
import NIOCore
import Synchronization

/// Numbers a service's connections in one session, from 1, in the order in which they first come there.
final class SessionConnections: Sendable {
  private let state = Mutex<(last: Int, known: [Int: Int])>((0, [:]))
  /// Connections that are known when they come again, the last ones.
  private static let most = 4096

  /// - Parameter connection: Its number in the run.
  func number(of connection: Int) -> Int {
    self.state.withLock { state in
      if let known = state.known[connection] { return known }
      if state.known.count >= Self.most {
        let eldest = state.known.keys.sorted()[Self.most / 2]
        state.known = state.known.filter { $0.key >= eldest }
      }
      state.last += 1
      state.known[connection] = state.last
      return state.last
    }
  }
}

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
