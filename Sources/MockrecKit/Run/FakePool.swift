import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire
import Synchronization

/// Fakes for a verification: each lease is a listener of its own on a free loopback port, over one shared index, with
/// counts of its own.
final class FakePool: FakeProvider {
  private struct Fake: Sendable {
    var binding: ServiceBinding
    var index: CassetteIndex
  }

  private let fakes: [String: Fake]
  /// The services that a model plays.
  private let models: [String: ServiceBinding]
  private let seed: UInt64
  private let loops: EventLoops
  /// Listeners that lie idle, to be leased again.
  private let idle = Mutex<[String: [Lease]]>([:])

  /// - Parameter bindings: The services whose cassettes are served; the others have no fake.
  init(_ bindings: [ServiceBinding], seed: UInt64, loops: EventLoops) throws {
    self.loops = loops
    self.seed = seed
    self.models = Dictionary(
      bindings.filter { $0.settings.fake != nil }.map { ($0.settings.name, $0) }, uniquingKeysWith: { $1 })
    var fakes: [String: Fake] = [:]
    for binding in bindings where binding.settings.fake == nil {
      fakes[binding.settings.name] = Fake(binding: binding, index: try CassetteLibrary.index(binding))
    }
    self.fakes = fakes
  }

  func lease(service: String) async throws -> any FakeLease {
    if let binding = self.models[service], let fake = binding.settings.fake {
      return try await self.lease(binding, fake)
    }
    if let lease = self.idle.withLock({ $0[service]?.popLast() }) {
      lease.state.reset()
      return lease
    }
    guard let fake = self.fakes[service] else {
      throw Failure.usage(Diagnostic("service \(service) has no cassette, so there is no fake to ask"))
    }
    let state = ReplayState(fake.index)
    let binding = fake.binding
    let replayer = Replayer(
      service: binding.service, index: fake.index, state: state, sequence: binding.settings.sequence,
      journal: SilentJournal(), nearMisses: NearMisses(folder: binding.settings.cassette) { _ in nil },
      report: { _ in }, offload: { [loops] in loops.offload($0) })
    let buffers = LoopLocal { loop in ServedBuffer(service: service, sink: SilentJournal(), eventLoop: loop) }
    let listener = try await Listener.open(
      service: service, host: "127.0.0.1", port: 0, wire: binding.service.wire, limits: binding.service.limits,
      group: self.loops.group
    ) { writer, channel in
      ReplayConversation(
        replayer: replayer, writer: writer, served: buffers.value(on: channel.eventLoop), connection: 0, origin: nil)
    }
    return Lease(
      service: service, address: binding.service.wire.address(host: listener.host, port: listener.port), state: state,
      listener: listener, pool: self)
  }

  /// A model in its first state, on a listener that is not used again.
  private func lease(_ binding: ServiceBinding, _ fake: ServiceSettings.Fake) async throws -> any FakeLease {
    let model = try ModelRun.model(binding, fake, seed: self.seed, time: .system)
    let listener = try await Listener.open(
      service: binding.service.name, host: "127.0.0.1", port: 0, wire: binding.service.wire,
      limits: binding.service.limits, group: self.loops.group
    ) { writer, _ in model.connect(writer) }
    return ModelLease(
      address: binding.service.wire.address(host: listener.host, port: listener.port), listener: listener)
  }

  private struct ModelLease: FakeLease {
    var address: String
    var listener: Listener

    func end() async { await self.listener.close() }
  }

  fileprivate func giveBack(_ lease: Lease) {
    self.idle.withLock { $0[lease.service, default: []].append(lease) }
  }

  func close() async {
    let all = self.idle.withLock { $0.values.flatMap { $0 } }
    for lease in all { await lease.listener.close() }
  }

  /// One fake while a unit uses it.
  fileprivate struct Lease: FakeLease {
    var service: String
    var address: String
    var state: ReplayState
    var listener: Listener
    unowned var pool: FakePool

    func end() async { self.pool.giveBack(self) }
  }
}

/// For fakes whose exchanges the verifier journals itself.
private struct SilentJournal: JournalSink {
  func write(_ events: [JournalEvent]) {}
  func served(_ batch: [ServedEvent], service: String) {}
}
