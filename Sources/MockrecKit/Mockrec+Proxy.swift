import MockrecCore

extension Mockrec {
  /// Forwards to real services with overlays in between, and keeps nothing, until the command ends or a signal comes.
  ///
  /// - Throws: `Failure`, with its exit status, when forwarding cannot begin.
  public static func proxy(_ options: RunOptions, console: Console) async throws -> RunSummary {
    let overlays = try OverlayPlan(options)
    let runs = try options.services.map { try ProxyRun($0) }
    let journal = RunJournal(mode: "proxy", options: options, console: console)
    let session = RunSession(options, console: console)
    defer { session.end() }
    do {
      for run in runs { try await run.listen(in: session, journal: journal, overlays: overlays) }
      let status = try await session.run(options.command)
      await session.stopListening()
      for run in runs { run.end() }
      await session.shutdown()
      let summary = ProxySummary(
        runs: runs.map { $0.finish() }, overlays: overlays.outcomes, seed: options.seed, again: options.commandLine,
        allowVacuous: options.allowVacuous, commandStatus: status
      )
      .summary
      journal.close(exitStatus: summary.worst, counts: runs.map { ($0.name, $0.forwarded) })
      return summary
    } catch {
      await session.shutdown()
      journal.close(exitStatus: (error as? Failure)?.exitStatus ?? ExitStatus.software, counts: [])
      throw error
    }
  }
}
