import Foundation
import Synchronization

/// The wish of the user, or of who started mockrec, that it stop: SIGINT or SIGTERM.
///
/// The first one ends `wait()`, so that mockrec can shut down and print its summary; the second one ends the process at
/// once. While a `CommandRunner` runs, signals are the command's and not seen here.
public final class StopSignal: Sendable {
  private struct State {
    var received: Int32?
    var waiting: [Int: CheckedContinuation<Int32?, Never>] = [:]
    var cancelled: Set<Int> = []
    var nextID = 0
    var listener: Int?
  }

  private let state = Mutex(State())

  /// Signals are caught from now on, until `close()`.
  ///
  /// - Parameter onSecond: What the second signal does. It is called on a thread of its own.
  public init(onSecond: @escaping @Sendable () -> Void = { _exit(130) }) {
    let listener = SignalRelay.shared.add(.stop, signals: [SIGINT, SIGTERM]) { [weak self] signal in
      guard let self else { return }
      if self.take(signal) { onSecond() }
    }
    self.state.withLock { $0.listener = listener }
  }

  /// Has it be as if a signal to stop had come.
  func stop() { _ = self.take(SIGTERM) }

  /// - Returns: Whether one had come before.
  private func take(_ signal: Int32) -> Bool {
    let (isSecond, waiting) = self.state.withLock { state in
      let isSecond = state.received != nil
      if !isSecond { state.received = signal }
      defer { state.waiting = [:] }
      return (isSecond, state.waiting.values)
    }
    for continuation in waiting { continuation.resume(returning: signal) }
    return isSecond
  }

  /// The first signal's number, as soon as it has come; nil when the task is cancelled before.
  public func wait() async -> Int32? {
    let id = self.state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known: Int32?? = self.state.withLock { state in
          if let received = state.received { return .some(received) }
          if state.cancelled.remove(id) != nil { return .some(nil) }
          state.waiting[id] = continuation
          return .none
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      let continuation = self.state.withLock { state in
        let continuation = state.waiting.removeValue(forKey: id)
        if continuation == nil { state.cancelled.insert(id) }
        return continuation
      }
      continuation?.resume(returning: nil)
    }
  }

  /// The first signal's number; nil where none has come.
  public var received: Int32? { self.state.withLock { $0.received } }

  /// Whether a signal has come.
  public var hasCome: Bool { self.received != nil }

  /// Gives SIGINT and SIGTERM back to what they did before.
  public func close() {
    let listener = self.state.withLock { state in
      defer { state.listener = nil }
      return state.listener
    }
    if let listener { SignalRelay.shared.remove(listener) }
  }

  deinit { self.close() }
}
