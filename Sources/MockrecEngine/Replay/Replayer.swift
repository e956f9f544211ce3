import MockrecCore
import MockrecWire
import NIOCore

/// Serves one service from its cassette: what all its connections share.
package final class Replayer: Sendable {
  package let service: Service
  package let index: CassetteIndex
  package let state: ReplayState
  package let sequence: SequenceRule
  package let tally: Tally
  package let journal: any JournalSink
  private let nearMisses: NearMisses
  private let report: @Sendable (_ miss: Diagnostic) -> Void
  private let offload: @Sendable (@escaping @Sendable () -> Void) -> Void
  /// How fast streams are replayed: 1 as they were recorded, 2 for twice as slowly, 0 for at once.
  let streamPace: Double
  /// Whether replies wait as their entries say.
  private let waits: Bool
  /// What is random in the replies of mocks is made from it.
  private let seed: UInt64
  /// The time that mocks tell.
  private let now: @Sendable () -> Timestamp
  /// A request that may have to be sent on is kept whole.
  let bodyLimits: WireLimits
  /// What was added to the cassette while it is served; nil where nothing can be.
  let layer: EntryLayer?

  /// Answers what no entry does; nil where nothing does.
  let handler: ServiceHandler?
  /// The name of the session whose requests these are.
  private let session: String

  /// - Parameters:
  ///   - state: The counters to use: a run's own, or those of a scope.
  ///   - report: Told of each distinct miss once, for the log.
  ///   - waits: Whether replies wait as their entries say.
  ///   - offload: Runs work off the event loops: the diagnosis of a miss reads files.
  package init(
    service: Service, index: CassetteIndex, state: ReplayState? = nil, sequence: SequenceRule = .repeat,
    tally: Tally = Tally(), journal: any JournalSink, nearMisses: NearMisses, forwardsMisses: Bool = false,
    layer: EntryLayer? = nil, handler: ServiceHandler? = nil, session: String = SessionTable.commonName,
    streamPace: Double = 0, seed: UInt64 = 0, time: ModelTime = .system, waits: Bool = true,
    report: @escaping @Sendable (_ miss: Diagnostic) -> Void,
    offload: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
  ) {
    self.service = service
    self.index = index
    self.state = state ?? ReplayState(index)
    self.sequence = sequence
    self.tally = tally
    self.journal = journal
    self.nearMisses = nearMisses
    self.report = report
    self.offload = offload
    self.streamPace = streamPace
    self.layer = layer
    self.waits = waits
    self.handler = handler
    self.session = session
    self.seed = seed
    self.now = {
      let milliseconds = time.now()
      return Timestamp(seconds: milliseconds / 1000, nanoseconds: Int(milliseconds % 1000) * 1_000_000)
    }
    var limits = service.limits
    if forwardsMisses { limits.memoryBytes = max(limits.memoryBytes, 64 << 20) }
    self.bodyLimits = limits
  }

  /// A request in one line without its secrets.
  func redactedSummary(_ request: Message) -> String {
    self.service.wire.summary(of: request, with: self.service.rules.redactor)
  }

  /// A request as mocks see it.
  func mockRequest(_ request: any WireRequest, _ key: MatchKey, _ body: [UInt8]?) -> MockRequest {
    let scenarios = self.state.scenarios
    return MockRequest(request: request, key: key, body: body, scope: self.scope(seed: 0)) { scenarios.count($0) }
  }

  private func scope(seed: UInt64) -> ContractScope {
    ContractScope(services: self.service.contractServices, moment: self.now(), seed: seed)
  }

  /// How long a reply is held back, of what answers the so many-th request of a key.
  func wait(before reply: PreparedReply, to key: MatchKey, occurrence: @autoclosure () -> Int) -> Duration {
    guard let delay = reply.delay, self.waits else { return .zero }
    return delay.time(seed: self.seed, key: FNV1a(key.bytes).value, occurrence: occurrence())
  }

  /// The same with what is random in its answer: made from the run's seed, the request, and how often it came.
  func dealt(_ asked: MockRequest) -> MockRequest {
    let hash = FNV1a(asked.key.bytes).value
    let turn = UInt64(self.state.scenarios.turn(of: hash))
    var asked = asked
    asked.scope = self.scope(seed: hash ^ self.seed ^ (turn &* 0x9E37_79B9_7F4A_7C15))
    return asked
  }

  /// A request as its service's handler is asked it.
  func question(_ request: any WireRequest, _ key: MatchKey, _ body: [UInt8]) -> HandlerQuestion {
    let scope = self.dealt(self.mockRequest(request, key, body)).scope
    return HandlerQuestion(
      service: self.service.name, session: self.session, request: request, body: body, moment: scope.moment,
      seed: scope.seed)
  }

  /// A mock could not answer a request that is its own.
  func failed(_ failure: MockFailure, at entry: String) {
    let reason = self.service.rules.redactor.text(failure.reason)
    self.tally.fail("\(entry): \(reason)")
    self.journal.write(JournalEvent(service: self.service.name, outcome: .failed, summary: entry, note: reason))
  }

  /// What comes nearest to a request that nothing answers, nearest first: mocks whose path it has, what was added, what was
  /// recorded.
  ///
  /// - Parameter body: The request's; nil where it was too long to be kept.
  private func nearest(_ request: Message, _ key: MatchKey, body: [UInt8]?) -> [Miss.Near] {
    let added = self.layer?.served.map(\.index)
    let indices = [added, self.index].compactMap { $0 }
    let asked = self.mockRequest(self.service.wire.request(from: request), key, body)
    var nearest = indices.flatMap { index in
      (index.mocks?.near(asked, self.state.scenarios) ?? []).map { page, mismatches in
        Miss.Near(
          entry: index.entries[Int(page.entry)], line: page.line, mismatches: mismatches, isAdded: index === added)
      }
    }
    var recorded = self.nearMisses.find(request, key: key, in: self.index, of: self.service)
    if let added, let layer = self.layer {
      let near = NearMisses(folder: "") { layer.request($0) }.find(request, key: key, in: added, of: self.service)
      recorded += near.map { Miss.Near(entry: $0.entry, line: $0.line, mismatches: $0.mismatches, isAdded: true) }
      recorded.sort { NearMisses.cost($0.mismatches) < NearMisses.cost($1.mismatches) }
    }
    nearest += recorded
    return Array(nearest.prefix(NearMisses.shown))
  }

  /// Finds what came nearest to a missed request, counts and reports the miss, and gives the reply for the client.
  func diagnose(
    _ request: Message, key: MatchKey, reason: Miss.Reason, event: JournalEvent,
    then reply: @escaping @Sendable (Message) -> Void
  ) {
    self.offload {
      let clean = self.service.wire.redact(Exchange(request: request), with: self.service.rules.redactor).request
      let isLong = event.requestBytes > 0 && clean.body.bytes?.isEmpty != false
      let nearest = reason == .unknown ? self.nearest(clean, key, body: isLong ? nil : clean.body.bytes ?? []) : []
      let miss = Miss(
        service: self.service.name, summary: event.summary, reason: reason, nearest: nearest,
        fix: reason == .unknown
          ? self.service.missFix : "record the request as often as it is asked, or set `sequence: repeat`")
      let diagnosis = MissReport(miss, folder: self.nearMisses.folder, entries: self.index.entries.count).diagnostic
      if self.tally.miss(event.summary, text: diagnosis.description, nearest: nearest) { self.report(diagnosis) }
      var event = event
      event.note = nearest.first.map { "nearest: \($0.entry)" }
      self.journal.write(event)
      reply(self.service.wire.missReply(miss))
    }
  }
}
