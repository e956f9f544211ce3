import MockrecCore
import MockrecEngine
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

    /// What a model has to say at the end.
    struct Model: Sendable {
      var name: String
      var unsupported: [(name: String, count: Int)]
    }
  }

  let binding: ServiceBinding
  let index: CassetteIndex
  private let state: ReplayState
  private let tally = Tally()
  private let onMiss: MissRule
  private let recorder = Mutex<Recorder?>(nil)
  private let origin = Mutex<OriginRun?>(nil)
  private let buffers = Mutex<LoopLocal<ServedBuffer>?>(nil)
  private let connections: ConnectionNumbers

  var name: String { self.binding.settings.name }
  var served: Int { self.index.usage(self.state, self.binding.settings.sequence).served }

  /// - Parameter index: Its cassette, where that was read before.
  init(_ settings: ServiceSettings, onMiss: MissRule, index: CassetteIndex? = nil) throws {
    self.binding = try ServiceBinding(settings, needsOrigin: onMiss != .fail)
    self.connections = ConnectionNumbers(self.binding.service.wire)
    self.index = try index ?? CassetteLibrary.index(self.binding)
    self.state = ReplayState(self.index)
    self.onMiss = onMiss
  }

  func listen(in session: RunSession, journal: RunJournal, overlays: OverlayPlan, console: Console) async throws {
    try await session.listen(
      self.binding, tally: self.tally, handshakes: overlays.handshakes(self.binding, journal: journal),
      conversation: self.answer(session.loops, journal, overlays, console))
  }

  /// Begins to serve.
  ///
  /// - Returns: Makes what answers on one connection.
  func answer(
    _ loops: EventLoops, _ journal: RunJournal, _ overlays: OverlayPlan, _ console: Console
  ) throws -> @Sendable (any ReplyWriter, any Channel) -> any Conversation {
    journal.expect(self.index, service: self.name)
    let replayer = self.replayer(journal: journal, console: console, loops: loops)
    let buffers = LoopLocal { loop in ServedBuffer(service: self.name, sink: journal, eventLoop: loop) }
    self.buffers.withLock { $0 = buffers }
    let origins = try self.origins(journal: journal, console: console, loops: loops)
    self.origin.withLock { $0 = origins?.run }
    let faults = try overlays.faults(
      self.binding, recorded: self.index, state: self.state, journal: journal)
    let memory = faults?.memory
    return { writer, channel in
      let connection = self.connections.number(of: channel)
      return FaultConversation.over(faults, writer, channel, connection: connection) { writer in
        ReplayConversation(
          replayer: replayer, writer: writer, served: buffers.value(on: channel.eventLoop), connection: connection,
          origin: origins.map { origins in
            OriginFaultConversation.over(faults, memory: memory, writer) { writer in
              OriginConversation(
                run: origins.run, writer: writer, connector: origins.pools.value(on: channel.eventLoop),
                connection: connection)
            }
          }, memory: memory)
      }
    }
  }

  private func replayer(journal: RunJournal, console: Console, loops: EventLoops) -> Replayer {
    let binding = self.binding
    let folder = binding.settings.cassette
    return Replayer(
      service: binding.service, index: self.index, state: self.state, sequence: binding.settings.sequence,
      tally: self.tally, journal: journal,
      nearMisses: NearMisses(folder: folder) { name in CassetteLibrary.request(name, binding) },
      forwardsMisses: self.onMiss != .fail, streamPace: binding.settings.streamTiming.factor,
      report: { console.message("\($0)\n") }, offload: { loops.offload($0) })
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

  func finish() -> Outcome {
    let usage = self.index.usage(self.state, self.binding.settings.sequence)
    return Outcome(
      name: self.name, folder: self.binding.settings.cassette, served: usage.served, entries: self.index.entries.count,
      unused: usage.unused, tally: self.tally, recorded: self.recorder.withLock { $0 }?.finish())
  }
}
