import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// What was asked in one session, the last of it, in the order in which requests ended.
package final class RequestLog: Sendable {
  package struct Request: Sendable {
    /// From 1, over all services of the session.
    package let number: Int
    package let of: Service
    /// When it ended. Milliseconds since 1970.
    package let at: Int64
    package let bodyBytes: Int
    package let answer: Answer
    /// The names of the cassette's entries.
    let entries: [String]
    let packed: ByteBuffer
    let packedBody: ByteBuffer

    /// The name of the recorded entry or mock that answered.
    package var entry: String? {
      guard case .entry(let place)? = self.answer.source else { return nil }
      return self.entries[Int(place)]
    }

    package var service: String { self.of.name }
    /// Made anew each time.
    package var request: any WireRequest { self.of.wire.request(from: Message(packed: self.packed)) }
    /// The beginning of it, where it is long. Copied each time.
    package var body: [UInt8] { Array(self.packedBody.readableBytesView) }
    /// Whether the rest of the body is not kept.
    package var isCut: Bool { self.bodyBytes > self.packedBody.readableBytes }
  }

  /// How a request was answered, as far as that is known already.
  package struct Answer: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
      /// A recorded entry or a mock of the cassette, by its place there: see `Request.entry`.
      case entry(Int32)
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
      var reading = Reading()
      return self.matches(entry, &reading)
    }

    /// - Parameter reading: What was read of the request for other filters, and is read for this one.
    func matches(_ entry: Request, _ reading: inout Reading) -> Bool {
      guard self.isAtPlace(of: entry) else { return false }
      guard let pattern = self.pattern else { return true }
      let request = reading.request ?? entry.request
      reading.request = request
      guard pattern.matches(request) else { return false }
      guard pattern.readsBody else { return true }
      let documents = reading.documents ?? pattern.documents(of: entry.body, in: request)
      reading.documents = documents
      return pattern.matches(documents)
    }

    private func isAtPlace(of entry: Request) -> Bool {
      entry.number > self.after && self.service.map({ $0 == entry.service }) ?? true
        && self.at?.contains(entry.at) ?? true
    }

    /// Whether it may be meant, but for the part of its body that is not kept.
    func mayMean(_ entry: Request) -> Bool {
      guard let pattern = self.pattern, pattern.readsBody, entry.isCut, self.isAtPlace(of: entry) else {
        return false
      }
      return pattern.matches(entry.request)
    }
  }

  /// What has been read of one request.
  struct Reading {
    var request: (any WireRequest)?
    /// What its body holds.
    var documents: [JSON]?
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

  /// A service, and the names of its cassette's entries.
  struct Asked {
    var service: Service
    var entries: [String]
  }

  struct Held {
    private(set) var services: [Asked] = []
    private var segments: [LogSegment] = []
    /// Of all segments.
    private var bytes = 0
    private(set) var next = 1
    /// The number of the last request when it was cleared.
    private(set) var cleared = 0
    /// Those who wait for requests whose heads tell, and those who look at bodies.
    var lanes = [Lane(), Lane()]
    var nextWaiter = 0
    /// What is said to who would wait; nil while one can.
    var ended: Waited.Outcome?

    /// The number of the first request that is kept.
    var first: Int { max(self.segments.first?.first ?? self.next, self.next - RequestLog.mostRequests) }

    /// Requests of a larger number that are not kept any more.
    func dropped(after number: Int) -> Int { max(0, self.first - 1 - max(self.cleared, number)) }

    mutating func place(of service: Service, entries: [String]) -> Int {
      if let known = self.services.firstIndex(where: { $0.service.name == service.name }) { return known }
      self.services.append(Asked(service: service, entries: entries))
      return self.services.count - 1
    }

    mutating func append(
      _ head: ByteBuffer, of service: Int, body: [UInt8], bodyBytes: Int, at: Int64, answer: Answer
    ) -> Int {
      if self.segments.last?.isFull ?? true {
        self.segments.append(LogSegment(first: self.next, behind: self.segments.last))
        self.drop()
      }
      let last = self.segments.count - 1
      let before = self.segments[last].size
      self.segments[last].append(
        head, of: service, body: body, bodyBytes: bodyBytes, at: at, answer: answer)
      self.bytes += self.segments[last].size - before
      self.next += 1
      return self.next - 1
    }

    /// Gives up the first segments where as much is kept as may be.
    private mutating func drop() {
      while let first = self.segments.first, first.end > first.first,
        self.next - first.end >= RequestLog.mostRequests || self.bytes > RequestLog.mostBytes
      {
        self.bytes -= first.size
        self.segments.removeFirst()
      }
    }

    mutating func note(_ number: Int, _ change: (inout Answer) -> Void) {
      guard number >= self.first else { return }
      var at = self.segments.count - 1
      while self.segments[at].first > number { at -= 1 }
      self.segments[at].note(number, change)
    }

    mutating func clear() {
      self.segments.removeAll()
      self.bytes = 0
      self.cleared = self.next - 1
      for lane in self.lanes.indices {
        for number in self.lanes[lane].waiters.keys { self.lanes[lane].waiters[number]?.found = [] }
      }
    }

    /// Those of a larger number, as many at most as are said. Costs a copy of what is not full yet.
    func requests(after number: Int, most: Int = .max) -> Requests {
      let start = max(self.first, number + 1)
      let end = start + min(most, max(0, self.next - start))
      var parts: [LogSegment] = []
      for segment in self.segments where segment.end > start && segment.first < end {
        let isWhole = segment.isFull && segment.first >= start && segment.end <= end
        parts.append(
          isWhole ? segment : segment.part(max(start, segment.first)..<min(end, segment.end)))
      }
      return Requests(services: self.services, segments: parts)
    }

    subscript(number: Int) -> Request? {
      guard number >= self.first, number < self.next else { return nil }
      return self.segments.last { $0.first <= number }?.request(number, of: self.services)
    }
  }

  /// Some of the requests, as they were when they were asked for.
  struct Requests: Sequence {
    fileprivate var services: [Asked]
    fileprivate var segments: [LogSegment]

    func makeIterator() -> some IteratorProtocol<Request> {
      self.segments.lazy.flatMap { segment in
        (segment.first..<segment.end).lazy.map { segment.request($0, of: self.services) }
      }.makeIterator()
    }
  }

  let held = Mutex(Held())
  /// Requests, and bytes of their heads and bodies, that are kept; of bytes, a segment more.
  private static let mostRequests = 10_000
  private static let mostBytes = 32 << 20
  /// Of one body.
  package static let longestBody = 256 << 10

  package init() {}

  /// What `append` calls a service.
  ///
  /// - Parameter entries: The names of its cassette's entries.
  func place(of service: Service, entries: [String] = []) -> Int {
    self.held.withLock { $0.place(of: service, entries: entries) }
  }

  /// On the hot path.
  ///
  /// - Parameter head: As `WireRequest.pack` writes it.
  /// - Returns: The request's number.
  @discardableResult
  func append(
    _ head: ByteBuffer, of service: Int, body: [UInt8], bodyBytes: Int, at: Int64, answer: Answer = Answer()
  ) -> Int {
    let (number, lanes) = self.held.withLock { held -> (Int, [Int]) in
      let number = held.append(head, of: service, body: body, bodyBytes: bodyBytes, at: at, answer: answer)
      return (number, held.waiting == 0 ? [] : held.lanesToMatch())
    }
    for lane in lanes { self.match(lane) }
    return number
  }

  /// Notes how a request is answered.
  func note(_ number: Int, _ change: (inout Answer) -> Void) { self.held.withLock { $0.note(number, change) } }

  /// The requests that are meant, in their order.
  package func requests(_ filter: Filter) -> [Request] { self.find(filter).requests }

  /// The requests that are meant, and what is not known of them.
  package func find(_ filter: Filter) -> Found {
    var found = Found()
    let requests = self.held.withLock { held in
      found.last = held.next - 1
      found.dropped = held.dropped(after: filter.after)
      return held.requests(after: filter.after)
    }
    // Looked at outside of the lock.
    for request in requests {
      if filter.matches(request) {
        found.requests.append(request)
      } else if filter.mayMean(request) {
        found.cut += 1
      }
    }
    return found
  }

  /// Who waits, waits for so many anew.
  package func clear() { self.held.withLock { $0.clear() } }
}
