import Dispatch
import Synchronization

/// The journal of a project: every exchange of every run, in `.mockrec/journal.sqlite`.
///
/// Rows are handed over without waiting and written behind on a thread of the journal's own, many in one transaction.
/// The queue between is bounded: what does not fit is lost, counted, and the count stands on the run. Several processes
/// may write the same file.
package final class Journal: Sendable {
  /// What came of the rows that were handed over.
  package struct Outcome: Sendable, Hashable {
    package var written = 0
    package var lost = 0
    /// The first thing that went wrong.
    package var failure: StoreError?
  }

  enum Job: Sendable {
    case rows([JournalRow], RunID)
    case served([ServedRow], RunID, ServedEntries)

    var run: RunID {
      switch self {
      case .rows(_, let run), .served(_, let run, _): run
      }
    }

    var count: Int {
      switch self {
      case .rows(let rows, _): rows.count
      case .served(let rows, _, _): rows.count
      }
    }

    /// How much of the queue it takes.
    var weight: Int {
      switch self {
      case .rows(let rows, _): rows.count * 8
      case .served(let rows, _, _): rows.count
      }
    }
  }

  private struct Pending {
    var jobs: [Job] = []
    var weight = 0
    var lost: [RunID: Int] = [:]
    var isScheduled = false
    var isClosed = false
    var outcome = Outcome()
  }

  package let path: String
  private let maximumWeight: Int
  private let writer: JournalWriter
  private let queue = DispatchQueue(label: "mockrec.journal")
  private let pending = Mutex(Pending())

  /// Opens the journal, or makes it.
  ///
  /// - Parameters:
  ///   - queued: The most rows of the hot path that wait to be written; one ordinary row counts as eight. 24 bytes each.
  ///   - maximumBytes: Past this size the oldest rows give way when a run begins.
  /// - Throws: `StoreError` for a file that cannot be used. A run can do without its journal.
  package init(path: String, queued: Int = 1 << 18, maximumBytes: Int = 1 << 30) throws {
    self.path = path
    self.maximumWeight = queued
    self.writer = try JournalWriter(path: path, maximumBytes: maximumBytes)
  }

  /// Begins a run. Waits until its row is written.
  package func begin(_ run: JournalRun) throws -> RunID {
    let id = try self.queue.sync { try self.writer.begin(run) }
    self.queue.async { self.writer.makeRoom() }
    return id
  }

  /// Hands over rows; never waits for the disk.
  ///
  /// - Returns: False when the queue was full, or the journal closed, and the rows are lost.
  @discardableResult
  package func append(_ rows: [JournalRow], run: RunID) -> Bool { self.enqueue(.rows(rows, run)) }

  /// Hands over what the hot path served; never waits for the disk.
  ///
  /// - Parameter entries: The same object for the whole run.
  @discardableResult
  package func served(_ batch: [ServedRow], run: RunID, entries: ServedEntries) -> Bool {
    self.enqueue(.served(batch, run, entries))
  }

  /// Writes all that was handed over, notes the lost rows on their runs, and closes the file.
  @discardableResult
  package func close() -> Outcome {
    self.pending.withLock { $0.isClosed = true }
    return self.queue.sync {
      self.drain()
      return self.pending.withLock { pending in
        if let failure = self.writer.close(lost: pending.lost), pending.outcome.failure == nil {
          pending.outcome.failure = failure
        }
        pending.lost = [:]
        return pending.outcome
      }
    }
  }

  /// What came of the rows so far.
  package var outcome: Outcome { self.pending.withLock { $0.outcome } }

  private func enqueue(_ job: Job) -> Bool {
    guard job.count > 0 else { return true }
    let (isTaken, schedules) = self.pending.withLock { pending in
      guard !pending.isClosed, pending.weight + job.weight <= self.maximumWeight else {
        pending.lost[job.run, default: 0] += job.count
        pending.outcome.lost += job.count
        return (false, false)
      }
      pending.jobs.append(job)
      pending.weight += job.weight
      defer { pending.isScheduled = true }
      return (true, !pending.isScheduled)
    }
    if schedules { self.queue.async { self.drain() } }
    return isTaken
  }

  /// Writes until nothing waits. On the journal's queue only.
  private func drain() {
    while true {
      let jobs = self.pending.withLock { pending in
        defer { pending.jobs = [] }
        if pending.jobs.isEmpty { pending.isScheduled = false }
        return pending.jobs
      }
      guard !jobs.isEmpty else { return }
      let failure = self.writer.write(jobs)
      self.pending.withLock { pending in
        for job in jobs {
          pending.weight -= job.weight
          if failure == nil {
            pending.outcome.written += job.count
          } else {
            pending.outcome.lost += job.count
            pending.lost[job.run, default: 0] += job.count
          }
        }
        if pending.outcome.failure == nil { pending.outcome.failure = failure }
      }
    }
  }
}
