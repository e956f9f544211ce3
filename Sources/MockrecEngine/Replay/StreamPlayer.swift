import MockrecWire
import NIOCore

/// Sends one reply piece by piece, as its reader takes it.
final class StreamPlayer {
  // Only touched on the connection's event loop.
  private let reply: StreamedReply
  private let writer: any ReplyWriter
  private let pace: Double
  private let started = NIODeadline.now()
  private var next = 0
  private var timer: Scheduled<Void>?
  private var isOver = false

  /// - Parameter pace: 1 for the recorded times, 2 for twice as long, 0 for none.
  init(_ reply: StreamedReply, _ writer: any ReplyWriter, pace: Double) {
    self.reply = reply
    self.writer = writer
    self.pace = pace
  }

  func begin() {
    self.writer.begin(self.reply.head)
    self.writer.flush()
    self.resume()
  }

  /// Goes on where the reader has room.
  func resume() {
    self.timer?.cancel()
    self.timer = nil
    while !self.isOver, self.next < self.reply.pieces.count {
      let piece = self.reply.pieces[self.next]
      let due = self.started + TimeAmount(piece.at * self.pace)
      let now = NIODeadline.now()
      guard now >= due else { return self.wake(in: due - now) }
      guard self.writer.isWritable else { return }
      self.next += 1
      self.writer.body(piece.bytes)
      self.writer.settle()
      self.writer.flush()
    }
    guard !self.isOver, !self.reply.isOpenEnded else { return }
    self.isOver = true
    self.writer.end(self.reply.trailers)
  }

  private func wake(in wait: TimeAmount) {
    let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
    self.timer = self.writer.eventLoop.scheduleTask(in: wait) { bound.value.resume() }
  }

  /// Nobody hears it any more.
  func stop() {
    self.isOver = true
    self.timer?.cancel()
    self.timer = nil
  }
}
