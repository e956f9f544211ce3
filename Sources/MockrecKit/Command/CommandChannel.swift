import CProcess
import Foundation
import Synchronization

/// The socket to a command's guard, which signals go through.
///
/// A signal may come before the command is there, and is then sent once it is; and after it has gone, when the
/// descriptor's number may be another's already, and is then dropped.
final class CommandChannel: Sendable {
  private enum State {
    case waiting([Int32])
    case open(Int32)
    case closed
  }

  private let state = Mutex(State.waiting([]))

  func open(_ descriptor: Int32) {
    self.state.withLock { state in
      if case .waiting(let early) = state {
        for signal in early { _ = mockrec_command_signal(descriptor, signal) }
      }
      state = .open(descriptor)
    }
  }

  func send(_ signal: Int32) {
    self.state.withLock { state in
      switch state {
      case .waiting(let early) where early.count < 64: state = .waiting(early + [signal])
      case .open(let descriptor): _ = mockrec_command_signal(descriptor, signal)
      case .waiting, .closed: break
      }
    }
  }

  /// Ends the command and all of its group, gently first.
  func end() {
    self.state.withLock { state in
      switch state {
      case .waiting: state = .waiting([SIGKILL])
      case .open(let descriptor): _ = mockrec_command_end(descriptor)
      case .closed: break
      }
    }
  }

  func close() {
    self.state.withLock { state in
      if case .open(let descriptor) = state { _ = Foundation.close(descriptor) }
      state = .closed
    }
  }
}
