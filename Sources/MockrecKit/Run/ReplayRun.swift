import MockrecCore
import MockrecEngine
import MockrecIdentity
import MockrecStore
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// One service while it is replayed.
final class ReplayRun: ServedRun {
  /// What a replayed service came to.
  struct Outcome: Sendable {
    var name: String
    var folder: String
    var served: Int
    var entries: Int
    var unused: [String]
    var tally: Tally
    var recorded: RecordSummary?
    var model: Model?
    /// What the handler answered of what was served; nil without one.
    var handled: Int?

    /// What a model has to say at the end.
    struct Model: Sendable {
      var name: String
      var unsupported: [(name: String, count: Int)]
    }
  }

  let binding: ServiceBinding
  let index: CassetteIndex
  private let state: ReplayState
  let tally = Tally()
  let strays: StrayRequests
  private let onMiss: MissRule
  private let recorder = Mutex<Recorder?>(nil)
  private let origin = Mutex<OriginRun?>(nil)
  private let buffers = Mutex<LoopLocal<ServedBuffer>?>(nil)
  private let connections: ConnectionNumbers
  private let time: ModelTime
  private let serving = Mutex<Serving?>(nil)
  private let handler = Mutex<ServiceHandler?>(nil)
  /// What sessions that are closed have served.
  private let past = Mutex<(served: Int, used: Set<String>)>((0, []))

  var name: String { self.binding.settings.name }
  var served: Int { self.usage.served }

  /// - Parameters:
  ///   - keys: What tokens in its replies are signed with.
  ///   - index: Its cassette, where that was read before.
  init(
    _ settings: ServiceSettings, onMiss: MissRule, keys: SigningKeys, index: CassetteIndex? = nil,
    time: ModelTime = .system
  ) throws {
    self.time = time
    self.binding = try ServiceBinding(settings, needsOrigin: onMiss != .fail).signing(with: keys)
    self.strays = StrayRequests(self.binding.service, tally: self.tally)
    self.connections = ConnectionNumbers(self.binding.service.wire)
    self.index = try index ?? CassetteLibrary.index(self.binding)
    self.state = ReplayState(self.index)
    self.onMiss = onMiss
  }

  func listen(
    in session: RunSession, journal: RunJournal, overlays: OverlayPlan, sessions: SessionTable?, console: Console
  ) async throws {
    let handler = try HandlerRun(self.binding, session.loops, console) { [service = self.binding.service, tally] in
      let reason = service.rules.redactor.text($0.reason)
      tally.fail("\(ServiceHandler.entry): \(reason)")
      journal.write(
        JournalEvent(service: service.name, outcome: .failed, summary: ServiceHandler.entry, note: reason))
    }
    self.handler.withLock { $0 = handler?.handler }
    try await session.listen(
      self.binding, tally: self.tally, handshakes: overlays.common.lay(overPort: self.binding, journal: journal),
      conversation: self.answer(session.loops, journal, overlays, console, sessions))
    if let handler { session.start(handler) }
  }

  /// Begins to serve.
  ///
  /// - Parameter sessions: Those of the run, where tests may open some; nil where there is none but one.
  /// - Returns: Makes what answers on one connection.
  func answer(
    _ loops: EventLoops, _ journal: RunJournal, _ overlays: OverlayPlan, _ console: Console,
    _ sessions: SessionTable? = nil
  ) throws -> @Sendable (any ReplyWriter, any Channel) -> any Conversation {
    journal.expect(self.index, isHandled: self.binding.settings.handler != nil, service: self.name)
    self.strays.serve(journal: journal) { console.message($0) }
    let buffers = LoopLocal { loop in ServedBuffer(service: self.name, sink: journal, eventLoop: loop) }
    self.buffers.withLock { $0 = buffers }
    let origins = try self.origins(journal: journal, console: console, loops: loops)
    self.origin.withLock { $0 = origins?.run }
    let serving = Serving(
      loops: loops, journal: journal, overlays: overlays, console: console, buffers: buffers, origins: origins,
      handler: self.handler.withLock { $0 }, sessions: sessions)
    self.serving.withLock { $0 = serving }
    guard let sessions else {
      let make = try self.make(serving, self.state, self.tally, time: self.time)
      return { writer, channel in make(writer, channel, nil) }
    }
    try self.open(sessions.common, state: self.state)
    return self.scoped(nil, in: sessions)
  }

  /// Gives a session what it has of this service.
  func open(_ session: Session, state: ReplayState) throws {
    guard let serving = self.serving.withLock({ $0 }) else { return }
    let common = session.sharesEntries ? serving.sessions?.common.scope(self.name)?.layer : nil
    let layer = EntryLayer(service: self.binding.service, scenarios: state.scenarios, common: common)
    let tally = Tally(partOf: self.tally)
    let clock = TurnableTime(self.time)
    session.add(
      ServiceScope(
        session, service: self.name, layer: layer, state: state, clock: clock, tally: tally, time: self.time,
        entries: self.index.entries,
        make: try self.make(serving, state, tally, layer: layer, time: clock.time, session: session)), for: self.name)
  }

  /// Keeps what a session came to, of which nothing else is left.
  func close(_ session: Session) {
    guard let scope = session.scope(self.name), let state = scope.state else { return }
    let usage = self.index.usage(state, self.binding.settings.sequence)
    let used = Set(self.index.entries).subtracting(usage.unused)
    self.past.withLock { past in
      past.served += usage.served + (scope.layer?.answered ?? 0)
      past.used.formUnion(used)
    }
  }

