import MockrecCore
import MockrecEngine
import NIOCore
import Synchronization

/// Follows a verification: every exchange goes to the journal, and a terminal sees how far it is.
final class VerifyWatcher: Sendable {
  private let journal: RunJournal
  private let console: Console
  private let hide: ReportRedaction.Hide
  private let started = ContinuousClock.now
  private let lastShown = Mutex(ContinuousClock.now)

  init(journal: RunJournal, console: Console, hide: @escaping ReportRedaction.Hide) {
    self.journal = journal
    self.console = console
    self.hide = hide
  }

  func see(_ event: VerifyEvent) {
    switch event {
    case .asked(let asked): self.journal.write(self.row(asked))
    case .healing: break
    case .finished(_, let done, let total):
      guard self.console.isTerminal else { return }
      let now = ContinuousClock.now
      let isDue = self.lastShown.withLock { last in
        guard done == total || now - last > .milliseconds(100) else { return false }
        last = now
        return true
      }
      if isDue { self.console.message(ProgressBar.frame(done: done, total: total, elapsed: now - self.started)) }
    }
  }

  /// Takes the progress bar away.
  func end() {
    if self.console.isTerminal { self.console.message(ProgressBar.cleared) }
  }

  private func row(_ asked: VerifyAsked) -> JournalEvent {
    let start = asked.request.message.start
    let summary = "\(start.first ?? "") \(self.hide(asked.service, "request", start.count > 1 ? start[1] : ""))"
    switch asked.outcome {
    case .success(let answer):
      return JournalEvent(
        service: asked.service ?? "", outcome: .forwarded, summary: summary,
        status: answer.status.map(String.init) ?? "", duration: answer.duration, replyBytes: answer.rawBody.count,
        note: asked.side.rawValue)
    case .failure(let failure):
      return JournalEvent(
        service: asked.service ?? "", outcome: .failed, summary: summary, status: failure.kind.rawValue,
        note: "\(asked.side.rawValue): \(self.hide(asked.service, "", failure.message))")
    }
  }
}
