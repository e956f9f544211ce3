import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// Keeps the exchanges of one service in its cassette.
///
/// Event loops hand over complete exchanges and go on; all else happens on one queue of the recorder's own. An exchange
/// is on disk as soon as the queue has come to it, written whole or not at all.
package final class Recorder: Sendable {
  let service: Service
  private let journal: any JournalSink
  private let queue: RecordQueue
  private let desk: RecordDesk
  private let losses: Losses
  /// What messages mean that are recorded; nil where they tell it themselves.
  private let learner: (any SchemaLearning)?
  /// Whether the cassette held anything before the run.
  package let hadEntries: Bool

  /// - Parameters:
  ///   - known: The entries of the cassette as they were loaded; empty when it is to be overwritten.
  ///   - alarm: Told once of each different way in which something could not be kept.
  package init(
    service: Service, storage: any CassetteStorage, mode: RecordMode, known: [RecordDesk.Known], volatile: Set<String>,
    keepsTimings: Bool = false, learner: (any SchemaLearning)? = nil, journal: any JournalSink,
    alarm: @escaping @Sendable (_ text: String) -> Void
  ) {
    self.service = service
    self.learner = learner
    self.hadEntries = !known.isEmpty
    self.journal = journal
    let desk = RecordDesk(
      service: service, storage: storage, mode: mode, known: known, volatile: volatile,
      keepsTimings: keepsTimings)
    self.desk = desk
    let losses = Losses(service: service.name, alarm: alarm)
    self.losses = losses
    self.queue = RecordQueue(label: "mockrec.recorder.\(service.name)") {
      do { try desk.writeOrder() } catch { losses.add(error, "the order of new entries") }
    } idle: {
      desk.writeCounts()
      Self.flush(desk, journal)
    }
  }

  /// Exchanges whose bodies are longer are left to the queue.
  private static let longestRequest = 4 << 10
  private static let longestReply = 64 << 10

  /// Whether connections should pause reading until the disk has caught up.
  package var isCongested: Bool { self.queue.isCongested }

  /// Takes a complete exchange.
  ///
  /// - Parameter kept: Called on the recorder's queue when the exchange is on disk, or lost.
  /// - Returns: Whether it was on disk before, and was only counted: `kept` is not called then.
  func submit(_ recording: Recording, kept: @escaping @Sendable () -> Void) -> Bool {
    var recording = recording
    if self.isKnown(recording), self.enter(&recording) {
      // What is put off is written soon, or at once where much of it waits.
      if self.desk.ledger.hasEventBatch {
        self.queue.run(bytes: 0) { Self.flush(self.desk, self.journal) }
      } else {
        self.queue.scheduleIdle()
      }
      return true
    }
    self.queue.run(bytes: recording.bytes) { [recording] in
      defer { kept() }
      if !self.isKnown(recording) { self.learner?.learn(recording.exchange.request) }
      self.keep(recording)
    }
    return false
  }

  private func isKnown(_ recording: Recording) -> Bool { self.learner?.knows(recording.exchange.request) ?? true }

  /// Keeps an exchange, or counts it where its answer is on disk. On the recorder's queue only.
  ///
  /// - Returns: The exchange with its key, where it was counted: what is equal to it may be given to `keepEqual`.
  @discardableResult
  func keep(_ recording: Recording) -> Recording? {
    var recording = recording
    // What was handed over by `submit` has been shown to the books.
    let isCounted = recording.key == nil && self.enter(&recording)
    self.finish(recording, isCounted: isCounted)
    return isCounted ? recording : nil
  }

  /// Keeps an exchange as `keep` does, of which it is known that its key and its reply's digest are right. On the
  /// recorder's queue only.
  func keepEqual(_ recording: Recording, at: Duration) {
    guard let key = recording.key else { return }
    let finding = self.desk.ledger.enter(key, raw: recording.raw, start: recording.exchange.request.start) {
      self.desk.event(recording, .recorded, entry: $0, summary: $1)
    }
    if finding == .counted { return self.finish(recording, isCounted: true) }
    var recording = recording
    if !recording.exchange.replies.isEmpty { recording.exchange.replies[0].at = at }
    self.finish(recording, isCounted: false)
  }

  private func finish(_ recording: Recording, isCounted: Bool) {
    do {
      if !isCounted { try self.desk.keep(recording) }
      if self.desk.ledger.hasEventBatch { Self.flush(self.desk, self.journal) }
    } catch {
      self.losses.add(error, self.desk.summary(of: recording))
    }
  }

  /// Does work on the recorder's queue, in its turn. `bytes`: how much memory waits with it.
  func run(bytes: Int, _ job: @escaping @Sendable () -> Void) { self.queue.run(bytes: bytes, job) }

  /// Shows the exchange to the books, with all that can be told of it quickly.
  private func enter(_ recording: inout Recording) -> Bool {
    guard self.desk.mode != .never, case .bytes(let body) = recording.requestBody,
      body.readableBytes <= Self.longestRequest, let key = try? self.desk.key(of: recording)
    else { return false }
    recording.key = key
    if recording.replyBody.count <= Self.longestReply { recording.raw = self.desk.rawFingerprint(recording) }
    let finding = self.desk.ledger.enter(key, raw: recording.raw, start: recording.exchange.request.start) {
      self.desk.event(recording, .recorded, entry: $0, summary: $1)
    }
    return finding == .counted
  }

  /// Hands what happened to the journal, many exchanges at a time.
  private static func flush(_ desk: RecordDesk, _ journal: any JournalSink) {
    let events = desk.ledger.takeEvents()
    if !events.isEmpty { journal.write(events) }
  }

  func write(_ bytes: ByteBuffer, to spool: Spool) {
    self.queue.run(bytes: bytes.readableBytes) {
      // What a message means has to be known before its first byte is written.
      if !spool.hasBegun, self.learner?.knows(spool.request) == false { self.learner?.learn(spool.request) }
      self.desk.write(bytes, to: spool)
    }
  }

  func abandon(_ spool: Spool) {
    self.queue.run(bytes: 0) { spool.file?.abandon() }
  }

  /// Waits until everything that was handed over so far is on disk.
  package func settle() { self.queue.finish() }

  /// Writes what is left and closes the cassette.
  /// - Returns: What was recorded.
  package func finish() -> RecordSummary {
    self.queue.finish()
    do {
      try self.desk.close()
    } catch {
      self.losses.add(error, "the end")
    }
    var summary = self.desk.summary
    summary.lost = self.losses.count + self.desk.failedCounts
    return summary
  }
}