  func keepingCounts(of scope: ServiceScope, _ body: () -> Void) {
    guard let state = scope.state else { return body() }
    let before = self.index.usage(state, self.binding.settings.sequence)
    body()
    let after = self.index.usage(state, self.binding.settings.sequence)
    let used = Set(self.index.entries).subtracting(before.unused)
    self.past.withLock { past in
      past.served += before.served - after.served
      past.used.formUnion(used)
    }
  }

  /// What all connections and sessions of the run share.
  private struct Serving: Sendable {
    var loops: EventLoops
    var journal: RunJournal
    var overlays: OverlayPlan
    var console: Console
    var buffers: LoopLocal<ServedBuffer>
    var origins: OriginRunner?
    var handler: ServiceHandler?
    var sessions: SessionTable?
  }

  /// Makes what answers on one connection, with counts and entries of its own.
  ///
  /// - Parameter session: nil where there is none but one.
  private func make(
    _ serving: Serving, _ state: ReplayState, _ tally: Tally, layer: EntryLayer? = nil, time: ModelTime,
    session: Session? = nil
  ) throws -> @Sendable (any ReplyWriter, any Channel, RequestNote?) -> any Conversation {
    let replayer = self.replayer(serving, state, tally, layer: layer, time: time, session: session?.name)
    let faults = try serving.overlays.lay(
      over: FaultSite(
        binding: self.binding, journal: serving.journal, recorded: { [index = self.index] in index }, state: state),
      in: session)
    let ordinals = session.map { _ in SessionConnections() }
    let (origins, buffers) = (serving.origins, serving.buffers)
    return { writer, channel, note in
      let connection = self.connections.number(of: channel)
      return FaultConversation.over(
        faults, writer, channel, connection: connection, ordinal: ordinals?.number(of: connection), note: note
      ) { writer in
        ReplayConversation(
          replayer: replayer, writer: writer, served: buffers.value(on: channel.eventLoop), connection: connection,
          origin: origins.map { origins in
            OriginFaultConversation.over(faults, writer) { writer in
              OriginConversation(
                run: origins.run, writer: writer, connector: origins.pools.value(on: channel.eventLoop),
                connection: connection)
            }
          }, memory: faults?.memory, note: note)
      }
    }
  }

  private func replayer(
    _ serving: Serving, _ state: ReplayState, _ tally: Tally, layer: EntryLayer?, time: ModelTime, session: String?
  ) -> Replayer {
    let (binding, console, loops) = (self.binding, serving.console, serving.loops)
    return Replayer(
      service: binding.service, index: self.index, state: state, sequence: binding.settings.sequence,
      tally: tally, journal: serving.journal,
      nearMisses: NearMisses(folder: binding.settings.cassette) { name in CassetteLibrary.request(name, binding) },
      forwardsMisses: self.onMiss != .fail, layer: layer, handler: serving.handler,
      session: session ?? SessionTable.commonName, streamPace: binding.settings.streamTiming.factor,
      seed: serving.overlays.seed, time: time, report: { console.message("\($0)\n") },
      offload: { loops.offload($0) })
  }

  private func origins(journal: RunJournal, console: Console, loops: EventLoops) throws -> OriginRunner? {
    guard self.onMiss != .fail else { return nil }
    guard !(self.binding.service.wire is any DatagramWire) else {
      throw Failure.usage(
        Diagnostic(
          "what \(self.name) misses cannot be asked of the real service over \(self.binding.service.wire.name)",
          fix: "leave --on-miss out, and record it: mockrec record \(self.name)"))
    }
    if self.onMiss == .record {
      self.recorder.withLock { $0 = nil }
      // What is learnt while recording makes other keys of messages than those under which the cassette was read.
      let binding = try ServiceBinding(self.binding.settings, needsOrigin: true)
      let made = try RecordRun.recorder(binding, mode: .append, loops: loops, journal: journal, console: console)
      self.recorder.withLock { $0 = made }
    }
    return try OriginRunner(
      self.binding.service, recorder: self.recorder.withLock { $0 }, tally: self.tally, journal: journal)
  }

  /// Hands what the event loops still hold to the journal.
  func flush(_ loops: EventLoops) async {
    self.origin.withLock { $0 }?.end()
    self.recorder.withLock { $0 }?.settle()
    guard let buffers = self.buffers.withLock({ $0 }) else { return }
    for loop in loops.group.makeIterator() {
      // A loop that has ended holds nothing any more.
      try? await loop.submit { buffers.value(on: loop).flush() }.get()
    }
  }

  /// What was served, and by which entries not, in all sessions.
  private var usage: (served: Int, unused: [String]) {
    var (served, unused) = self.index.usage(self.state, self.binding.settings.sequence)
    let past = self.past.withLock { $0 }
    served += past.served + (self.handler.withLock { $0 }?.answered ?? 0)
    unused.removeAll { past.used.contains($0) }
    for session in self.serving.withLock({ $0?.sessions })?.all ?? [] {
      guard let scope = session.scope(self.name) else { continue }
      served += scope.layer?.answered ?? 0
      guard let state = scope.state, state !== self.state else { continue }
      let own = self.index.usage(state, self.binding.settings.sequence)
      served += own.served
      unused = unused.filter(Set(own.unused).contains)
    }
    return (served + self.tally.publications, unused)
  }

  func finish() -> Outcome {
    let usage = self.usage
    return Outcome(
      name: self.name, folder: self.binding.settings.cassette, served: usage.served, entries: self.index.entries.count,
      unused: usage.unused, tally: self.tally, recorded: self.recorder.withLock { $0 }?.finish(),
      handled: self.handler.withLock { $0 }?.answered)
  }
}
