/// Tells a session's log how the request under way on a connection is answered. Only used on the connection's event loop.
package final class AnswerNote {
  private let log: RequestLog
  /// The request's number in the log; 0 before it is there, which for a dialogue is behind its answer.
  @exclusivity(unchecked) private var number = 0
  /// What was noted before that.
  @exclusivity(unchecked) private(set) var answer = RequestLog.Answer()

  package init(_ log: RequestLog) { self.log = log }

  func requestBegan() { (self.number, self.answer) = (0, RequestLog.Answer()) }
  func logged(as number: Int) { self.number = number }

  /// Called before the answer is sent, so that who has it finds this in the log.
  func answered(by source: RequestLog.Answer.Source) { self.note { $0.source = source } }
  func faulted(by fault: String) { self.note { $0.fault = fault } }

  private func note(_ change: (inout RequestLog.Answer) -> Void) {
    if self.number > 0 { self.log.note(self.number, change) } else { change(&self.answer) }
  }
}
