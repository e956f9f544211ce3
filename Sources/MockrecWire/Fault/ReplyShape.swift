import MockrecCore
import NIOCore

/// What becomes of the bytes of one reply on their way to the client.
package struct ReplyShape: Sendable {
  package enum Ending: Sendable, Hashable {
    /// All of it is sent, and the connection goes on.
    case whole
    /// So many bytes are left out at its end, and the connection is closed.
    case closedEarly(missing: Int)
    /// Half of it is sent, or all of it, and the connection is reset.
    case reset(half: Bool)
    /// All of it is sent, and the connection is closed.
    case closed
  }

  /// Until its first byte is sent.
  package var delay = Duration.zero
  /// Bytes a second.
  package var rate: Int?
  package var pieces: Pace.Pieces?
  package var ending = Ending.whole
  /// Sent so often.
  package var copies = 1
  /// It changes places with the next reply, which is waited for so long.
  package var yieldsFor: Duration?
  /// Called where it is not sent twice: it is empty, or longer than what is held back.
  package var wasIdle: (@Sendable () -> Void)?

  package init() {}

  /// Whether nothing can be sent before its end is known.
  package var needsWhole: Bool {
    switch self.ending {
    case .closedEarly, .reset(half: true): true
    case .whole, .closed, .reset: self.copies > 1 || self.pieces != nil || self.yieldsFor != nil
    }
  }
}