/// What could not be kept: counted, and said once.
private final class Losses: Sendable {
  private let service: String
  private let alarm: @Sendable (_ text: String) -> Void
  private let lost = Atomic<Int>(0)
  private let said = Mutex(Set<String>())

  init(service: String, alarm: @escaping @Sendable (_ text: String) -> Void) {
    self.service = service
    self.alarm = alarm
  }

  var count: Int { self.lost.load(ordering: .relaxed) }

  func add(_ error: any Error, _ what: String) {
    self.lost.wrappingAdd(1, ordering: .relaxed)
    let text = "\(what) of \(self.service) was not recorded: \(error)"
    let isNew = self.said.withLock { $0.count < 100 && $0.insert(text).inserted }
    if isNew { self.alarm(text) }
  }
}

/// What a recording brought.
package struct RecordSummary: Sendable, Hashable {
  /// Complete exchanges that were seen.
  package var exchanges = 0
  /// Entries that are new in the cassette.
  package var added: [String] = []
  /// Entries that were there and have been written anew.
  package var changed: [String] = []
  /// Entries that were removed because the run did not see them.
  package var removed: [String] = []
  /// Exchanges that the cassette held already.
  package var known = 0
  /// Exchanges that answered otherwise than the cassette says, in a mode that leaves it as it is.
  package var differing: [String] = []
  /// Exchanges that could not be kept.
  package var lost = 0

  package init() {}
}
