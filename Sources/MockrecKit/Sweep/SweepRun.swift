import Foundation
import MockrecCore
import MockrecEngine
import MockrecIdentity
import MockrecTransport

/// One run of a sweep's command: services on free ports of their own, a journal of its own, and at most one fault.
struct SweepRun: Sendable {
  struct Result: Sendable {
    var status: Int32
    var timedOut = false
    var duration: Duration
    var served: Int
    var missed: Int
    var fired: Int
    var output: String
  }

  /// Bytes of a run's output that are kept.
  static let kept = 16 << 10

  var options: RunOptions
  var sweep: SweepOptions
  var indexes: [String: CassetteIndex]
  /// Takes out the secrets of all services.
  var redactor: Redactor

  /// - Parameter overlay: The file of the fault; nil for none.
  func run(overlay: String?, state: String) async throws -> Result {
    var options = self.options
    for index in options.services.indices { options.services[index].listen = HostPort(host: "127.0.0.1", port: 0) }
    options.stateDirectory = state
    if let overlay { options.overlays.append(overlay) }
    let overlays = try OverlayPlan(options)
    // What is kept is the same for all runs.
    let keys = try SigningKeys(self.options)
    let runs = try options.services.map { settings -> any ServedRun in
      if let fake = settings.fake { return try ModelRun(settings, fake, self.options) }
      return try ReplayRun(settings, onMiss: .fail, keys: keys, index: self.indexes[settings.name])
    }
    let journal = RunJournal(mode: "sweep", options: options, console: .silent)
    let session = RunSession(options, threads: options.threads ?? 1, takesSignals: false, console: .silent)
    do {
      for run in runs {
        try await run.listen(in: session, journal: journal, overlays: overlays, sessions: nil, console: .silent)
      }
      let started = ContinuousClock.now
      let (status, output, timedOut) = try await self.command(session.environment())
      let duration = ContinuousClock.now - started
      await session.stopListening()
      for run in runs { await run.flush(session.loops) }
      await session.shutdown()
      session.end()
      let outcomes = runs.map { $0.finish() }
      journal.close(exitStatus: status, counts: runs.map { ($0.name, $0.served) })
      let text = String(decoding: output, as: UTF8.self).printable(lines: true)
      try? Data(text.utf8).write(to: URL(fileURLWithPath: "\(state)/output.txt"))
      return Result(
        status: status, timedOut: timedOut, duration: duration, served: outcomes.reduce(0) { $0 + $1.served },
        missed: outcomes.reduce(0) { $0 + $1.tally.counts.missed },
        fired: overlays.outcomes.filter { $0.file == overlay }.reduce(0) { $0 + $1.fired }, output: text)
    } catch {
      await session.shutdown()
      session.end()
      journal.close(exitStatus: ExitStatus.software, counts: [])
      throw error
    }
  }

  /// Runs the command, for no longer than it may.
  private func command(_ environment: [String: String]) async throws -> (Int32, [UInt8], timedOut: Bool) {
    let words = self.options.command
    let redactor = self.redactor
    let command = Task {
      try await CommandRunner.run(words, environment: environment, kept: Self.kept, redactor: redactor)
    }
    let limit = self.sweep.timeout
    let timer = Task {
      try await Task.sleep(for: limit)
      command.cancel()
      return true
    }
    return try await withTaskCancellationHandler {
      let ended = await command.result
      timer.cancel()
      let isLate = (try? await timer.value) ?? false
      let (status, output) = try ended.get()
      return (status, output, isLate)
    } onCancel: {
      command.cancel()
      timer.cancel()
    }
  }
}
