import MockrecEngine
import MockrecIdentity
import MockrecTransport

/// A service that is served, from a cassette or by a model, from its listener to its summary.
protocol ServedRun: Sendable {
  var name: String { get }
  var served: Int { get }
  /// - Parameter sessions: Those of the run, where tests may open some.
  func listen(
    in session: RunSession, journal: RunJournal, overlays: OverlayPlan, sessions: SessionTable?, console: Console
  ) async throws
  /// Hands what the event loops still hold to the journal.
  func flush(_ loops: EventLoops) async
  func finish() -> ReplayRun.Outcome
}

extension Mockrec {
  /// What serves each service of a run.
  static func served(_ options: RunOptions, onMiss: MissRule) throws -> [any ServedRun] {
    let keys = try SigningKeys(options)
    return try options.services.map { settings in
      if let fake = settings.fake { return try ModelRun(settings, fake, options) }
      return try ReplayRun(settings, onMiss: onMiss, keys: keys, time: options.modelTime)
    }
  }
}
