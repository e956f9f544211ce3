/// A run in the journal. The value is the row's number in the file.
package struct RunID: Sendable, Hashable {
  package let value: Int64
}

/// What the journal says of a run.
package struct JournalRun: Sendable {
  package var mode: String
  /// Wall clock, microseconds since 1970.
  package var startedAt: Int64
  /// The same moment on the clock on which rows tell their start, in nanoseconds.
  package var clockStart: Int64
  /// The command line, without secrets.
  package var command: String

  package init(mode: String, startedAt: Int64, clockStart: Int64, command: String) {
    self.mode = mode
    self.startedAt = startedAt
    self.clockStart = clockStart
    self.command = command
  }
}

/// One exchange of a run. All texts must be free of secrets.
package struct JournalRow: Sendable, Hashable {
  package enum Outcome: String, Sendable, Hashable {
    case served, missed, forwarded, recorded, failed, refused, faulted
  }

  package var service: String
  package var outcome: Outcome
  /// The connection's number in its run.
  package var connection: Int
  /// When the request began, in nanoseconds on the run's clock.
  package var started: Int64
  package var nanoseconds: Int64
  /// The file of the entry that was served or recorded.
  package var entry: String?
  /// As in `GET /users/42`.
  package var summary: String
  /// What came back, as in `200`.
  package var status: String
  package var requestBytes: Int
  package var replyBytes: Int
  /// Why it failed.
  package var note: String?

  package init(
    service: String, outcome: Outcome, connection: Int, started: Int64, nanoseconds: Int64, entry: String? = nil,
    summary: String, status: String = "", requestBytes: Int = 0, replyBytes: Int = 0, note: String? = nil
  ) {
    self.service = service
    self.outcome = outcome
    self.connection = connection
    self.started = started
    self.nanoseconds = nanoseconds
    self.entry = entry
    self.summary = summary
    self.status = status
    self.requestBytes = requestBytes
    self.replyBytes = replyBytes
    self.note = note
  }
}

/// An entry of a cassette that was served once more: what the hot path can afford to say.
package struct ServedRow: Sendable, Hashable, BitwiseCopyable {
  /// The entry's index in the `ServedEntries`.
  package var entry: Int32
  package var connection: Int32
  /// When the request began, in nanoseconds on the run's clock.
  package var started: Int64
  package var nanoseconds: Int64

  package init(entry: Int32, connection: Int32, started: Int64, nanoseconds: Int64) {
    self.entry = entry
    self.connection = connection
    self.started = started
    self.nanoseconds = nanoseconds
  }
}

/// What stands behind the entry indexes of one service. Asked once for each entry that is served at all, on the
/// journal's own thread.
package final class ServedEntries: Sendable {
  package typealias Entry = (name: String, summary: String, status: String)

  let service: String
  let count: Int
  let entry: @Sendable (Int) -> Entry

  package init(service: String, count: Int, entry: @escaping @Sendable (Int) -> Entry) {
    self.service = service
    self.count = count
    self.entry = entry
  }
}
