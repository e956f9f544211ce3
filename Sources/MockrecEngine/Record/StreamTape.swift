import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// Listens to one connection that is forwarded as it is. Only used on the connection's event loop.
package protocol TunnelTape: AnyObject, Sendable {
  /// Whether so much waits to be read that who can wait should.
  var isBehind: Bool { get }
  /// Nobody waits for the tape any longer.
  func giveUp()
  /// Bytes that were forwarded a moment ago.
  func passed(_ bytes: ByteBuffer, from party: WireError.Party)
  /// The party will send nothing more.
  func ended(_ party: WireError.Party)
  /// The real service could not be reached.
  func failed(_ failure: OriginFailure)
}

/// Listens to one connection of a byte-stream wire that is forwarded as it is: reads a copy of its bytes behind the
/// recorder's bounded queue, and hands over what was exchanged.
///
/// What it cannot read, or not fast enough, makes the connection opaque: it flows on, unrecorded, and that is told.
package final class StreamTape: TunnelTape, @unchecked Sendable {
  /// What a connection comes to.
  enum Step: Sendable {
    case began
    case passed(ByteBuffer, WireError.Party)
    case fellSilent
    case ended(WireError.Party)
  }

  // Proof of @unchecked Sendable: `isOpaque` is atomic, `lastByte` and `silence` are only used on the connection's
  // event loop, and the rest that changes only in jobs of one recorder's serial queue.
  private let run: OriginRun
  private let recorder: Recorder
  private let feed: TapeFeed
  let eventLoop: any EventLoop
  private let connection: Int
  private let isOpaque = Atomic<Bool>(false)
  @exclusivity(unchecked) private var machine: any StreamConversation
  @exclusivity(unchecked) private var events: [StreamEvent] = []
  @exclusivity(unchecked) private var open = CircularBuffer<Open>()
  /// The last exchanges that were only counted, by their requests: clients ask the same again and again.
  @exclusivity(unchecked) private var counted: [ByteBuffer: Recording] = [:]
  /// How long a silence has to be to mean something.
  private let quiet: TimeAmount?
  /// When a byte last passed, where no silence has followed it yet.
  private var lastByte: NIODeadline?
  private var silence: Scheduled<Void>?

  private static let long = 1 << 20
  /// How many exchanges `counted` holds at most, and how long a request or a reply in it may be.
  private static let mostCounted = 16
  private static let longestCounted = 1 << 10

  /// A request whose reply is not done.
  private struct Open {
    var request: any WireRequest
    var started: NIODeadline
    var reply = ByteBuffer()
    var replyAt: NIODeadline?
  }

  package init(
    run: OriginRun, feed: TapeFeed, machine: any StreamConversation, connection: Int, eventLoop: any EventLoop
  ) {
    self.eventLoop = eventLoop
    self.feed = feed
    self.quiet = machine.quiet.map { TimeAmount($0) }
    self.run = run
    self.recorder = feed.recorder
    self.machine = machine
    self.connection = connection
    self.later(.began)
  }

  /// Whether so much waits to be read that who can wait should: what passes all the same is kept in memory.
  package var isBehind: Bool { !self.isOpaque.load(ordering: .relaxed) && self.recorder.isCongested }

  /// Nobody waits for the tape any longer: the connection goes on without it.
  package func giveUp() { self.turnOpaque("the disk is slower than the connection, and more waited than may") }

  /// Bytes that were forwarded a moment ago. Called on the connection's event loop; never waits.
  package func passed(_ bytes: ByteBuffer, from party: WireError.Party) {
    guard !self.isOpaque.load(ordering: .relaxed) else { return }
    self.listenForSilence()
    self.later(.passed(bytes, party), bytes: bytes.readableBytes)
  }

  /// A byte passes: the silence before it is told, and one that follows will be.
  private func listenForSilence() {
    guard let quiet = self.quiet else { return }
    let now = NIODeadline.now()
    if let last = self.lastByte, now - last >= quiet { self.fellSilent() }
    self.lastByte = now
    if self.silence == nil { self.awaitSilence(quiet) }
  }

  /// One timer a connection, however many bytes pass.
  private func awaitSilence(_ quiet: TimeAmount) {
    guard let last = self.lastByte else { return }
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    self.silence = self.eventLoop.scheduleTask(deadline: last + quiet) {
      let tape = bound.value
      tape.silence = nil
      if let last = tape.lastByte, .now() - last >= quiet { tape.fellSilent() }
      tape.awaitSilence(quiet)
    }
  }

  private func fellSilent() {
    self.lastByte = nil
    self.later(.fellSilent)
  }

  /// The party will send nothing more.
  package func ended(_ party: WireError.Party) {
    // Where the run has ended it is mockrec that closes both sides, in whatever order: no server did.
    self.later(.ended(self.run.hasEnded ? .client : party))
    self.feed.flush()
  }

  /// The real service could not be reached.
  package func failed(_ failure: OriginFailure) {
    self.isOpaque.store(true, ordering: .relaxed)
    self.run.tally.fail("connection \(self.connection): \(failure.message)")
    self.run.journal.write(
      JournalEvent(
        service: self.run.service.name, outcome: .failed, summary: "", status: failure.kind.rawValue,
        connection: self.connection, note: failure.message))
  }

  private func later(_ step: Step, bytes: Int = 0) {
    self.feed.add(step, of: self, bytes: bytes)
  }

  /// On the recorder's queue only.
  func take(_ step: Step, at now: NIODeadline) {
    guard !self.isOpaque.load(ordering: .relaxed) else { return }
    self.events.removeAll(keepingCapacity: true)
    var failure: WireError?
    do throws(WireError) {
      switch step {
      case .began: try self.machine.begin(into: &self.events)
      case .passed(let bytes, let party): try self.machine.receive(bytes, from: party, into: &self.events)
      case .fellSilent: try self.machine.fellSilent(into: &self.events)
      case .ended(let party): try self.machine.end(of: party, into: &self.events)
      }
    } catch {
      failure = error
    }
    for event in self.events { self.take(event, at: now) }
    if let failure { self.turnOpaque("\(failure)") }
  }

  private func take(_ event: StreamEvent, at now: NIODeadline) {
    switch event {
    case .request(let request): self.open.append(Open(request: request, started: now))
    case .reply(var bytes):
      guard !self.open.isEmpty else { return }
      if self.open[self.open.startIndex].replyAt == nil { self.open[self.open.startIndex].replyAt = now }
      // A long reply comes whole: it need not be there twice.
      if bytes.readableBytes > Self.long, self.open[self.open.startIndex].reply.readableBytes == 0 {
        self.open[self.open.startIndex].reply = bytes
      } else {
        self.open[self.open.startIndex].reply.writeBuffer(&bytes)
      }
    case .done(let head, let failed):
      guard let open = self.open.popFirst() else { return }
      let identity = head.fields.isEmpty ? open.request.identity : nil
      if let identity, self.keepEqual(open, identity, head, at: now) { return }
      // What every server answers so is not worth an entry, nor is it that a server says nothing unasked.
      switch open.request.unrecorded {
      case .reply where !failed: return
      case .silence where open.reply.readableBytes == 0 && head.fields.isEmpty: return
      default: break
      }
      // Its body stays in the message, so that the request can be named.
      let request = open.request.message
      let body = request.body.bytes ?? []
      let at = Duration.nanoseconds(((open.replyAt ?? now) - open.started).nanoseconds)
      let kept = self.recorder.keep(
        Recording(
          exchange: Exchange(
            request: request, replies: [.init(head, at: at)], ending: .complete,
            duration: .nanoseconds((now - open.started).nanoseconds)),
          requestBody: .bytes(ByteBuffer(bytes: body)), replyBody: .bytes(open.reply), connection: self.connection,
          started: Int64(open.started.uptimeNanoseconds)))
      if let identity, let kept, kept.raw != nil { self.remember(kept, identity) }
    }
  }

  private func remember(_ recording: Recording, _ identity: ByteBuffer) {
    guard identity.readableBytes <= Self.longestCounted, recording.replyBody.count <= Self.longestCounted else {
      return
    }
    if self.counted.count >= Self.mostCounted { self.counted.removeAll(keepingCapacity: true) }
    // The request's own bytes are a part of all that came with them.
    self.counted[ByteBuffer(bytes: identity.readableBytesView)] = recording
  }

  /// Keeps an exchange of which an equal one was counted before.
  ///
  /// - Returns: Whether there is one.
  private func keepEqual(_ open: Open, _ identity: ByteBuffer, _ head: Message, at now: NIODeadline) -> Bool {
    guard var recording = self.counted[identity], case .bytes(let reply) = recording.replyBody, reply == open.reply,
      recording.exchange.reply?.start == head.start
    else { return false }
    recording.exchange.duration = .nanoseconds((now - open.started).nanoseconds)
    recording.started = Int64(open.started.uptimeNanoseconds)
    self.recorder.keepEqual(recording, at: .nanoseconds(((open.replyAt ?? now) - open.started).nanoseconds))
    return true
  }

  /// What follows on this connection is not recorded.
  private func turnOpaque(_ reason: String) {
    guard !self.isOpaque.exchange(true, ordering: .relaxed) else { return }
    let text = "connection \(self.connection) is forwarded unrecorded from here on: \(reason)"
    self.run.tally.refuse(text)
    self.run.journal.write(
      JournalEvent(
        service: self.run.service.name, outcome: .refused, summary: "", connection: self.connection, note: text))
  }
}
