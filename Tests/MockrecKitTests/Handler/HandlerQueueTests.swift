import NIOCore
import Testing

@testable import MockrecKit

@Suite("Requests that wait for a handler")
struct HandlerQueueTests {
  private func queue(_ count: Int, sent: Int, deadline: Int64 = 100) -> HandlerQueue {
    var queue = HandlerQueue()
    for id in 1...count {
      let request = HandlerQueue.Pending(
        line: Array("request \(id)".utf8), deadline: .uptimeNanoseconds(UInt64(deadline) + UInt64(id)), reply: { _ in })
      #expect(queue.append(id, request))
    }
    for _ in 0..<sent { #expect(queue.next(at: .uptimeNanoseconds(1)) != nil) }
    return queue
  }

  /// Whom an answer is for.
  private func addressee(_ id: Int?, in queue: inout HandlerQueue) -> String {
    switch queue.take(id) {
    case .request(let request): String(decoding: request.line, as: UTF8.self)
    case .late: "late"
    case .nobody: "nobody"
    }
  }

  @Test("answers without a number are for the oldest request that was sent")
  func inOrder() {
    var queue = self.queue(3, sent: 2)
    #expect(self.addressee(nil, in: &queue) == "request 1")
    #expect(self.addressee(nil, in: &queue) == "request 2")
    // The third has not been sent.
    #expect(self.addressee(nil, in: &queue) == "nobody")
    #expect(queue.next(at: .uptimeNanoseconds(1)) == Array("request 3".utf8))
    #expect(self.addressee(nil, in: &queue) == "request 3")
    #expect(queue.isEmpty && !queue.isNumbered)
  }

  @Test("answers with a number come in any order, and once; one without makes all of them be in order")
  func numbered() {
    var queue = self.queue(5, sent: 4)
    #expect(self.addressee(3, in: &queue) == "request 3")
    #expect(self.addressee(3, in: &queue) == "nobody")
    #expect(self.addressee(1, in: &queue) == "request 1")
    #expect(self.addressee(5, in: &queue) == "nobody")
    #expect(queue.isNumbered)
    #expect(self.addressee(nil, in: &queue) == "request 2")
    #expect(!queue.isNumbered)
    #expect(self.addressee(nil, in: &queue) == "request 4")
  }

  @Test("who has waited long enough is taken out, the oldest first; an answer that comes later is late")
  func expired() {
    var queue = self.queue(3, sent: 1)
    #expect(queue.deadline == .uptimeNanoseconds(101))
    #expect(queue.expire(.uptimeNanoseconds(100))?.line == nil)
    #expect(queue.expire(.uptimeNanoseconds(102))?.line == Array("request 1".utf8))
    #expect(queue.expire(.uptimeNanoseconds(102))?.line == Array("request 2".utf8))
    #expect(queue.expire(.uptimeNanoseconds(102))?.line == nil)
    #expect(queue.deadline == .uptimeNanoseconds(103))
    #expect(self.addressee(1, in: &queue) == "late")
    #expect(self.addressee(1, in: &queue) == "nobody")
  }

  @Test("a new process is asked again what the old one has not answered, in the same order")
  func putBack() {
    var queue = self.queue(4, sent: 3)
    #expect(self.addressee(2, in: &queue) == "request 2")
    queue.putBack()
    #expect(queue.sentCount == 0 && !queue.isNumbered)
    let lines = (0..<4).map { _ in queue.next(at: .uptimeNanoseconds(1)).map { String(decoding: $0, as: UTF8.self) } }
    #expect(lines == ["request 1", "request 3", "request 4", nil])
    #expect(queue.takeAll().count == 3 && queue.isEmpty && queue.deadline == nil)
  }

  @Test("what waits, and what a process is asked at once, is bounded")
  func bounded() {
    var queue = self.queue(HandlerQueue.most, sent: HandlerQueue.mostSent)
    #expect(queue.next(at: .uptimeNanoseconds(1)) == nil)
    let request = HandlerQueue.Pending(line: [1], deadline: .now(), reply: { _ in })
    #expect(!queue.append(HandlerQueue.most + 1, request))
    #expect(self.addressee(nil, in: &queue) == "request 1")
    #expect(queue.next(at: .uptimeNanoseconds(1)) != nil)
    #expect(queue.append(HandlerQueue.most + 1, request))
    var large = HandlerQueue()
    let long = HandlerQueue.Pending(
      line: [UInt8](repeating: 0, count: HandlerQueue.mostBytes), deadline: .now(), reply: { _ in })
    #expect(large.append(1, long) && !large.append(2, request))
    #expect(large.next(at: .now())?.count == HandlerQueue.mostBytes)
  }
}
