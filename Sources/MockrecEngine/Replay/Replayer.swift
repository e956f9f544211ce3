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

  /// - Parameters:
  ///   - state: The counters to use: a run's own, or those of a scope.
  ///   - report: Told of each distinct miss once, for the log.
  ///   - waits: Whether replies wait as their entries say.
  ///   - offload: Runs work off the event loops: the diagnosis of a miss reads files.
  package init(
    service: Service, index: CassetteIndex, state: ReplayState? = nil, sequence: SequenceRule = .repeat,
    tally: Tally = Tally(), journal: any JournalSink, nearMisses: NearMisses, forwardsMisses: Bool = false,
    layer: EntryLayer? = nil, streamPace: Double = 0, seed: UInt64 = 0, time: ModelTime = .system,
    waits: Bool = true, report: @escaping @Sendable (_ miss: Diagnostic) -> Void,
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

  /// A mock could not answer a request that is its own.
  func failed(_ failure: MockFailure, at entry: String) {
    let reason = self.service.rules.redactor.text(failure.reason)
    self.tally.fail("\(entry): \(reason)")
    self.journal.write(JournalEvent(service: self.service.name, outcome: .failed, summary: entry, note: reason))
  }

  /// Finds what came nearest to a missed request, counts and reports the miss, and gives the reply for the client.
  func diagnose(
    _ request: Message, key: MatchKey, reason: Miss.Reason, event: JournalEvent,
    then reply: @escaping @Sendable (Message) -> Void
  ) {
    self.offload {
      let clean = self.service.wire.redact(Exchange(request: request), with: self.service.rules.redactor).request
      var nearest = reason == .unknown ? self.nearMisses.find(clean, key: key, in: self.index, of: self.service) : []
      if let mocks = self.index.mocks, reason == .unknown {
        var body = clean.body.bytes
        // What was too long is not here.
        if body?.isEmpty != false, event.requestBytes > 0 { body = nil } else if body == nil { body = [] }
        let asked = self.mockRequest(self.service.wire.request(from: clean), key, body)
        let near = mocks.near(asked, self.state.scenarios).map { page, mismatches in
          Miss.Near(entry: self.index.entries[Int(page.entry)], line: page.line, mismatches: mismatches)
        }
        nearest = Array((near + nearest).prefix(NearMisses.shown))
      }
      let miss = Miss(
        service: self.service.name, summary: event.summary, reason: reason, nearest: nearest,
        fix: reason == .unknown
          ? self.service.missFix : "record the request as often as it is asked, or set `sequence: repeat`")
      let diagnosis = MissReport(miss, folder: self.nearMisses.folder, entries: self.index.entries.count).diagnostic
      if self.tally.miss(event.summary, text: diagnosis.description) { self.report(diagnosis) }
      var event = event
      event.note = nearest.first.map { "nearest: \($0.entry)" }
      self.journal.write(event)
      reply(self.service.wire.missReply(miss))
    }
  }
}
