import MockrecCore

/// Where a run writes what happened. Never blocks; what cannot be kept is counted by whoever implements it.
package protocol JournalSink: Sendable {
  func write(_ events: [JournalEvent])
  /// What the replayer's hot path hands over: many recorded answers at once.
  func served(_ batch: [ServedEvent], service: String)
}

extension JournalSink {
  package func write(_ event: JournalEvent) { self.write([event]) }
}

/// One exchange of a run, secrets already replaced.
package struct JournalEvent: Sendable {
  package enum Outcome: String, Sendable {
    case served, missed, forwarded, recorded, failed, refused, faulted
  }

  package var service: String
  package var outcome: Outcome
  package var summary: String
  package var status: String
  package var entry: String?
  package var connection: Int
  /// When the request began, on the run's monotonic clock, in nanoseconds.
  package var started: Int64
  package var duration: Duration
  package var requestBytes: Int
  package var replyBytes: Int
  package var note: String?

  package init(
    service: String, outcome: Outcome, summary: String, status: String = "", entry: String? = nil, connection: Int = 0,
    started: Int64 = 0, duration: Duration = .zero, requestBytes: Int = 0, replyBytes: Int = 0, note: String? = nil
  ) {
    self.service = service
    self.outcome = outcome
    self.summary = summary
    self.status = status
    self.entry = entry
    self.connection = connection
    self.started = started
    self.duration = duration
    self.requestBytes = requestBytes
    self.replyBytes = replyBytes
    self.note = note
  }
}

/// A recorded answer that was given, in as few bytes as it takes.
package struct ServedEvent: Sendable {
  /// The index of the entry in its cassette.
  package var entry: Int32
  package var connection: Int32
  /// When the request began, on the run's monotonic clock, in nanoseconds.
  package var started: Int64
  package var nanoseconds: Int64

  package init(entry: Int32, connection: Int32, started: Int64, nanoseconds: Int64) {
    self.entry = entry
    self.connection = connection
    self.started = started
    self.nanoseconds = nanoseconds
  }
}
