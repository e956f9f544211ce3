import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// What was asked in one session, the last of it, in the order in which requests ended.
package final class RequestLog: Sendable {
  /// A class, so that keeping it and giving it up costs little.
  package final class Request: Sendable {
    /// From 1, over all services of the session.
    package let number: Int
    package let service: String
    package let request: any WireRequest
    /// The beginning of it, where it is long.
    package let body: [UInt8]
    package let bodyBytes: Int
    /// When it ended. Milliseconds since 1970.
    package let at: Int64
    private let known: Mutex<Answer>

    init(
      number: Int, service: String, request: any WireRequest, body: [UInt8], bodyBytes: Int, at: Int64, answer: Answer
    ) {
      self.number = number
      self.service = service
      self.request = request
      self.body = body
      self.bodyBytes = bodyBytes
      self.at = at
      self.known = Mutex(answer)
    }

    package var answer: Answer { self.known.withLock { $0 } }

    /// Notes how it is answered.
    func note(_ change: (inout Answer) -> Void) { self.known.withLock { change(&$0) } }
  }

  /// How a request was answered, as far as that is known already.
  package struct Answer: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
      /// A recorded entry or a mock of the cassette, by its name.
      case entry(String)
      /// An entry that was added, by its identifier.
      case added(String)
      /// Nothing answered it.
      case miss
      /// The real service was asked.
      case forwarded
    }

    /// Stands before the identifier of an entry of the default session that answered in another.
    package static let common = "default/"

    package var source: Source?
    /// The fault that concerned it: its overlay and the number of its rule.
    package var fault: String?

    package init() {}
  }

  /// Which requests are meant.
  package struct Filter: Sendable {
    package var service: String?
    package var pattern: (any RequestPattern)?
    /// Requests of a larger number.
    package var after = 0
    /// Requests that ended then, both ends included. Milliseconds since 1970.
    package var at: ClosedRange<Int64>?

    package init() {}

    package func matches(_ entry: Request) -> Bool {
      guard entry.number > self.after, self.service.map({ $0 == entry.service }) ?? true,
        self.at?.contains(entry.at) ?? true
      else { return false }
      guard let pattern = self.pattern else { return true }
      return pattern.matches(entry.request)
        && (!pattern.readsBody || pattern.matches(body: entry.body, of: entry.request))
    }
  }

  private struct Waiter {
    var filter: Filter
    var missing: Int
    var promise: EventLoopPromise<Bool>
  }

  private struct Held {
    var entries = CircularBuffer<Request>()
    var bytes = 0
    var next = 1
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0
  }

  private let held = Mutex(Held())
  /// Requests, and bytes of their bodies, that are kept.
  private static let mostEntries = 10_000
  private static let mostBytes = 32 << 20
  /// Of one body.
  package static let longestBody = 256 << 10
  /// Who may wait at once.
  private static let mostWaiters = 1000

  package init() {}

  @discardableResult
  func append(
    service: String, _ request: any WireRequest, body: [UInt8], bodyBytes: Int, at: Int64, answer: Answer = Answer()
  ) -> Request {
    let (entry, done) = self.held.withLock { held -> (Request, [EventLoopPromise<Bool>]) in
      let entry = Request(
        number: held.next, service: service, request: request, body: body, bodyBytes: bodyBytes, at: at, answer: answer)
      held.next += 1
      held.entries.append(entry)
      held.bytes += body.count
      while held.entries.count > Self.mostEntries || held.bytes > Self.mostBytes, let first = held.entries.popFirst() {
        held.bytes -= first.body.count
      }
      guard !held.waiters.isEmpty else { return (entry, []) }
      var done: [EventLoopPromise<Bool>] = []
      for (number, waiter) in held.waiters where waiter.filter.matches(entry) {
        held.waiters[number]?.missing -= 1
        guard waiter.missing <= 1 else { continue }
        held.waiters[number] = nil
        done.append(waiter.promise)
      }
      return (entry, done)
    }
    for promise in done { promise.succeed(true) }
    return entry
  }

  /// The requests that are meant, in their order.
  package func requests(_ filter: Filter) -> [Request] {
    // Bodies are looked at outside of the lock.
    self.held.withLock { Array($0.entries) }.filter(filter.matches)
  }

  /// The number of the last request; 0 before the first.
  package var last: Int { self.held.withLock { $0.next - 1 } }

  package func clear() {
    self.held.withLock { held in
      held.entries.removeAll()
      held.bytes = 0
    }
  }

  /// Waits until so many requests that are meant have come, those included that came before.
  ///
  /// - Returns: Whether they came in time.
  package func wait(
    for count: Int, _ filter: Filter, within bound: TimeAmount, on loop: any EventLoop
  ) -> EventLoopFuture<Bool> {
    let promise = loop.makePromise(of: Bool.self)
    let number = self.held.withLock { held -> Int? in
      let missing = count - held.entries.count(where: filter.matches)
      guard missing > 0 else {
        promise.succeed(true)
        return nil
      }
      guard held.waiters.count < Self.mostWaiters else {
        promise.succeed(false)
        return nil
      }
      held.nextWaiter += 1
      held.waiters[held.nextWaiter] = Waiter(filter: filter, missing: missing, promise: promise)
      return held.nextWaiter
    }
    guard let number else { return promise.futureResult }
    let timer = loop.scheduleTask(in: bound) { self.giveUp(number) }
    return promise.futureResult.always { _ in timer.cancel() }
  }

  private func giveUp(_ number: Int) {
    self.held.withLock { $0.waiters.removeValue(forKey: number) }?.promise.succeed(false)
  }

  /// Nobody has to wait any more.
  package func close() {
    let waiters = self.held.withLock { held in
      defer { held.waiters = [:] }
      return Array(held.waiters.values)
    }
    for waiter in waiters { waiter.promise.succeed(false) }
  }
}
