import MockrecCore
import MockrecEngine
import MockrecIdentity
import MockrecStore
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// What becomes of a request that no recorded exchange answers.
public enum MissRule: String, Sendable, CaseIterable {
  /// It is answered with a miss, and fails the run.
  case fail
  /// The real service answers it.
  case forward
  /// The real service answers it, and the answer is recorded.
  case record
}

extension Mockrec {
  /// Serves cassettes until the command ends, or a signal comes.
  ///
  /// - Throws: `Failure`, with its exit status, when serving cannot begin.
  public static func replay(
    _ options: RunOptions, onMiss: MissRule = .fail, console: Console
  ) async throws -> RunSummary {
    let overlays = try OverlayPlan(options)
    let control = try options.control.map { try ControlSettings($0) }
    let named = options.discovers ? [] : try Self.served(options, onMiss: onMiss)
    let journal = RunJournal(mode: "replay", options: options, console: console)
    let session = RunSession(options, console: console)
    defer { session.end() }
    do {
      for run in named {
        try await run.listen(
          in: session, journal: journal, overlays: overlays, sessions: control?.sessions, console: console)
      }
      if let control { try await session.listen(control: control, named, overlays, journal) }
      let forward =
        options.discovers ? try await self.replayForward(options, onMiss, session, journal, overlays, console) : nil
      let status = try await session.run(options.command)
      await session.stopListening()
      let runs = named + (forward?.runs ?? [])
      for run in runs { await run.flush(session.loops) }
      await session.shutdown()
      let summary = ReplaySummary(
        runs: runs.map { $0.finish() }, forward: forward?.tally, overlays: overlays.outcomes, seed: options.seed,
        again: options.commandLine, allowVacuous: options.allowVacuous, commandStatus: status
      )
      .summary
      journal.close(exitStatus: summary.worst, counts: runs.map { ($0.name, $0.served) })
      return summary
    } catch {
      await session.shutdown()
      journal.close(exitStatus: (error as? Failure)?.exitStatus ?? ExitStatus.software, counts: [])
      throw error
    }
  }

  /// Serves whatever the command asks through a forward proxy. What was never recorded is missed like any request.
  private static func replayForward(
    _ options: RunOptions, _ onMiss: MissRule, _ session: RunSession, _ journal: RunJournal, _ overlays: OverlayPlan,
    _ console: Console
  ) async throws -> ForwardRun<any ServedRun> {
    let keys = try SigningKeys(options)
    // What is recorded is read before anybody asks.
    let recorded = Dictionary(
      try options.services.compactMap { settings in
        try settings.target.map { ($0, try ReplayRun(settings, onMiss: onMiss, keys: keys)) }
      }, uniquingKeysWith: { $1 })
    return try await session.listen { authority in
      ForwardRun(authority, console: console) { target in
        let run =
          try recorded[target]
          ?? ReplayRun(
            DiscoveredServices.settings(target, tls: options.discoveredTLS), onMiss: onMiss, keys: keys,
            index: CassetteBuilder.finish([]))
        return (run, try run.answer(session.loops, journal, overlays, console))
      }
    }
  }
}
