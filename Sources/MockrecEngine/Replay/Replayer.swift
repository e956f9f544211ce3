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
  /// A request that may have to be sent on is kept whole.
  let bodyLimits: WireLimits

  /// - Parameters:
  ///   - state: The counters to use: a run's own, or those of a scope.
  ///   - report: Told of each distinct miss once, for the log.
  ///   - offload: Runs work off the event loops: the diagnosis of a miss reads files.
  package init(
    service: Service, index: CassetteIndex, state: ReplayState? = nil, sequence: SequenceRule = .repeat,
    tally: Tally = Tally(), journal: any JournalSink, nearMisses: NearMisses, forwardsMisses: Bool = false,
    streamPace: Double = 0,
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
    var limits = service.limits
    if forwardsMisses { limits.memoryBytes = max(limits.memoryBytes, 64 << 20) }
    self.bodyLimits = limits
  }

  /// A request in one line without its secrets.
  func redactedSummary(_ request: Message) -> String {
    self.service.wire.summary(of: request, with: self.service.rules.redactor)
  }

  /// Finds what came nearest to a missed request, counts and reports the miss, and gives the reply for the client.
  func diagnose(
    _ request: Message, key: MatchKey, reason: Miss.Reason, event: JournalEvent,
    then reply: @escaping @Sendable (Message) -> Void
  ) {
    self.offload {
      let clean = self.service.wire.redact(Exchange(request: request), with: self.service.rules.redactor).request
      let nearest = reason == .unknown ? self.nearMisses.find(clean, key: key, in: self.index, of: self.service) : []
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
