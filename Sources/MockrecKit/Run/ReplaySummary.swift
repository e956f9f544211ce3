import MockrecCore
import MockrecEngine

/// What a replay tells when it ends.
struct ReplaySummary {
  var runs: [ReplayRun.Outcome]
  /// What a forward proxy had to refuse before it knew whom it was for.
  var forward: Tally?
  var overlays: [OverlayPlan.Outcome] = []
  var seed: UInt64
  /// The words that the run was begun with.
  var again: [String] = []
  var allowVacuous: Bool
  /// That of the wrapped command; 0 without one.
  var commandStatus: Int32 = 0

  var summary: RunSummary {
    var text = ""
    var status = ExitStatus.fine
    for run in self.runs {
      let counts = run.tally.counts
      text +=
        "  \(run.name): served \(run.served)" + (run.handled.map { " (by the handler \($0))" } ?? "")
        + ", missed \(counts.missed)"
        + (counts.forwarded > 0 ? ", forwarded \(counts.forwarded)" : "")
        + (run.recorded.map { ", recorded \($0.exchanges)" } ?? "")
        + (run.model.map { " by the model \($0.name)\n" }
          ?? ", unused \(run.unused.count) of \(counted(run.entries, "entry", "entries")) (\(run.folder))\n")
      if let unsupported = run.model?.unsupported, !unsupported.isEmpty {
        text += "  not supported:\n" + listed(unsupported.map { "\($0.name) (\($0.count)×)" })
      }
      if counts.missed > 0 {
        status = ExitStatus.finding
        text +=
          "  missed:\n" + listed(run.tally.misses.map { "\($0.summary)" + ($0.count > 1 ? " (\($0.count)×)" : "") })
      }
      if counts.allowed > 0 { text += "  \(counts.allowed) missed, allowed\n" }
      if counts.refused > 0 { text += "  refused: \(counts.refused)\n" + listed(run.tally.troubles) }
      if counts.failed > 0 {
        status = ExitStatus.finding
        text += "  failed: \(counts.failed)\n" + listed(run.tally.troubles)
      }
      if let recorded = run.recorded, recorded.lost > 0 {
        status = ExitStatus.finding
        text += "  LOST: \(counted(recorded.lost, "exchange")) could not be recorded\n"
      }
      if !run.unused.isEmpty { text += "  unused:\n" + listed(run.unused) }
    }
    if let forward, !forward.troubles.isEmpty {
      text += "  refused: \(forward.counts.refused)\n" + listed(forward.troubles)
    }
    let asked = self.runs.reduce(0) { sum, run in
      let counts = run.tally.counts
      return sum + run.served + counts.missed + counts.allowed + counts.forwarded + counts.failed
        + (run.recorded?.exchanges ?? 0)
    }
    return OverlaySummary(mode: "replay", rules: self.overlays, seed: self.seed, again: self.again).summary(
      text, exitStatus: status, asked: asked, allowVacuous: self.allowVacuous, commandStatus: self.commandStatus)
  }
}
