import MockrecCore
import MockrecWire
import NIOCore

/// A request that is answered while its client still speaks.
///
/// Which of the recorded requests it is shows message by message: of those that began like it, one is played, and where
/// the client goes on otherwise, another that began alike.
final class Dialogue {
  /// What a recorded request says, message by message.
  struct Opening: Sendable {
    /// Its place among the index's groups.
    var group: Int32
    /// A digest of its first message, of its first two, and so on.
    var digests: [UInt64]
  }

  // Only touched on the connection's event loop.
  private let index: CassetteIndex
  private let calls: AtomicCounters
  private let sequence: SequenceRule
  private let writer: any ReplyWriter
  private let replayer: Replayer
  private let beginsAtOnce: Bool
  private var openings: [Opening]
  /// What is played.
  private(set) var step: CassetteIndex.Step?
  private var group: Int?
  private var player: StreamPlayer?
  private var heard = 0

  /// - Parameter beginsAtOnce: Whether the client says nothing before it has the reply's head.
  init(_ openings: [Opening], of replayer: Replayer, _ writer: any ReplyWriter, beginsAtOnce: Bool) {
    self.beginsAtOnce = beginsAtOnce
    self.index = replayer.index
    self.calls = replayer.state.calls
    self.sequence = replayer.sequence
    self.replayer = replayer
    self.writer = writer
    self.openings = openings
  }

  /// Whether the reply's head was sent.
  var hasBegun: Bool { self.player?.hasBegun ?? false }

  /// The client has said so many messages by now.
  ///
  /// - Returns: Whether anything recorded begins so.
  func hear(_ progress: KeyProgress) -> Bool {
    if self.isOver { return true }
    self.heard = progress.messages
    if self.heard > 0 {
      self.openings.removeAll { opening in
        opening.digests.count < self.heard || opening.digests[self.heard - 1] != progress.digest
      }
    }
    if let group = self.group, self.openings.contains(where: { Int($0.group) == group }) {
      self.player?.hear(self.heard)
      return true
    }
    guard let next = self.choice else { return !self.openings.isEmpty }
    self.take(next)
    self.player?.hear(self.heard)
    return true
  }

  /// Of what may still be asked: what was not given yet goes before what was, and then the name tells. Nil where nothing
  /// of it is said before the client's end.
  private var choice: Int? {
    let speaking = self.openings.map { Int($0.group) }.filter { group in
      let calls = self.calls[group]
      guard self.sequence != .once || calls < self.index.groups[group].calls else { return false }
      let stream = self.index.step(of: self.index.groups[group], call: calls).reply.stream
      return stream.map { self.beginsAtOnce || $0.speaks(after: self.heard) } ?? false
    }
    return speaking.min { a, b in
      let (isGivenA, isGivenB) = (self.isGiven(a), self.isGiven(b))
      return isGivenA == isGivenB ? self.name(a) < self.name(b) : isGivenB
    }
  }

  private func isGiven(_ group: Int) -> Bool { self.calls[group] >= self.index.groups[group].calls }

  private func name(_ group: Int) -> String {
    self.index.entries[Int(self.index.steps[self.index.groups[group].steps.lowerBound].entry)]
  }

  /// Plays this one from here on.
  private func take(_ group: Int) {
    if let before = self.group { self.calls.giveBack(before) }
    self.group = group
    let call = self.calls.next(group)
    let step = self.index.step(of: self.index.groups[group], call: call)
    self.step = step
    guard let stream = step.reply.stream else { return }
    if let player = self.player { return player.go(on: stream) }
    let wait = self.replayer.wait(before: step.reply, to: MatchKey(head: self.name(group)), occurrence: call)
    self.player = StreamPlayer(stream, self.writer, pace: self.replayer.streamPace, heard: self.heard, after: wait)
    // A client may wait for a head before it says anything.
    if self.beginsAtOnce || stream.pieces.contains(where: { $0.bytes.readableBytes > 0 }) { self.player?.begin() }
  }

  /// The client has said all, and this is what it asked.
  ///
  /// - Returns: False where the usual way answers it: nothing of it was said before.
  func end(_ group: Int) -> Bool {
    guard self.player != nil else { return false }
    if self.group != group { self.take(group) }
    if let reply = self.step?.reply, reply.stream == nil {
      // What was said before began like this one, which is one piece.
      self.player?.begin(atOnce: true)
      self.player?.stop()
      // It lies in a file, which is sent from its beginning or not at all.
      guard reply.file == nil else {
        self.writer.abort()
        return true
      }
      let rest = reply.bytes.getSlice(at: reply.bytes.readerIndex + reply.headLength, length: reply.bodyLength)
      if let rest, rest.readableBytes > 0 { self.writer.body(rest) }
      self.writer.end(reply.trailers)
    } else {
      self.player?.hear(.max)
    }
    return true
  }

  /// Whether the reply has ended: what the client still says makes no difference.
  var isOver: Bool { self.player?.isOver == true }

  /// Whether the client ends what recorded ones went on with.
  var endsEarly: Bool { self.beginsAtOnce && !self.openings.isEmpty && !self.isOver }

  /// The client has left: where it was to hear nothing, that is what it heard.
  func leave() {
    self.stop()
    guard self.step == nil else { return }
    let silent = self.openings.first { opening in
      let group = Int(opening.group)
      let reply = self.index.step(of: self.index.groups[group], call: self.calls[group]).reply
      return opening.digests.count == self.heard && reply.stream?.isOpenEnded == true
    }
    if let silent {
      self.step = self.index.step(of: self.index.groups[Int(silent.group)], call: self.calls.next(Int(silent.group)))
    }
  }

  func resume() { self.player?.resume() }

  func stop() { self.player?.stop() }

  /// Whether a reply has no end of its own.
  var isOpenEnded: Bool { self.step?.reply.stream?.isOpenEnded == true }
}

extension StreamedReply {
  /// Whether anything of it comes when the client has said so many messages, and not all.
  fileprivate func speaks(after messages: Int) -> Bool {
    self.pieces.contains { $0.heard <= messages }
  }
}
