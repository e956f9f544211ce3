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
      /// The service's handler.
      case handler
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
      var documents: [JSON]?
      return self.matches(entry, &documents)
    }

    /// - Parameter documents: What the request's body holds, once it has been read.
    func matches(_ entry: Request, _ documents: inout [JSON]?) -> Bool {
      guard self.matchesHead(entry) else { return false }
      guard let pattern = self.pattern, pattern.readsBody else { return true }
      let read = documents ?? pattern.documents(of: entry.body, in: entry.request)
      documents = read
      return pattern.matches(read)
    }

    private func matchesHead(_ entry: Request) -> Bool {
      entry.number > self.after && self.service.map({ $0 == entry.service }) ?? true
        && self.at?.contains(entry.at) ?? true && self.pattern?.matches(entry.request) ?? true
    }

    /// Whether it may be meant, but for the part of its body that is not kept.
    func mayMean(_ entry: Request) -> Bool {
      entry.bodyBytes > entry.body.count && self.pattern?.readsBody == true && self.matchesHead(entry)
    }
  }

  /// What is known of the requests that are meant.
  package struct Found: Sendable {
    package var requests: [Request] = []
    /// Requests that are not kept any more, and may have been meant.
    package var dropped = 0
    /// Requests of which the part of the body that is kept does not tell.
    package var cut = 0
    /// The number of the last request of all; 0 before the first.
    package var last = 0

    /// How many more may be meant than are known.
    package var unknown: Int { self.dropped + self.cut }
  }

  struct Held {
    var entries = CircularBuffer<Request>()
    var bytes = 0
    var next = 1
    /// The number of the last request when it was cleared.
    var cleared = 0
    /// Those who wait for requests whose heads tell, and those who look at bodies.
    var lanes = [Lane(), Lane()]
    var nextWaiter = 0
    /// What is said to who would wait; nil while one can.
    var ended: Waited.Outcome?

    /// Those of a larger number.
    func entries(after number: Int) -> some Sequence<Request> {
      let first = self.entries.first?.number ?? self.next
      return self.entries.dropFirst(max(0, number + 1 - first))
    }

    /// Requests of a larger number that are not kept any more.
    func dropped(after number: Int) -> Int {
      max(0, (self.entries.first?.number ?? self.next) - 1 - max(self.cleared, number))
    }
  }

  let held = Mutex(Held())
  /// Requests, and bytes of their bodies, that are kept.
  private static let mostEntries = 10_000
  private static let mostBytes = 32 << 20
  /// Of one body.
  package static let longestBody = 256 << 10

  package init() {}

  @discardableResult
  func append(
    service: String, _ request: any WireRequest, body: [UInt8], bodyBytes: Int, at: Int64, answer: Answer = Answer()
  ) -> Request {
    let (entry, lanes) = self.held.withLock { held -> (Request, [Int]) in
      let entry = Request(
        number: held.next, service: service, request: request, body: body, bodyBytes: bodyBytes, at: at, answer: answer)
      held.next += 1
      held.entries.append(entry)
      held.bytes += body.count
      while held.entries.count > Self.mostEntries || held.bytes > Self.mostBytes, let first = held.entries.popFirst() {
        held.bytes -= first.body.count
      }
      return (entry, held.waiting == 0 ? [] : held.lanesToMatch())
    }
    for lane in lanes { self.match(lane) }
    return entry
  }

  /// The requests that are meant, in their order.
  package func requests(_ filter: Filter) -> [Request] {
    // Bodies are looked at outside of the lock.
    self.held.withLock { Array($0.entries) }.filter(filter.matches)
  }

  /// The requests that are meant, and what is not known of them.
  package func find(_ filter: Filter) -> Found {
    var found = Found()
    let entries = self.held.withLock { held in
      found.last = held.next - 1
      found.dropped = held.dropped(after: filter.after)
      return Array(held.entries)
    }
    for entry in entries {
      if filter.matches(entry) {
        found.requests.append(entry)
      } else if filter.mayMean(entry) {
        found.cut += 1
      }
    }
    return found
  }

  /// Who waits, waits for so many anew.
  package func clear() {
    self.held.withLock { held in
      held.entries.removeAll()
      held.bytes = 0
      held.cleared = held.next - 1
      for lane in held.lanes.indices {
        for number in held.lanes[lane].waiters.keys { held.lanes[lane].waiters[number]?.found = [] }
      }
    }
  }
}
