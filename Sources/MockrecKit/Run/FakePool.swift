import MockrecCore
import MockrecEngine
import MockrecIdentity
import MockrecStore
import MockrecTransport
import MockrecWire
import Synchronization

/// Fakes for a verification: each lease is a listener of its own on a free loopback port, over one shared index, with
/// counts of its own. Of a cassette's parts those alone are in memory that are in use.
final class FakePool: FakeProvider {
  /// A cassette that is served, or a part of one.
  private struct Fake: Sendable {
    var binding: ServiceBinding
    var index: CassetteIndex
    /// Listeners that lie idle, to be leased again.
    var idle: [Lease] = []
    /// How many units are yet to give a lease back.
    var units: Int
  }

  private struct Key: Sendable, Hashable {
    var service: String
    var part: Int?
  }

  private let bindings: [String: ServiceBinding]
  private let parts: [String: CassetteParts]
  /// How many units each fake serves.
  private let units: [Key: Int]
  private let seed: UInt64
  private let stateDirectory: String?
  private let loops: EventLoops
  private let fakes = Mutex<[Key: Fake]>([:])

  /// Reads every cassette that is served.
  ///
  /// - Parameters:
  ///   - bindings: The services whose cassettes are served; the others have no fake.
  ///   - units: What is to be run.
  ///   - parts: The parts of cassettes that units speak of, by the services' names.
  /// - Throws: `Failure` with exit status 65 and every problem of a cassette.
  init(
    _ bindings: [ServiceBinding], units: VerifyUnits, parts: [String: CassetteParts], _ options: RunOptions,
    loops: EventLoops
  ) throws {
    let keys = try SigningKeys(options)
    let bindings = bindings.map { $0.signing(with: keys) }
    self.loops = loops
    self.seed = options.seed
    self.stateDirectory = options.stateDirectory
    self.bindings = Dictionary(bindings.map { ($0.settings.name, $0) }, uniquingKeysWith: { $1 })
    self.parts = parts
    self.units = units.reduce(into: [:]) { counts, unit in
      guard let recording = unit.recording else { return }
      counts[Key(service: recording.service, part: recording.part), default: 0] += 1
    }
    let takesWhole = units.contains { $0.recording?.part == nil }
    for binding in bindings where binding.settings.fake == nil {
      let service = binding.settings.name
      if takesWhole { _ = try self.fake(Key(service: service)) }
      for part in (parts[service]?.files ?? []).indices where self.units[Key(service: service, part: part)] != nil {
        _ = try CassetteLibrary.index(binding, files: parts[service]?.names(of: part))
      }
    }
  }

  /// Reads the cassette where it is not in memory.
  private func fake(_ key: Key) throws -> Fake {
    try self.fakes.withLock { fakes in
      if let fake = fakes[key] { return fake }
      guard let binding = self.bindings[key.service] else {
        throw Failure.usage(Diagnostic("service \(key.service) has no cassette, so there is no fake to ask"))
      }
      let index = try CassetteLibrary.index(binding, files: key.part.flatMap { self.parts[key.service]?.names(of: $0) })
      let fake = Fake(binding: binding, index: index, units: key.part == nil ? .max : self.units[key] ?? 0)
      fakes[key] = fake
      return fake
    }
  }

  func lease(service: String, part: Int?) async throws -> any FakeLease {
    if let binding = self.bindings[service], let fake = binding.settings.fake {
      return try await self.lease(binding, fake)
    }
    let key = Key(service: service, part: part)
    let fake = try self.fake(key)
    if let lease = self.fakes.withLock({ $0[key]?.idle.popLast() }) {
      lease.state.reset()
      return lease
    }
    let (binding, index) = (fake.binding, fake.index)
    let state = ReplayState(index)
    let handler = try HandlerRun(binding, self.loops, .silent)
    let replayer = Replayer(
      service: binding.service, index: index, state: state, sequence: binding.settings.sequence,
      journal: SilentJournal(),
      nearMisses: NearMisses(folder: binding.settings.cassette) { CassetteLibrary.request($0, binding) },
      handler: handler?.handler, seed: self.seed, waits: false, report: { _ in },
      offload: { [loops] in loops.offload($0) })
    let buffers = LoopLocal { loop in ServedBuffer(service: service, sink: SilentJournal(), eventLoop: loop) }
    let listener = try await Listener.open(
      service: service, host: "127.0.0.1", port: 0, wire: binding.service.wire, limits: binding.service.limits,
      group: self.loops.group
    ) { writer, channel in
      ReplayConversation(
        replayer: replayer, writer: writer, served: buffers.value(on: channel.eventLoop), connection: 0, origin: nil)
    }
    return Lease(
      key: key, address: binding.service.wire.address(host: listener.host, port: listener.port, usesTLS: false),
      state: state, handler: handler, listener: listener, pool: self)
  }

  /// A model in its first state, on a listener that is not used again.
  private func lease(_ binding: ServiceBinding, _ fake: ServiceSettings.Fake) async throws -> any FakeLease {
    let model = try ModelRun.model(
      binding, fake, seed: self.seed, time: .system, stateDirectory: self.stateDirectory, usesTLS: false)
    let listener = try await Listener.open(
      service: binding.service.name, host: "127.0.0.1", port: 0, wire: binding.service.wire,
      limits: binding.service.limits, group: self.loops.group
    ) { writer, _ in model.connect(writer) }
    return ModelLease(
      address: binding.service.wire.address(host: listener.host, port: listener.port, usesTLS: false),
      listener: listener)
  }

  private struct ModelLease: FakeLease {
    var address: String
    var listener: Listener

    func end() async { await self.listener.close() }
  }

  /// Takes a lease back, and closes a part whose last unit has run.
  private func giveBack(_ lease: Lease) async {
    // What one unit told it is no other's.
    await lease.handler?.forget()
    let idle = self.fakes.withLock { fakes -> [Lease] in
      fakes[lease.key]?.idle.append(lease)
      fakes[lease.key]?.units -= 1
      return fakes[lease.key]?.units == 0 ? fakes.removeValue(forKey: lease.key)?.idle ?? [] : []
    }
    for lease in idle { await lease.listener.close() }
  }

  func close() async {
    let idle = self.fakes.withLock { $0.values.flatMap(\.idle) }
    for lease in idle { await lease.listener.close() }
  }

  /// One fake while a unit uses it.
  private struct Lease: FakeLease {
    var key: Key
    var address: String
    var state: ReplayState
    var handler: HandlerRun?
    var listener: Listener
    unowned var pool: FakePool

    func end() async { await self.pool.giveBack(self) }
  }
}

/// For fakes whose exchanges the verifier journals itself.
private struct SilentJournal: JournalSink {
  func write(_ events: [JournalEvent]) {}
  func served(_ batch: [ServedEvent], service: String) {}
}
