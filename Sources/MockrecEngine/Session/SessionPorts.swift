import Synchronization

/// The listeners of one session, from the first that opens to the last that closes.
package final class SessionPorts: Sendable {
  package typealias Close = @Sendable () async -> Void

  private struct Held {
    var isOpening: Bool
    var closes: [Close] = []
  }

  private let held: Mutex<Held>

  init(isOpening: Bool) { self.held = Mutex(Held(isOpening: isOpening)) }

  /// One more is open.
  ///
  /// - Parameter close: Closes it.
  package func add(_ close: @escaping Close) { self.held.withLock { $0.closes.append(close) } }

  /// None comes any more.
  package func opened() { self.held.withLock { $0.isOpening = false } }

  /// Gives what closes them to whoever asks first; nil while more are about to come.
  package func take() -> [Close]? {
    self.held.withLock { held in
      guard !held.isOpening else { return nil }
      defer { held.closes = [] }
      return held.closes
    }
  }
}
