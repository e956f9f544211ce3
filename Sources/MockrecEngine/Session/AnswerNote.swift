/// Tells a session's log how the request under way on a connection is answered. Only used on the connection's event loop.
package final class AnswerNote {
  private let log: RequestLog
  /// The request's number in the log; nil before it is there, which for a dialogue is behind its answer.
  private var number: Int?
  /// What was noted before that.
  private(set) var answer = RequestLog.Answer()

  package init(_ log: RequestLog) { self.log = log }

  func requestBegan() { (self.number, self.answer) = (nil, RequestLog.Answer()) }
  func logged(as number: Int) { self.number = number }

  /// Called before the answer is sent, so that who has it finds this in the log.
  func answered(by source: RequestLog.Answer.Source) {
    guard let number = self.number else {
      self.answer.source = source
      return
    }
    self.log.note(number) { $0.source = source }
  }

  func faulted(by fault: String) {
    guard let number = self.number else {
      self.answer.fault = fault
      return
    }
    self.log.note(number) { $0.fault = fault }
  }
}
