import MockrecCore
import MockrecEngine

/// What a recording tells when it ends.
struct RecordSummaryText {
  var runs: [RecordRun.Outcome]
  var mode: RecordMode
  /// What a forward proxy had to refuse before it knew whom it was for; nil where there was none.
  var forward: Tally?

  var summary: RunSummary {
    var text = "record: mode \(self.mode.rawValue)\n"
    if self.mode == .once, self.runs.contains(where: { $0.hadEntries }) {
      text += "  mode once leaves a cassette with entries as it is: nothing was recorded there\n"
    }
    var status = ExitStatus.fine
    for run in self.runs {
      let recorded = run.recorded
      let counts = run.tally.counts
      text +=
        "  \(run.name): \(counted(recorded.exchanges, "exchange")), \(recorded.added.count) new in \(run.folder)"
        + (recorded.known > 0 ? ", \(recorded.known) known before" : "")
        + (recorded.changed.isEmpty ? "" : ", \(recorded.changed.count) written anew")
        + (recorded.removed.isEmpty ? "" : ", \(recorded.removed.count) removed") + "\n"
      text += listed(recorded.added)
      if !recorded.removed.isEmpty { text += "  removed, as this run did not see them:\n" + listed(recorded.removed) }
      if counts.failed + counts.refused > 0 {
        text += "  not recorded: \(counts.failed) failed, \(counts.refused) refused\n" + listed(run.tally.troubles)
      }
      if counts.forwarded > 0 { text += "  passed on, and not recorded: \(counts.forwarded)\n" }
      if recorded.exchanges == 0, counts.failed > 0, status == ExitStatus.fine { status = ExitStatus.unavailable }
      if recorded.lost > 0 {
        status = ExitStatus.finding
        text += "  LOST: \(counted(recorded.lost, "exchange")) could not be written; the cassette is not whole\n"
      }
      if recorded.exchanges + counts.failed + counts.refused + counts.forwarded == 0 {
        text += "  nothing came: is the client pointed here?\n"
      }
    }
    if let forward {
      if !forward.troubles.isEmpty { text += "  refused: \(forward.counts.refused)\n" + listed(forward.troubles) }
      if self.runs.contains(where: { $0.recorded.exchanges > 0 }) {
        text +=
          "mockrec replay -- <the command> answers from these; mockrec init --from-cassettes names them in a mockrec.yaml\n"
      } else if self.runs.isEmpty, forward.troubles.isEmpty {
        text += "  nothing came: does the command heed HTTP_PROXY and HTTPS_PROXY?\n"
      }
    }
    return RunSummary(exitStatus: status, text: text)
  }
}
