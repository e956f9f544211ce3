import Dispatch
import MockrecCore
import NIOCore

/// Waiting for requests. What came is held against what is waited for on threads of its own, so that no event loop, and
/// nobody who adds to the log, is held up by it.
extension RequestLog {
  /// How waiting ended.
  package struct Waited: Sendable {
    package enum Outcome: Sendable {
      case came
      case late
      /// More wait than may.
      case tooMany
      /// The session is closed.
      case closed
      /// The run ends.
      case ending
      /// Who waited has gone.
      case left
    }

    package var outcome: Outcome
    /// How many came, since the log was cleared last.
    package var count = 0
    /// The last of them.
    package var requests: [Request] = []
    package var last = 0
    package var dropped = 0
  }

  package struct Wait: Sendable {
    package var waited: EventLoopFuture<Waited>
    /// Nobody waits any more. To be called any number of times.
    package var leave: @Sendable () -> Void
  }

  struct Waiter {
    let filter: Filter
    let wanted: Int
    /// The number of the last request that was looked at.
    var looked: Int
    /// The numbers of those that are meant.
    var found: [Int]
    let promise: EventLoopPromise<Waited>
  }

  struct Lane {
    var waiters: [Int: Waiter] = [:]
    var isMatching = false
    /// What came is looked at there. A serial queue has a thread of its own where all others are held up.
    let queue = DispatchQueue(label: "mockrec.requests", qos: .userInitiated)
  }

  /// Who may wait at once.
  package static let mostWaiters = 1000
  /// How many requests are looked at before it is looked at who still waits: by heads, and by bodies.
  private static let steps = [64, 1]

  /// Waits until so many requests that are meant have come, those included that came before. Not for event loops: bodies
  /// of requests that came before are looked at.
  package func wait(for count: Int, _ filter: Filter, within bound: TimeAmount, on loop: any EventLoop) -> Wait {
    let promise = loop.makePromise(of: Waited.self)
    let lane = filter.pattern?.readsBody == true ? 1 : 0
    let (requests, last) = self.held.withLock { ($0.requests(after: filter.after), $0.next - 1) }
    let before = requests.filter(filter.matches).map(\.number)
    let (number, lanes, waited) = self.held.withLock { held -> (Int, [Int], Waited?) in
      let found = before.filter { $0 > held.cleared }
      if let ended = held.ended { return (0, [], held.waited(ended, found, filter)) }
      if found.count >= count { return (0, [], held.waited(.came, found, filter)) }
      guard held.waiting < Self.mostWaiters else { return (0, [], held.waited(.tooMany, found, filter)) }
      held.nextWaiter += 1
      held.lanes[lane].waiters[held.nextWaiter] = Waiter(
        filter: filter, wanted: count, looked: last, found: found, promise: promise)
      return (held.nextWaiter, held.lanesToMatch(), nil)
    }
    if let waited {
      promise.succeed(waited)
      return Wait(waited: promise.futureResult, leave: {})
    }
    for lane in lanes { self.match(lane) }
    let timer = loop.scheduleTask(in: bound) { self.giveUp(number, lane, .late) }
    return Wait(
      waited: promise.futureResult.always { _ in timer.cancel() }, leave: { self.giveUp(number, lane, .left) })
  }

  private func giveUp(_ number: Int, _ lane: Int, _ outcome: Waited.Outcome) {
    let end = self.held.withLock { held in
      held.lanes[lane].waiters.removeValue(forKey: number).map {
        ($0.promise, held.waited(outcome, $0.found, $0.filter))
      }
    }
    if let (promise, waited) = end { promise.succeed(waited) }
  }

  /// Looks at what came for those who wait, until all has been looked at.
  func match(_ lane: Int) {
    let queue = self.held.withLock { $0.lanes[lane].queue }
    queue.async { while self.matchSome(lane) {} }
  }

  private func matchSome(_ lane: Int) -> Bool {
    let step = self.held.withLock { held -> (waiters: [Int: Waiter], requests: [Request], last: Int)? in
      let waiters = held.lanes[lane].waiters
      guard let looked = waiters.values.lazy.map(\.looked).min(), looked < held.next - 1 else {
        held.lanes[lane].isMatching = false
        return nil
      }
      let requests = Array(held.requests(after: looked, most: Self.steps[lane]))
      return (waiters, requests, requests.last?.number ?? held.next - 1)
    }
    guard let step else { return false }
    for request in step.requests {
      // Read once for all.
      var reading = Reading()
      for (number, waiter) in step.waiters
      where waiter.looked < request.number && waiter.filter.matches(request, &reading) {
        self.found(request.number, number, lane)
      }
    }
    self.held.withLock { held in
      for number in step.waiters.keys {
        guard let looked = held.lanes[lane].waiters[number]?.looked else { continue }
        held.lanes[lane].waiters[number]?.looked = max(looked, step.last)
      }
    }
    return true
  }

  /// Notes that a request is one of those that somebody waits for.
  private func found(_ request: Int, _ number: Int, _ lane: Int) {
    let end = self.held.withLock { held -> (EventLoopPromise<Waited>, Waited)? in
      guard request > held.cleared else { return nil }
      held.lanes[lane].waiters[number]?.found.append(request)
      guard let waiter = held.lanes[lane].waiters[number], waiter.found.count >= waiter.wanted else { return nil }
      held.lanes[lane].waiters[number] = nil
      return (waiter.promise, held.waited(.came, waiter.found, waiter.filter))
    }
    if let (promise, waited) = end { promise.succeed(waited) }
  }

  /// Nobody has to wait any more, and nobody begins to.
  package func close(_ outcome: Waited.Outcome) {
    let ends = self.held.withLock { held in
      held.ended = outcome
      let waiters = held.lanes.flatMap(\.waiters.values)
      for lane in held.lanes.indices { held.lanes[lane].waiters = [:] }
      return waiters.map { ($0.promise, held.waited(outcome, $0.found, $0.filter)) }
    }
    for (promise, waited) in ends { promise.succeed(waited) }
  }
}

extension RequestLog.Held {
  var waiting: Int { self.lanes[0].waiters.count + self.lanes[1].waiters.count }

  /// The lanes that wait for requests at which nobody looks yet: the caller has to.
  mutating func lanesToMatch() -> [Int] {
    let lanes = self.lanes.indices.filter { !self.lanes[$0].isMatching && !self.lanes[$0].waiters.isEmpty }
    for lane in lanes { self.lanes[lane].isMatching = true }
    return lanes
  }

  /// - Parameter found: The numbers of those that came.
  func waited(
    _ outcome: RequestLog.Waited.Outcome, _ found: [Int], _ filter: RequestLog.Filter
  ) -> RequestLog.Waited {
    return RequestLog.Waited(
      outcome: outcome, count: found.count, requests: found.suffix(100).compactMap { self[$0] }, last: self.next - 1,
      dropped: self.dropped(after: filter.after))
  }
}
