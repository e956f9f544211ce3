import MockrecCore
import MockrecEngine
import MockrecTransport
import MockrecWire
import Synchronization

/// One service while it is forwarded under overlays, and nothing is kept.
final class ProxyRun: Sendable {
  /// What a forwarded service came to.
  struct Outcome: Sendable {
    var name: String
    var tally: Tally
    /// Whether its connections were forwarded as they are, since no rule concerns it.
    var isTunnel: Bool
  }

  let binding: ServiceBinding
  private let tally = Tally()
  private let connections: ConnectionNumbers
  private let run = Mutex<OriginRun?>(nil)
  private let isTunnel = Atomic<Bool>(false)

  var name: String { self.binding.settings.name }
  var forwarded: Int { self.tally.counts.forwarded }

  init(_ settings: ServiceSettings) throws {
    self.binding = try ServiceBinding(settings, needsOrigin: true)
    self.connections = ConnectionNumbers(self.binding.service.wire)
  }

  func listen(in session: RunSession, journal: RunJournal, overlays: OverlayPlan) async throws {
    let service = self.binding.service
    let faults = try overlays.common.lay(
      over: FaultSite(
        binding: self.binding, journal: journal,
        recorded: { [binding = self.binding] in try overlays.run.recorded(binding) }, isForwarded: true))
    let handshakes = try overlays.common.lay(overPort: self.binding, journal: journal)
    let origins = try OriginRunner(service, recorder: nil, tally: self.tally, journal: journal)
    self.run.withLock { $0 = origins.run }
    if service.wire is any DatagramWire, faults != nil {
      throw Failure.usage(
        Diagnostic(
          "faults cannot be laid over \(self.name) in front of the real service: its wire is \(service.wire.name)",
          fix: "replay its cassette under the overlay, or give the rules a `service`"))
    }
    if service.wire is any StreamWire, faults == nil {
      self.isTunnel.store(true, ordering: .relaxed)
      return try await session.listen(
        self.binding, tally: self.tally, handshakes: handshakes,
        tunnel: Tunnel(service: service, origin: origins.run.origin)
      ) { _ in
        BlankTape(run: origins.run, connection: self.connections.next())
      }
    }
    let isAlone = service.wire is any StreamWire
    try await session.listen(self.binding, tally: self.tally, handshakes: handshakes) { writer, channel in
      let connection = self.connections.number(of: channel)
      return FaultConversation.over(faults, writer, channel, connection: connection) { writer in
        OriginFaultConversation.over(faults, writer) { writer in
          OriginConversation(
            run: origins.run, writer: writer, connector: origins.pools.value(on: channel.eventLoop),
            connection: connection, isAlone: isAlone)
        }
      }
    }
  }

  /// The event loops are about to end.
  func end() { self.run.withLock { $0 }?.end() }

  func finish() -> Outcome {
    Outcome(name: self.name, tally: self.tally, isTunnel: self.isTunnel.load(ordering: .relaxed))
  }
}
