import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import NIOCore
import Synchronization

/// A run's rows in `.mockrec/journal.sqlite`, and its row in `.mockrec/history.sqlite`.
///
/// A run that cannot write them goes on without, and says so once.
final class RunJournal: JournalSink {
  private let journal: Journal?
  private let run: RunID?
  private let entries = Mutex<[String: ServedEntries]>([:])
  private let historyPath: String?
  private let mode: String
  private let started = Date()
  private let command: String
  private let seed: UInt64
  private let console: Console

  init(mode: String, options: RunOptions, console: Console) {
    self.mode = mode
    self.seed = options.seed
    self.console = console
    // Names of commands are no secrets; their arguments may be.
    self.command = (["mockrec", mode] + (options.command.first.map { ["--", $0] } ?? [])).joined(separator: " ")
    guard let directory = options.stateDirectory else {
      (self.historyPath, self.journal, self.run) = (nil, nil, nil)
      return
    }
    self.historyPath = options.historyFile ?? "\(directory)/history.sqlite"
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let journal = try Journal(path: "\(directory)/journal.sqlite")
      self.run = try journal.begin(
        JournalRun(
          mode: mode, startedAt: Int64(self.started.timeIntervalSince1970 * 1_000_000),
          clockStart: Int64(NIODeadline.now().uptimeNanoseconds), command: self.command))
      self.journal = journal
    } catch {
      self.journal = nil
      self.run = nil
      console.message("warning: this run is not journalled: \(error)\n")
    }
  }

  /// What stands behind the entry indexes that `served` will tell.
  ///
  /// - Parameter isHandled: Whether a handler answers as well: what it does stands behind the entries.
  func expect(_ index: CassetteIndex, isHandled: Bool = false, service: String) {
    let known = ServedEntries(service: service, count: index.entries.count + (isHandled ? 1 : 0)) { position in
      guard position < index.entries.count else { return (ServiceHandler.entry, "by the handler", "") }
      let summary = index.summaries[position]
      return (index.entries[position], summary.request, summary.status)
    }
    self.entries.withLock { $0[service] = known }
  }

  /// The same for a model, which tells kinds of requests.
  func expect(kinds: [String], service: String) {
    let known = ServedEntries(service: service, count: kinds.count) { (kinds[$0], kinds[$0], "") }
    self.entries.withLock { $0[service] = known }
  }

  func write(_ events: [JournalEvent]) {
    guard let journal = self.journal, let run = self.run else { return }
    journal.append(events.map(self.row), run: run)
  }

  private func row(_ event: JournalEvent) -> JournalRow {
    JournalRow(
      service: event.service, outcome: JournalRow.Outcome(rawValue: event.outcome.rawValue) ?? .failed,
      connection: event.connection,
      started: event.started == 0 ? Int64(NIODeadline.now().uptimeNanoseconds) : event.started,
      nanoseconds: Self.nanoseconds(event.duration), entry: event.entry, summary: event.summary, status: event.status,
      requestBytes: event.requestBytes, replyBytes: event.replyBytes, note: event.note)
  }

  func served(_ batch: [ServedEvent], service: String) {
    guard let journal = self.journal, let run = self.run, let entries = self.entries.withLock({ $0[service] }) else {
      return
    }
    let rows = batch.map {
      ServedRow(entry: $0.entry, connection: $0.connection, started: $0.started, nanoseconds: $0.nanoseconds)
    }
    journal.served(rows, run: run, entries: entries)
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let parts = duration.components
    return parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000
  }

  /// Writes what is left, and the run's row in the history.
  ///
  /// - Parameter found: What a verification found.
  /// - Returns: The latest verifications, this one included; none where there is no history.
  @discardableResult
  func close(
    exitStatus: Int32, counts: [(String, Int)], verdicts: [(String, Int)] = [], found: VerifyFindings? = nil
  ) -> [TrendPoint] {
    if let outcome = self.journal?.close(), outcome.lost > 0 || outcome.failure != nil {
      let what =
        outcome.lost > 0 ? "\(counted(outcome.lost, "row")) missing from the journal" : "the journal is not whole"
      self.console.message(
        "warning: \(what): \(outcome.failure.map { "\($0)" } ?? "the disk was slower than the run")\n")
    }
    guard self.journal != nil, let path = self.historyPath else { return [] }
    do {
      let history = try History(path: path)
      let run = HistoryRun(
        mode: self.mode, started: self.started.formatted(.iso8601),
        milliseconds: Int(Date().timeIntervalSince(self.started) * 1000), version: Mockrec.version, seed: self.seed,
        exitStatus: Int(exitStatus), counts: Self.json(counts), verdicts: Self.json(verdicts), command: self.command)
      if let found {
        try history.add(run, findings: found.list, checked: found.checked)
        if found.leftOut > 0 {
          self.console.message(
            "warning: the history has no room for \(counted(found.leftOut, "more step")) of this run\n")
        }
      } else {
        try history.add(run)
      }
      let trend = found == nil ? [] : try history.verifications(limit: HTMLReport.maximumTrend).map(TrendPoint.init)
      try history.close()
      return trend
    } catch {
      self.console.message("warning: this run is not in the history: \(error)\n")
      return []
    }
  }

  private static func json(_ counts: [(String, Int)]) -> String {
    JSON.object(JSONObject(counts.map { .init(key: $0.0, value: .number(JSONNumber($0.1))) })).description
  }
}

extension TrendPoint {
  /// A row of the history.
  init(started: String, verdicts: String) {
    let counts = try? JSON.parse(verdicts)
    self.init(
      started: started,
      counts: Dictionary(
        Verdict.allCases.map { ($0, counts?[$0.rawValue]?.number.flatMap { Int($0.text) } ?? 0) },
        uniquingKeysWith: { $1 }))
  }
}
