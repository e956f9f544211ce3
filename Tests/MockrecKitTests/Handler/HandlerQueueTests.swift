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
      let value1 = queue.append(id, request)
      #expect(value1)
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
    let value2 = self.addressee(nil, in: &queue)
    #expect(value2 == "request 1")
    let value3 = self.addressee(nil, in: &queue)
    #expect(value3 == "request 2")
    // The third has not been sent.
    let value4 = self.addressee(nil, in: &queue)
    #expect(value4 == "nobody")
    let value5 = queue.next(at: .uptimeNanoseconds(1))
    #expect(value5 == Array("request 3".utf8))
    let value6 = self.addressee(nil, in: &queue)
    #expect(value6 == "request 3")
    #expect(queue.isEmpty && !queue.isNumbered)
  }

  @Test("answers with a number come in any order, and once; one without makes all of them be in order")
  func numbered() {
    var queue = self.queue(5, sent: 4)
    let value7 = self.addressee(3, in: &queue)
    #expect(value7 == "request 3")
    let value8 = self.addressee(3, in: &queue)
    #expect(value8 == "nobody")
    let value9 = self.addressee(1, in: &queue)
    #expect(value9 == "request 1")
    let value10 = self.addressee(5, in: &queue)
    #expect(value10 == "nobody")
    #expect(queue.isNumbered)
    let value11 = self.addressee(nil, in: &queue)
    #expect(value11 == "request 2")
    #expect(!queue.isNumbered)
    let value12 = self.addressee(nil, in: &queue)
    #expect(value12 == "request 4")
  }

  @Test("who has waited long enough is taken out, the oldest first; an answer that comes later is late")
  func expired() {
    var queue = self.queue(3, sent: 1)
    let value13 = queue.deadline
    #expect(value13 == .uptimeNanoseconds(101))
    let value14 = queue.expire(.uptimeNanoseconds(100))
    #expect(value14?.line == nil)
    let value15 = queue.expire(.uptimeNanoseconds(102))
    #expect(value15?.line == Array("request 1".utf8))
    let value16 = queue.expire(.uptimeNanoseconds(102))
    #expect(value16?.line == Array("request 2".utf8))
    let value17 = queue.expire(.uptimeNanoseconds(102))
    #expect(value17?.line == nil)
    let value18 = queue.deadline
    #expect(value18 == .uptimeNanoseconds(103))
    let value19 = self.addressee(1, in: &queue)
    #expect(value19 == "late")
    let value20 = self.addressee(1, in: &queue)
    #expect(value20 == "nobody")
  }

  @Test("a new process is asked again what the old one has not answered, in the same order")
  func putBack() {
    var queue = self.queue(4, sent: 3)
    let value21 = self.addressee(2, in: &queue)
    #expect(value21 == "request 2")
    queue.putBack()
    #expect(queue.sentCount == 0 && !queue.isNumbered)
    let lines = (0..<4).map { _ in queue.next(at: .uptimeNanoseconds(1)).map { String(decoding: $0, as: UTF8.self) } }
    #expect(lines == ["request 1", "request 3", "request 4", nil])
    let value22 = queue.takeAll()
    let value23 = queue.deadline
    #expect(value22.count == 3 && queue.isEmpty && value23 == nil)
  }

  @Test("what waits, and what a process is asked at once, is bounded")
  func bounded() {
    var queue = self.queue(HandlerQueue.most, sent: HandlerQueue.mostSent)
    let value24 = queue.next(at: .uptimeNanoseconds(1))
    #expect(value24 == nil)
    let request = HandlerQueue.Pending(line: [1], deadline: .now(), reply: { _ in })
    let value25 = queue.append(HandlerQueue.most + 1, request)
    #expect(!value25)
    let value26 = self.addressee(nil, in: &queue)
    #expect(value26 == "request 1")
    let value27 = queue.next(at: .uptimeNanoseconds(1))
    #expect(value27 != nil)
    let value28 = queue.append(HandlerQueue.most + 1, request)
    #expect(value28)
    var large = HandlerQueue()
    let long = HandlerQueue.Pending(
      line: [UInt8](repeating: 0, count: HandlerQueue.mostBytes), deadline: .now(), reply: { _ in })
    let value29 = large.append(1, long)
    let value30 = large.append(2, request)
    #expect(value29 && !value30)
    let value31 = large.next(at: .now())
    #expect(value31?.count == HandlerQueue.mostBytes)
  }
}
