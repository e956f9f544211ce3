import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// Listens to one connection of a byte-stream wire that is forwarded as it is: reads a copy of its bytes behind the
/// recorder's bounded queue, and hands over what was exchanged.
///
/// What it cannot read, or not fast enough, makes the connection opaque: it flows on, unrecorded, and that is told.
package final class StreamTape: @unchecked Sendable {
  // Proof of @unchecked Sendable: `isOpaque` is atomic, `lastByte` and `silence` are only used on the connection's event
  // loop, and the rest that changes only in jobs of one recorder's serial queue.
  private let run: OriginRun
  private let recorder: Recorder
  private let connection: Int
  private let isOpaque = Atomic<Bool>(false)
  private var machine: any StreamConversation
  private var events: [StreamEvent] = []
  private var open = CircularBuffer<Open>()
  private let eventLoop: any EventLoop
  /// How long a silence has to be to mean something.
  private let quiet: TimeAmount?
  /// When a byte last passed, where no silence has followed it yet.
  private var lastByte: NIODeadline?
  private var silence: Scheduled<Void>?

  private static let long = 1 << 20

  /// A request whose reply is not done.
  private struct Open {
    var request: any WireRequest
    var started: NIODeadline
    var reply = ByteBuffer()
    var replyAt: NIODeadline?
  }

  package init(
    run: OriginRun, recorder: Recorder, machine: any StreamConversation, connection: Int, eventLoop: any EventLoop
  ) {
    self.eventLoop = eventLoop
    self.quiet = machine.quiet.map { TimeAmount($0) }
    self.run = run
    self.recorder = recorder
    self.machine = machine
    self.connection = connection
    self.later(0) { machine, events throws(WireError) in try machine.begin(into: &events) }
  }

  /// Whether so much waits to be read that who can wait should: what passes all the same is kept in memory.
  package var isBehind: Bool { !self.isOpaque.load(ordering: .relaxed) && self.recorder.isCongested }

  /// Nobody waits for the tape any longer: the connection goes on without it.
  package func giveUp() { self.turnOpaque("the disk is slower than the connection, and more waited than may") }

  /// Bytes that were forwarded a moment ago. Called on the connection's event loop; never waits.
  package func passed(_ bytes: ByteBuffer, from party: WireError.Party) {
    guard !self.isOpaque.load(ordering: .relaxed) else { return }
    self.listenForSilence()
    self.later(bytes.readableBytes) { machine, events throws(WireError) in
      try machine.receive(bytes, from: party, into: &events)
    }
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
    self.later(0) { machine, events throws(WireError) in try machine.fellSilent(into: &events) }
  }

  /// The party will send nothing more.
  package func ended(_ party: WireError.Party) {
    self.later(0) { machine, events throws(WireError) in try machine.end(of: party, into: &events) }
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

  private func later(
    _ bytes: Int,
    _ step: @escaping @Sendable (inout any StreamConversation, inout [StreamEvent]) throws(WireError) -> Void
  ) {
    let now = NIODeadline.now()
    self.recorder.run(bytes: bytes) { self.drive(at: now, step) }
  }

  private func drive(
    at now: NIODeadline, _ step: (inout any StreamConversation, inout [StreamEvent]) throws(WireError) -> Void
  ) {
    guard !self.isOpaque.load(ordering: .relaxed) else { return }
    self.events.removeAll(keepingCapacity: true)
    var failure: WireError?
    do throws(WireError) { try step(&self.machine, &self.events) } catch { failure = error }
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
      self.recorder.keep(
        Recording(
          exchange: Exchange(
            request: request, replies: [.init(head, at: at)], ending: .complete,
            duration: .nanoseconds((now - open.started).nanoseconds)),
          requestBody: .bytes(ByteBuffer(bytes: body)), replyBody: .bytes(open.reply), connection: self.connection,
          started: Int64(open.started.uptimeNanoseconds)))
    }
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
