import MockrecCore
import MockrecWire
import Synchronization

/// Requests of one service that name sessions that are not there: each fails, is counted, and is told once a name.
package final class StrayRequests: Sendable {
  private struct Served: Sendable {
    var journal: any JournalSink
    var report: @Sendable (String) -> Void
  }

  private let service: Service
  private let tally: Tally
  private let served = Mutex<Served?>(nil)

  /// - Parameter tally: That of all sessions.
  package init(_ service: Service, tally: Tally) {
    self.service = service
    self.tally = tally
  }

  /// From now on there are requests.
  package func serve(journal: any JournalSink, report: @escaping @Sendable (String) -> Void) {
    self.served.withLock { $0 = Served(journal: journal, report: report) }
  }

  /// What such a request is answered.
  ///
  /// - Parameter isOver: Whether the session was there before.
  func refuse(_ request: any WireRequest, of name: String, isOver: Bool) -> Message {
    // What a client sent does not command the terminal.
    let name = self.service.rules.redactor.text(
      String(name.unicodeScalars.prefix(100).map { $0.properties.isGraphic ? Character($0) : "?" }))
    let reason = isOver ? "session '\(name)' is closed" : "there is no session '\(name)'"
    let isNew = self.tally.fail(reason)
    let summary = self.service.wire.summary(of: request.message, with: self.service.rules.redactor)
    if let served = self.served.withLock({ $0 }) {
      served.journal.write(
        JournalEvent(service: self.service.name, outcome: .failed, summary: summary, note: reason))
      if isNew { served.report("\(self.service.name): \(reason): \(summary)\n") }
    }
    return self.service.wire.mockFailureReply(
      MockFailure("\(reason); open it with POST /sessions of the control API"))
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isGraphic: Bool {
    switch self.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
    default: true
    }
  }
}
