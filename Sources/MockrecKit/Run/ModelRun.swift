import MockrecCore
import MockrecEngine
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// One service while a model plays it.
final class ModelRun: ServedRun {
  let binding: ServiceBinding
  private let fake: ServiceSettings.Fake
  private let model: any ServiceModel
  private let time: TurnableTime
  private let counts: AtomicCounters
  private let tally = Tally()
  private let buffers = Mutex<LoopLocal<ServedBuffer>?>(nil)
  private let connections: ConnectionNumbers

  var name: String { self.binding.settings.name }
  var served: Int { self.model.kinds.indices.reduce(0) { $0 + self.counts[$1] } }

  init(_ settings: ServiceSettings, _ fake: ServiceSettings.Fake, _ options: RunOptions) throws {
    self.binding = try ServiceBinding(settings, needsOrigin: false)
    self.connections = ConnectionNumbers(self.binding.service.wire)
    self.fake = fake
    self.time = TurnableTime(options.modelTime)
    self.model = try Self.model(
      self.binding, fake, seed: options.seed, time: self.time.time, stateDirectory: options.stateDirectory,
      usesTLS: settings.tls)
    self.counts = AtomicCounters(count: self.model.kinds.count)
  }

  /// A model in its first state.
  ///
  /// - Parameters:
  ///   - stateDirectory: Where it keeps what it needs again, `.mockrec`; nil for nowhere.
  ///   - usesTLS: Whether its clients speak TLS.
  static func model(
    _ binding: ServiceBinding, _ fake: ServiceSettings.Fake, seed: UInt64, time: ModelTime, stateDirectory: String?,
    usesTLS: Bool
  ) throws -> any ServiceModel {
    var state = ModelState.empty
    switch fake.state {
    case .empty: break
    case .values(let values): state = .values(values)
    case .cassette:
      let entries = try CassetteLibrary.entries(binding, in: CassetteLibrary.open(binding))
      state = .recorded(entries.map(\.recorded.exchange))
    }
    do throws(Diagnostic) {
      return try binding.service.wire.model(
        fake.model,
        ModelSetup(
          state: state, options: fake.options, seed: seed, time: time,
          files: .live(stateDirectory: stateDirectory, beside: binding.settings.origin?.file), usesTLS: usesTLS))
    } catch {
      throw Failure(ExitStatus.data, "\(error)")
    }
  }

  func listen(
    in session: RunSession, journal: RunJournal, overlays: OverlayPlan, sessions: SessionTable?, console: Console
  ) async throws {
    let service = self.name
    journal.expect(kinds: self.model.kinds, service: service)
    let buffers = LoopLocal { loop in ServedBuffer(service: service, sink: journal, eventLoop: loop) }
    self.buffers.withLock { $0 = buffers }
    let faults = try overlays.common.lay(
      over: FaultSite(
        binding: self.binding, journal: journal,
        recorded: { [binding = self.binding] in try overlays.run.recorded(binding) },
        turnClock: { [time = self.time] in time.turn($0) }, forget: { [model = self.model] in model.forget() },
        lookBack: { [model = self.model] in model.lookBack($0) }))
    let handshakes = try overlays.common.lay(overPort: self.binding, journal: journal)
    try await session.listen(self.binding, tally: self.tally, handshakes: handshakes) { writer, channel in
      let connection = self.connections.number(of: channel)
      return FaultConversation.over(faults, writer, channel, connection: connection) { writer in
        ModelResponder(
          self.model, writer: writer, served: buffers.value(on: channel.eventLoop), counts: self.counts,
          tally: self.tally, journal: journal, service: service, connection: connection)
      }
    }
  }

  func flush(_ loops: EventLoops) async {
    guard let buffers = self.buffers.withLock({ $0 }) else { return }
    for loop in loops.group.makeIterator() {
      // A loop that has ended holds nothing any more.
      try? await loop.submit { buffers.value(on: loop).flush() }.get()
    }
  }

  func finish() -> ReplayRun.Outcome {
    ReplayRun.Outcome(
      name: self.name, folder: "", served: self.served, entries: 0, unused: [], tally: self.tally, recorded: nil,
      model: .init(name: self.fake.model, unsupported: self.model.unsupported))
  }
}
