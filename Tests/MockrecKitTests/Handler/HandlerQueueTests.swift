import NIOCore
import Testing

@testable import MockrecKit

@Suite("Requests that wait for a handler")
struct HandlerQueueTests {
  /// A queue, its requests and answers as words.
  private final class Play {
    var queue = HandlerQueue(timeout: .nanoseconds(50))

    /// - Parameters:
    ///   - count: Requests `1` and so on, each of which may wait for its turn until 100 and its number, and has 50 for
    ///     its answer from 1 on.
    ///   - isNumbered: Whether the process has shown, at a request before these, that it names the requests.
    init(_ count: Int, sent: Int, isNumbered: Bool = false) {
      if isNumbered { _ = (self.append(0, [0]), self.next(), self.take(0)) }
      for id in 1...count { _ = self.append(id, Array("\(id)".utf8)) }
      for _ in 0..<sent { _ = self.next() }
    }

    func append(_ id: Int, _ line: [UInt8]) -> Bool {
      self.queue.append(
        id,
        HandlerQueue.Pending(
          summary: "GET /\(id)", line: line, askedUntil: .uptimeNanoseconds(UInt64(100 + id)), reply: { _ in }))
    }

    func next(at now: UInt64 = 1) -> String? {
      self.queue.next(at: .uptimeNanoseconds(now)).map { String(decoding: $0.prefix(9), as: UTF8.self) }
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

  @Test("a process that names no request is asked one at a time")
  func inOrder() {
    let play = Play(3, sent: 1)
    #expect(play.next() == nil && play.queue.asked == "GET /1")
    #expect([play.take(nil), play.take(nil)] == ["1", "nobody"])
    #expect([play.next(), play.next()] == ["2", nil])
    #expect([play.take(3), play.take(2)] == ["nobody", "2"])
    // What its first answer was like, is what holds.
    #expect([play.next(), play.next(), play.take(nil)] == ["3", nil, "3"])
    #expect(play.queue.isEmpty && !play.queue.isNumbered)
  }

  @Test("one whose first answer names its request is asked many, and answers them in any order, each once")
  func numbered() {
    let play = Play(5, sent: 1)
    #expect(play.next() == nil && play.take(1) == "1" && play.queue.isNumbered)
    #expect([play.next(), play.next(), play.next()] == ["2", "3", "4"])
    #expect([play.take(3), play.take(3), play.take(2), play.take(5)] == ["3", "nobody", "2", "nobody"])
    #expect(play.take(nil) == "nobody" && play.take(4) == "4")
  }

  @Test("an answer has its time from when its request was asked; who waits for that has longer")
  func expired() {
    let play = Play(3, sent: 2, isNumbered: true)
    #expect(play.deadline == 51 && play.expire(50) == nil)
    #expect([play.expire(51), play.expire(51), play.expire(51)] == ["1", "2", nil])
    #expect(play.deadline == 103 && [play.take(1), play.take(1), play.take(2)] == ["late", "nobody", "late"])
    #expect(play.next(at: 102) == "3" && play.deadline == 152)
    let waiting = Play(2, sent: 0)
    #expect([waiting.expire(102), waiting.expire(102), waiting.expire(102)] == ["1", "2", nil])
  }

  @Test("a new process is asked again what the old one has not answered, in the same order, with time of its own")
  func putBack() {
    let play = Play(4, sent: 3, isNumbered: true)
    #expect(play.take(2) == "2")
    play.queue.putBack()
    #expect(play.queue.sentCount == 0 && !play.queue.isNumbered && play.deadline == 101)
    #expect([play.next(at: 70), play.next(at: 70)] == ["1", nil] && play.expire(100) == nil && play.deadline == 103)
    #expect([play.take(1), play.next(), play.next(), play.next()] == ["1", "3", "4", nil])
    let left = play.queue.takeAll().count
    #expect(left == 2 && play.queue.isEmpty && play.deadline == nil)
  }

  @Test("what waits, and what a process is asked at once, is bounded")
  func bounded() {
    let play = Play(HandlerQueue.most, sent: HandlerQueue.mostSent, isNumbered: true)
    #expect(play.next() == nil && !play.append(HandlerQueue.most + 1, [1]))
    #expect(play.take(1) == "1" && play.next() != nil && play.append(HandlerQueue.most + 1, [1]))
    let large = Play(1, sent: 1, isNumbered: true)
    #expect(large.append(2, [UInt8](repeating: 65, count: HandlerQueue.mostBytes - 1)) && !large.append(3, [1]))
    #expect(large.next() == "AAAAAAAAA")
  }
}
