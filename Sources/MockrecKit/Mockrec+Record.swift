import MockrecCore

extension Mockrec {
  /// Stands between clients and real services, and keeps what they exchange, until the command ends or a signal comes.
  ///
  /// - Throws: `Failure`, with its exit status, when recording cannot begin.
  public static func record(
    _ options: RunOptions, mode: RecordMode = .append, console: Console
  ) async throws -> RunSummary {
    let runs = try options.services.map { try RecordRun($0, mode: mode, keepsTimings: options.recordTimings) }
    let journal = RunJournal(mode: "record", options: options, console: console)
    let session = RunSession(options, console: console)
    defer { session.end() }
    do {
      for run in runs { try await run.listen(in: session, journal: journal, console: console) }
      let status = try await session.run(options.command)
      await session.stopListening()
      for run in runs { run.end() }
      await session.shutdown()
      let outcomes = runs.map { $0.finish() }
      var summary = RecordSummaryText(runs: outcomes, mode: mode).summary
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
}
