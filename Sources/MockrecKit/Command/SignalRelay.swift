import CProcess
import Foundation
import Synchronization

/// The signals of the process, caught once and given to whoever is in charge of them at the moment.
///
/// While a command runs, it alone gets them: mockrec then ends when the command has. Without a command they stop
/// mockrec. Dispositions are the process's, so there is one relay. A signal that the process was told to ignore when it
/// was started (nohup, a background job of a plain shell) stays ignored; when nobody listens any more, a signal does
/// again what it did before.
final class SignalRelay: Sendable {
  enum Role: Sendable { case command, stop }

  typealias Handler = @Sendable (_ signal: Int32) -> Void

  static let shared = SignalRelay()

  private struct Listener {
    var role: Role
    var signals: Set<Int32>
    var handler: Handler
  }

  private struct State {
    var listeners: [Int: Listener] = [:]
    var nextID = 0
    var caught: Set<Int32> = []
    /// The writing end of the pipe that handlers write to; made with the first listener, and never closed.
    var pipe: Int32?
  }

  private let state = Mutex(State())

  /// Calls `handler`, on a thread of the relay's own, for each of these signals until `remove`.
  func add(_ role: Role, signals: Set<Int32>, _ handler: @escaping Handler) -> Int {
    self.state.withLock { state in
      let id = state.nextID
      state.nextID += 1
      state.listeners[id] = Listener(role: role, signals: signals, handler: handler)
      self.update(&state)
      return id
    }
  }

  func remove(_ id: Int) {
    self.state.withLock { state in
      state.listeners[id] = nil
      self.update(&state)
    }
  }

  private func update(_ state: inout State) {
    if state.pipe == nil { state.pipe = self.start() }
    guard let pipe = state.pipe else { return }
    let wanted = state.listeners.values.reduce(into: Set<Int32>()) { $0.formUnion($1.signals) }
    for signal in state.caught.subtracting(wanted) {
      mockrec_signal_release(signal)
      state.caught.remove(signal)
    }
    for signal in wanted.subtracting(state.caught) where mockrec_signal_catch(signal, pipe) == 1 {
      state.caught.insert(signal)
    }
  }

  /// Nil where the process has no descriptor left: signals then do what they did before.
  private func start() -> Int32? {
    var ends: [Int32] = [-1, -1]
    guard mockrec_signal_pipe(&ends) == 0 else { return nil }
    let reading = ends[0]
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(reading, &byte, 1)
        if count == 1 { self.deliver(Int32(byte)) } else if count == 0 || errno != EINTR { return }
      }
    }
    return ends[1]
  }

  private func deliver(_ signal: Int32) {
    let handlers = self.state.withLock { state in
      let listeners = state.listeners.sorted { $0.key < $1.key }.map(\.value).filter { $0.signals.contains(signal) }
      let role: Role = listeners.contains { $0.role == .command } ? .command : .stop
      return listeners.filter { $0.role == role }.map(\.handler)
    }
    for handler in handlers { handler(signal) }
  }
}
