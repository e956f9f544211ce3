import NIOCore
import Testing

@testable import MockrecKit

@Suite("Requests that wait for a handler")
struct HandlerQueueTests {
  /// A queue, its requests and answers as words.
  private final class Play {
    var queue = HandlerQueue()

    /// - Parameter count: Requests `1` and so on, each of which waits until 100 and its number.
    init(_ count: Int, sent: Int) {
      for id in 1...count { _ = self.append(id, Array("\(id)".utf8)) }
      for _ in 0..<sent { _ = self.next() }
    }

    func append(_ id: Int, _ line: [UInt8]) -> Bool {
      self.queue.append(
        id, HandlerQueue.Pending(line: line, deadline: .uptimeNanoseconds(UInt64(100 + id)), reply: { _ in }))
    }

    func next() -> String? {
      self.queue.next(at: .uptimeNanoseconds(1)).map { String(decoding: $0.prefix(9), as: UTF8.self) }
    }

    /// Whom an answer is for.
    func take(_ id: Int?) -> String {
      switch self.queue.take(id) {
      case .request(let request): String(decoding: request.line, as: UTF8.self)
      case .late: "late"
      case .nobody: "nobody"
      }
    }

    func expire(_ now: UInt64) -> String? {
      self.queue.expire(.uptimeNanoseconds(now)).map { String(decoding: $0.line, as: UTF8.self) }
    }

    var deadline: UInt64? { self.queue.deadline?.uptimeNanoseconds }
  }

  @Test("answers without a number are for the oldest request that was sent")
  func inOrder() {
    let play = Play(3, sent: 2)
    // The third has not been sent.
    #expect([play.take(nil), play.take(nil), play.take(nil)] == ["1", "2", "nobody"])
    #expect(play.next() == "3" && play.take(nil) == "3")
    #expect(play.queue.isEmpty && !play.queue.isNumbered)
  }

  @Test("answers with a number come in any order, and once; one without makes all of them be in order")
  func numbered() {
    let play = Play(5, sent: 4)
    #expect([play.take(3), play.take(3), play.take(1), play.take(5)] == ["3", "nobody", "1", "nobody"])
    #expect(play.queue.isNumbered)
    #expect(play.take(nil) == "2" && !play.queue.isNumbered)
    #expect(play.take(nil) == "4")
  }

  @Test("who has waited long enough is taken out, the oldest first; an answer that comes later is late")
  func expired() {
    let play = Play(3, sent: 1)
    #expect(play.deadline == 101 && play.expire(100) == nil)
    #expect([play.expire(102), play.expire(102), play.expire(102)] == ["1", "2", nil])
    #expect(play.deadline == 103)
    #expect([play.take(1), play.take(1), play.take(2)] == ["late", "nobody", "nobody"])
  }

  @Test("a new process is asked again what the old one has not answered, in the same order")
  func putBack() {
    let play = Play(4, sent: 3)
    #expect(play.take(2) == "2")
    play.queue.putBack()
    #expect(play.queue.sentCount == 0 && !play.queue.isNumbered)
    #expect([play.next(), play.next(), play.next(), play.next()] == ["1", "3", "4", nil])
    let left = play.queue.takeAll().count
    #expect(left == 3 && play.queue.isEmpty && play.deadline == nil)
  }

  @Test("what waits, and what a process is asked at once, is bounded")
  func bounded() {
    let play = Play(HandlerQueue.most, sent: HandlerQueue.mostSent)
    #expect(play.next() == nil && !play.append(HandlerQueue.most + 1, [1]))
    #expect(play.take(nil) == "1" && play.next() != nil && play.append(HandlerQueue.most + 1, [1]))
    let large = Play(1, sent: 1)
    #expect(large.append(2, [UInt8](repeating: 65, count: HandlerQueue.mostBytes - 1)) && !large.append(3, [1]))
    #expect(large.next() == "AAAAAAAAA")
  }
}
