import MockrecCore
import Synchronization

/// Cassettes served inside this process: what a test in Swift uses instead of `mockrec replay -- <tests>`.
public final class ReplayServer: Sendable {
  private struct Parts: Sendable {
    var session: RunSession
    var runs: [any ServedRun]
    var journal: RunJournal
    var overlays: OverlayPlan
  }

  /// Taken by the first `stop`.
  private let parts: Mutex<Parts?>
  private let options: RunOptions
  /// The address of each service, for HTTP `http://127.0.0.1:40123`.
  public let addresses: [String: String]

  /// Starts a listener for every service on the address of its settings, by default a free loopback port.
  ///
  /// - Throws: `Failure` for a cassette that is missing or does not parse.
  public init(_ options: RunOptions, console: Console = .silent) async throws {
    let overlays = try OverlayPlan(options)
    let runs = try Mockrec.served(options, onMiss: .fail)
    let journal = RunJournal(mode: "replay", options: options, console: console)
    let session = RunSession(options, threads: options.threads ?? 1, takesSignals: false, console: console)
    do {
      for run in runs {
        try await run.listen(in: session, journal: journal, overlays: overlays, sessions: nil, console: console)
      }
    } catch {
      await session.shutdown()
      throw error
    }
    self.addresses = Dictionary(
      session.open.map { ($0.binding.settings.name, $0.address) }, uniquingKeysWith: { $1 })
    self.options = options
    self.parts = Mutex(Parts(session: session, runs: runs, journal: journal, overlays: overlays))
  }

  /// Has the overlays count from the beginning: every request is the first of its key again, and a rule that goes on
  /// `until-reset` waits for its moment once more.
  public func resetOverlays() { self.parts.withLock { $0?.overlays.common.reset() } }

  /// Stops serving, and tells what the run came to: misses and a run without requests have exit status 1.
  /// - Returns: nil when it was stopped before.
  public func stop() async -> RunSummary? {
    guard let parts = self.parts.withLock({ $0.take() }) else { return nil }
    await parts.session.stopListening()
    for run in parts.runs { await run.flush(parts.session.loops) }
    await parts.session.shutdown()
    let outcomes = parts.runs.map { $0.finish() }
    let summary = ReplaySummary(
      runs: outcomes, overlays: parts.overlays.outcomes, seed: self.options.seed,
      allowVacuous: self.options.allowVacuous
    ).summary
    parts.journal.close(exitStatus: summary.exitStatus, counts: parts.runs.map { ($0.name, $0.served) })
    return summary
  }
}
