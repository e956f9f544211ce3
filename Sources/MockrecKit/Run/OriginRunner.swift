import MockrecEngine
import MockrecTransport
import MockrecWire
import NIOCore

/// The real service of a run, and the connections to it on every event loop.
struct OriginRunner: Sendable {
  let run: OriginRun
  let pools: LoopLocal<OriginPool>

  init(_ service: Service, recorder: Recorder?, tally: Tally, journal: RunJournal) throws {
    guard let origin = service.origin else { throw Failure(ExitStatus.usage, "error: \(service.name) has no `real`") }
    let tls = try OriginTLS.context(for: service.wire, to: origin)
    self.run = OriginRun(service: service, origin: origin, recorder: recorder, tally: tally, journal: journal)
    self.pools = LoopLocal { loop in OriginPool(service: service, origin: origin, tls: tls, eventLoop: loop) }
  }
}
