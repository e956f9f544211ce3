import MockrecCore
import MockrecEngine
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// One service while a model plays it. Every session has a model of its own.
final class ModelRun: SessionRun {
  /// What a session has of it.
  private struct Part: Sendable {
    var model: SessionModel
    var time: TurnableTime
    var tally: Tally
  }

  /// What all connections and sessions of the run share.
  private struct Serving: Sendable {
    var journal: RunJournal
    var overlays: OverlayPlan
    var buffers: LoopLocal<ServedBuffer>
    var sessions: SessionTable?
  }

  let binding: ServiceBinding
  private let fake: ServiceSettings.Fake
  private let base: ModelTime
  /// That of the session of requests that name none.
  private let common: Part
  private let kinds: [String]
  let strays: StrayRequests
  private let serving = Mutex<Serving?>(nil)
  private let connections: ConnectionNumbers
  /// What sessions that are closed came to.
  private let past = Mutex<(served: Int, unsupported: [String: Int])>((0, [:]))
  /// Names that are told apart.
  private static let mostUnsupported = 100

  var name: String { self.binding.settings.name }
  var tally: Tally { self.common.tally }
  var served: Int {
    self.past.withLock { $0.served } + self.parts.reduce(0) { $0 + $1.served }
  }

  init(_ settings: ServiceSettings, _ fake: ServiceSettings.Fake, _ options: RunOptions) throws {
    self.binding = try ServiceBinding(settings, needsOrigin: false)
    self.connections = ConnectionNumbers(self.binding.service.wire)
    self.fake = fake
    self.base = options.modelTime
    let time = TurnableTime(options.modelTime)
    // What is wrong with its state is said before anybody asks.
    let model = try Self.model(
      self.binding, fake, seed: options.seed, time: time.time, stateDirectory: options.stateDirectory,
      usesTLS: settings.tls)
    self.kinds = model.kinds
    self.common = Part(model: SessionModel { model }, time: time, tally: Tally())
    self.strays = StrayRequests(self.binding.service, tally: self.common.tally)
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
    journal.expect(kinds: self.kinds, service: service)
    self.strays.serve(journal: journal) { console.message($0) }
    let serving = Serving(
      journal: journal, overlays: overlays,
      buffers: LoopLocal { loop in ServedBuffer(service: service, sink: journal, eventLoop: loop) },
      sessions: sessions)
    self.serving.withLock { $0 = serving }
    let conversation: @Sendable (any ReplyWriter, any Channel) -> any Conversation
    if let sessions {
      var part = self.common
      part.tally = Tally(partOf: self.tally)
      try self.open(sessions.common, part, serving)
      conversation = self.scoped(nil, in: sessions)
    } else {
      let make = try self.make(serving, self.common)
      conversation = { writer, channel in make(writer, channel, nil) }
    }
    try await session.listen(
      self.binding, tally: self.tally, handshakes: overlays.common.lay(overPort: self.binding, journal: journal),
      conversation: conversation)
  }

  func open(_ session: Session) throws {
    guard let serving = self.serving.withLock({ $0 }) else { return }
    let time = TurnableTime(self.base)
    let model = SessionModel { [common = self.common.model] in common.model.another(time.time) }
    try self.open(session, Part(model: model, time: time, tally: Tally(partOf: self.tally)), serving)
  }

  private func open(_ session: Session, _ part: Part, _ serving: Serving) throws {
    session.add(
      ServiceScope(
        session, service: self.name, model: part.model, clock: part.time, tally: part.tally, time: self.base,
        make: try self.make(serving, part, session)), for: self.name)
  }

  func close(_ session: Session) {
    guard let model = session.scope(self.name)?.model else { return }
    self.past.withLock { past in
      past.served += model.served
      Self.add(model.ifMade?.unsupported ?? [], to: &past.unsupported)
    }
  }

  /// Makes what answers on one connection, from a model of its own.
  private func make(
    _ serving: Serving, _ part: Part, _ session: Session? = nil
  ) throws -> @Sendable (any ReplyWriter, any Channel, RequestNote?) -> any Conversation {
    let (overlays, binding) = (serving.overlays, self.binding)
    let faults = try overlays.lay(
      over: FaultSite(
        binding: binding, journal: serving.journal, recorded: { try overlays.run.recorded(binding) },
        turnClock: { part.time.turn($0) }, forget: { part.model.ifMade?.forget() },
        lookBack: { part.model.lookBack($0) }), in: session)
    let ordinals = session.map { _ in SessionConnections() }
    let (service, connections) = (self.name, self.connections)
    return { writer, channel, note in
      let connection = connections.number(of: channel)
      return FaultConversation.over(
        faults, writer, channel, connection: connection, ordinal: ordinals?.number(of: connection), note: note
      ) { writer in
        let (model, counts) = part.model.made
        return ModelResponder(
          model, writer: writer, served: serving.buffers.value(on: channel.eventLoop), counts: counts,
          tally: part.tally, journal: serving.journal, service: service, connection: connection)
      }
    }
  }

  func flush(_ loops: EventLoops) async {
    guard let buffers = self.serving.withLock({ $0?.buffers }) else { return }
    for loop in loops.group.makeIterator() {
      // A loop that has ended holds nothing any more.
      try? await loop.submit { buffers.value(on: loop).flush() }.get()
    }
  }

  /// Those of all sessions that are open.
  private var parts: [SessionModel] {
    guard let sessions = self.serving.withLock({ $0?.sessions }) else { return [self.common.model] }
    return sessions.all.compactMap { $0.scope(self.name)?.model }
  }

  /// What nobody knows, in all sessions.
  private var unsupported: [(name: String, count: Int)] {
    var all = self.past.withLock { $0.unsupported }
    for model in self.parts { Self.add(model.ifMade?.unsupported ?? [], to: &all) }
    return all.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  private static func add(_ more: [(name: String, count: Int)], to all: inout [String: Int]) {
    for (name, count) in more {
      let isKept = all[name] != nil || all.count < Self.mostUnsupported
      all[isKept ? name : "others", default: 0] += count
    }
  }

  func finish() -> ReplayRun.Outcome {
    ReplayRun.Outcome(
      name: self.name, folder: "", served: self.served, entries: 0, unused: [], tally: self.tally, recorded: nil,
      model: .init(name: self.fake.model, unsupported: self.unsupported))
  }
}
