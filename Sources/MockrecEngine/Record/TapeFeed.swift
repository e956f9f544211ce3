import NIOCore

/// Collects what the tapes of an event loop hear, and hands it to the recorder many pieces at a time: who woke the
/// recorder for each would hold up the bytes that are to be forwarded next.
///
/// One for each event loop and service, used on that loop only.
package final class TapeFeed {
  /// Something that one connection came to.
  struct Piece {
    var tape: StreamTape
    var step: StreamTape.Step
    var at: NIODeadline
  }

  private static let interval = TimeAmount.milliseconds(1)
  /// No more than this waits for the interval to pass.
  private static let longest = 1 << 20
  /// What one piece counts besides its bytes.
  private static let pieceBytes = 1024

  let recorder: Recorder
  let eventLoop: any EventLoop
  @exclusivity(unchecked) private var pieces: [Piece] = []
  @exclusivity(unchecked) private var bytes = 0
  @exclusivity(unchecked) private var isScheduled = false

  package init(recorder: Recorder, eventLoop: any EventLoop) {
    self.recorder = recorder
    self.eventLoop = eventLoop
  }

  func add(_ piece: Piece, bytes: Int) {
    self.pieces.append(piece)
    self.bytes += bytes + Self.pieceBytes
    if self.bytes > Self.longest { self.flush() } else if !self.isScheduled { self.schedule() }
  }

  func flush() {
    guard !self.pieces.isEmpty else { return }
    self.recorder.run(bytes: self.bytes) { [pieces = self.pieces] in
      for piece in pieces { piece.tape.take(piece.step, at: piece.at) }
    }
    self.pieces.removeAll()
    self.bytes = 0
  }

  private func schedule() {
    self.isScheduled = true
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    self.eventLoop.scheduleTask(in: Self.interval) {
      bound.value.isScheduled = false
      bound.value.flush()
    }
  }
}
