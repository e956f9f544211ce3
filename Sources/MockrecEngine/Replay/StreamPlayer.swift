import MockrecWire
import NIOCore

/// Sends one reply piece by piece, as its reader takes it and as the client has said what has to come before.
final class StreamPlayer {
  // Only touched on the connection's event loop.
  private var reply: StreamedReply
  private let writer: any ReplyWriter
  private let pace: Double
  /// How many of the client's messages have come; `.max` behind its end.
  private var heard: Int
  /// When the piece before was due, or what the next one waits for has come.
  private var last = NIODeadline.now()
  private var isWaiting = false
  /// Nothing is sent before.
  private var start: NIODeadline
  private var next = 0
  private var timer: Scheduled<Void>?
  private(set) var isOver = false
  private(set) var hasBegun = false

  /// - Parameters:
  ///   - pace: 1 for the recorded times, 2 for twice as long, 0 for none.
  ///   - heard: How many of the client's messages have come.
  ///   - wait: How long the reply is held back.
  init(
    _ reply: StreamedReply, _ writer: any ReplyWriter, pace: Double, heard: Int = .max, after wait: Duration = .zero
  ) {
    self.start = self.last + TimeAmount(wait)
    self.last = self.start
    self.reply = reply
    self.writer = writer
    self.pace = pace
    self.heard = heard
  }

  /// The client has said so many messages.
  func hear(_ messages: Int) {
    self.heard = max(self.heard, messages)
    self.resume()
  }

  /// From here on the reply is another one, of which so many pieces have been sent as of the one before.
  func go(on reply: StreamedReply) { self.reply = reply }

  /// Goes on where the reader has room.
  func resume() {
    self.timer?.cancel()
    self.timer = nil
    let early = self.start - NIODeadline.now()
    guard self.isOver || early <= .nanoseconds(0) else { return self.wake(in: early) }
    while !self.isOver, self.next < self.reply.pieces.count {
      let piece = self.reply.pieces[self.next]
      guard self.heard >= piece.heard else {
        self.isWaiting = true
        return
      }
      let now = NIODeadline.now()
      if self.isWaiting { (self.isWaiting, self.last) = (false, max(self.last, now)) }
      let due = self.last + TimeAmount(piece.delay * self.pace)
      guard now >= due else { return self.wake(in: due - now) }
      self.begin()
      guard self.writer.isWritable else { return }
      self.last = due
      self.next += 1
      guard piece.bytes.readableBytes > 0 else { continue }
      self.writer.body(piece.bytes)
      self.writer.settle()
      self.writer.flush()
    }
    guard !self.isOver, self.heard == .max || !self.reply.pieces.isEmpty else { return }
    self.begin()
    guard !self.reply.isOpenEnded else { return }
    self.isOver = true
    self.writer.end(self.reply.trailers)
  }

  /// Sends the head, where it was not sent.
  ///
  /// - Parameter atOnce: Whether it is not held back any more.
  func begin(atOnce: Bool = false) {
    guard !self.hasBegun, atOnce || NIODeadline.now() >= self.start else { return }
    self.hasBegun = true
    self.writer.begin(self.reply.head)
    self.writer.flush()
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
