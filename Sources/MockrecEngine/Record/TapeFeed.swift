import NIOCore
import Synchronization

/// Collects what the tapes of a service hear, and hands it to the recorder many pieces at a time: who woke the recorder
/// for each would hold up the bytes that are to be forwarded next.
///
/// One for all event loops, so that the recorder hears what connections did in the order in which they did it.
package final class TapeFeed: Sendable {
  /// Something that one connection came to.
  private struct Piece: Sendable {
    var tape: StreamTape
    var step: StreamTape.Step
    var at: NIODeadline
    /// How many bytes of those that were copied are this piece's; nil where it has bytes of its own, or none.
    var copied: Int?
  }

  private struct State {
    var pieces: [Piece] = []
    /// The bytes of short pieces, one behind the other: what they were read into is free for the next.
    var copies = ByteBuffer()
    var bytes = 0
    var isScheduled = false
  }

  private static let interval = TimeAmount.milliseconds(5)
  /// No more than this waits for the interval to pass.
  private static let longest = 1 << 20
  /// What one piece counts besides its bytes.
  private static let pieceBytes = 1024
  /// The longest piece that is copied, in bytes.
  private static let longestCopy = 1024

  private static let none = ByteBuffer()

  let recorder: Recorder
  private let state = Mutex(State())

  package init(recorder: Recorder) { self.recorder = recorder }

  /// Called on the tape's event loop.
  func add(_ step: StreamTape.Step, of tape: StreamTape, bytes: Int) {
    let schedules = self.state.withLock { state in
      // The time is taken here: pieces stand in its order.
      if case .passed(let buffer, let party) = step, bytes <= Self.longestCopy {
        state.copies.writeImmutableBuffer(buffer)
        state.pieces.append(Piece(tape: tape, step: .passed(Self.none, party), at: .now(), copied: bytes))
      } else {
        state.pieces.append(Piece(tape: tape, step: step, at: .now()))
      }
      state.bytes += bytes + Self.pieceBytes
      if state.bytes > Self.longest {
        self.flush(&state)
        return false
      }
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    guard schedules else { return }
    tape.eventLoop.scheduleTask(in: Self.interval) {
      self.state.withLock { state in
        state.isScheduled = false
        self.flush(&state)
      }
    }
  }

  func flush() { self.state.withLock { self.flush(&$0) } }

  /// Under the lock: of two loops that hand over at once, the first has the older pieces.
  private func flush(_ state: inout State) {
    guard !state.pieces.isEmpty else { return }
    self.recorder.run(bytes: state.bytes) { [pieces = state.pieces, copies = state.copies] in
      var copies = copies
      for piece in pieces {
        var step = piece.step
        if let count = piece.copied, case .passed(_, let party) = step, let bytes = copies.readSlice(length: count) {
          step = .passed(bytes, party)
        }
        piece.tape.take(step, at: piece.at)
      }
    }
    state.pieces.removeAll()
    state.copies = ByteBuffer()
    state.bytes = 0
  }
}
