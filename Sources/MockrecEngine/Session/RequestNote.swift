import MockrecCore
import MockrecWire
import NIOCore

/// What a session's log is told of the request under way on a connection: what is asked, and how it is answered. Only used
/// on the connection's event loop.
package final class RequestNote {
  private enum Phase {
    case idle
    /// It has begun.
    case heard
    /// It has ended; who has an answer to it has to find it in the log.
    case whole(at: Int64)
    case logged(number: Int)
  }

  private let log: RequestLog
  /// The service, as the log calls it.
  private let place: Int
  @exclusivity(unchecked) private var phase = Phase.idle
  /// As `WireRequest.pack` writes it; the room is used again.
  @exclusivity(unchecked) private var head = ByteBuffer()
  @exclusivity(unchecked) private var body: [UInt8] = []
  @exclusivity(unchecked) private var bodyBytes = 0
  @exclusivity(unchecked) private var answer = RequestLog.Answer()
  @exclusivity(unchecked) private(set) var isDialogue = false

  /// Room for longer heads is given up.
  private static let mostRoom = 4 << 10

  package init(_ log: RequestLog, place: Int) {
    self.log = log
    self.place = place
  }

  /// Whether a request has begun and not ended.
  var isUnderWay: Bool { if case .heard = self.phase { true } else { false } }

  func began(_ request: any WireRequest) {
    if self.head.capacity > Self.mostRoom { self.head = ByteBuffer() } else { self.head.clear() }
    request.pack(into: &self.head)
    self.bodyBytes = 0
    self.answer = RequestLog.Answer()
    self.isDialogue = request.isDialogue
    self.phase = .heard
  }

  func heard(_ bytes: ByteBuffer) {
    self.bodyBytes += bytes.readableBytes
    guard self.isUnderWay, self.body.count < RequestLog.longestBody else { return }
    self.body += bytes.readableBytesView.prefix(RequestLog.longestBody - self.body.count)
  }

  /// The request that has begun.
  var request: Message { Message(packed: self.head) }

  /// The request is whole: it is logged as soon as it is known who answers it, or by `settle`.
  func ended(at moment: Int64) { self.phase = .whole(at: moment) }

  /// Logs the request that has ended, if it is not logged yet.
  func settle() {
    guard case .whole(let moment) = self.phase else { return }
    self.phase = .logged(
      number: self.log.append(
        self.head, of: self.place, body: self.body, bodyBytes: self.bodyBytes, at: moment, answer: self.answer))
    if !self.body.isEmpty { self.body = [] }
  }

  /// Called before the answer is sent, so that who has it finds this in the log.
  func answered(by source: RequestLog.Answer.Source) { self.note { $0.source = source } }
  func faulted(by fault: String) { self.note { $0.fault = fault } }

  private func note(_ change: (inout RequestLog.Answer) -> Void) {
    if case .logged(let number) = self.phase { return self.log.note(number, change) }
    change(&self.answer)
    self.settle()
  }
}
