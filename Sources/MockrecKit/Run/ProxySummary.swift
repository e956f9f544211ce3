import MockrecCore
import MockrecEngine

/// What forwarding under overlays tells when it ends.
struct ProxySummary {
  var runs: [ProxyRun.Outcome]
  var overlays: [OverlayPlan.Outcome]
  var seed: UInt64
  /// The words that the run was begun with.
  var again: [String]
  var allowVacuous: Bool
  /// That of the wrapped command; 0 without one.
  var commandStatus: Int32 = 0

  var summary: RunSummary {
    var text = ""
    var status = ExitStatus.fine
    for run in self.runs {
      let counts = run.tally.counts
      text +=
        "  \(run.name): forwarded \(run.isTunnel ? counted(counts.forwarded, "connection") : "\(counts.forwarded)")"
      text += run.isTunnel ? " as they are: no rule concerns it\n" : "\n"
      if counts.refused > 0 { text += "  refused: \(counts.refused)\n" }
      if counts.failed > 0 {
        // Where nothing came back at all, the real service is what is missing.
        status = counts.forwarded == 0 && status == ExitStatus.fine ? ExitStatus.unavailable : ExitStatus.finding
        text += "  failed: \(counts.failed)\n"
      }
      if counts.refused + counts.failed > 0 { text += listed(run.tally.troubles) }
    }
    let fired = self.overlays.reduce(0) { $0 + $1.fired }
    let asked = self.runs.reduce(fired) { $0 + $1.tally.counts.forwarded + $1.tally.counts.failed }
    return OverlaySummary(mode: "proxy", rules: self.overlays, seed: self.seed, again: self.again).summary(
      text, exitStatus: status, asked: asked, allowVacuous: self.allowVacuous, commandStatus: self.commandStatus)
  }
}
