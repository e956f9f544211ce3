import MockrecCore
import MockrecStore

extension Mockrec {
  /// Stands between clients and real services, and keeps what they exchange, until the command ends or a signal comes.
  ///
  /// - Throws: `Failure`, with its exit status, when recording cannot begin.
  public static func record(
    _ options: RunOptions, mode: RecordMode = .append, console: Console
  ) async throws -> RunSummary {
    let named =
      options.discovers
      ? [] : try options.services.map { try RecordRun($0, mode: mode, keepsTimings: options.recordTimings) }
    let journal = RunJournal(mode: "record", options: options, console: console)
    let session = RunSession(options, console: console)
    defer { session.end() }
    do {
      for run in named { try await run.listen(in: session, journal: journal, console: console) }
      let forward = options.discovers ? try await self.recordForward(options, mode, session, journal, console) : nil
      let status = try await session.run(options.command)
      await session.stopListening()
      await session.settle()
      let runs = named + (forward?.runs ?? [])
      for run in runs { run.end() }
      await session.shutdown()
      let outcomes = runs.map { $0.finish() }
      for run in forward?.runs ?? [] { DiscoveredServices.removeIfEmpty(run.binding.settings) }
      var summary = RecordSummaryText(runs: outcomes, mode: mode, forward: forward?.tally).summary
      if options.recordSamples > 1, mode != .never {
        for (run, outcome) in zip(runs, outcomes) {
          summary.text += try await RecordSamples(run.binding, samples: options.recordSamples).learn(
            outcome.recorded.added + outcome.recorded.changed)
        }
      }
      summary.commandStatus = status
      journal.close(
        exitStatus: summary.worst, counts: outcomes.map { ($0.name, $0.recorded.exchanges) })
      return summary
    } catch {
      await session.shutdown()
      journal.close(exitStatus: (error as? Failure)?.exitStatus ?? ExitStatus.software, counts: [])
      throw error
    }
  }

  /// Stands between the command and whatever it asks through a forward proxy.
  private static func recordForward(
    _ options: RunOptions, _ mode: RecordMode, _ session: RunSession, _ journal: RunJournal, _ console: Console
  ) async throws -> ForwardRun<RecordRun> {
    let known = Dictionary(
      options.services.compactMap { settings in settings.target.map { ($0, settings) } }, uniquingKeysWith: { $1 })
    return try await session.listen { authority in
      ForwardRun(authority, console: console) { target in
        let settings = known[target] ?? DiscoveredServices.settings(target, tls: options.discoveredTLS)
        let run = try RecordRun(settings, mode: mode, keepsTimings: options.recordTimings)
        // Before anything else, so that a run beside this one finds whose cassette it is.
        if mode != .never { try CassetteFolder(writing: settings.cassette).setOrigin(target.origin) }
        return (run, try run.answer(session.loops, journal, console))
      }
    }
  }
}
