/// Tells a session's log how the request under way on a connection is answered. Only used on the connection's event loop.
package final class AnswerNote {
  /// The request in the log; nil before it is there, which for a dialogue is behind its answer.
  @exclusivity(unchecked) private var entry: RequestLog.Request?
  /// What was noted before that.
  @exclusivity(unchecked) private(set) var answer = RequestLog.Answer()

  package init() {}

  func requestBegan() { (self.entry, self.answer) = (nil, RequestLog.Answer()) }
  func logged(as entry: RequestLog.Request) { self.entry = entry }

  /// Called before the answer is sent, so that who has it finds this in the log.
  func answered(by source: RequestLog.Answer.Source) {
    guard let entry = self.entry else {
      self.answer.source = source
      return
    }
    entry.note { $0.source = source }
  }

  func faulted(by fault: String) {
    guard let entry = self.entry else {
      self.answer.fault = fault
      return
    }
    entry.note { $0.fault = fault }
  }
}
