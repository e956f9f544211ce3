import MockrecEngine
import MockrecWire
import NIOCore
import NIOPosix
import NIOSSL

/// Forwards connections to a real service as they are, while a tape listens to each.
package struct Tunnel: Sendable {
  let service: Service
  let origin: OriginAddress
  private let tls: NIOSSLContext?
  private let polling = LoopLocal { TunnelPolling($0) }

  package init(service: Service, origin: OriginAddress) throws {
    self.service = service
    self.origin = origin
    self.tls = try OriginTLS.context(for: service.wire, to: origin)
  }

  /// Takes a client's connection. Called on its event loop.
  func accept(_ channel: any Channel, tape: any TunnelTape) throws {
    let loop = channel.eventLoop
    let polling = self.polling.value(on: loop)
    let client = TunnelHandler(.client, tape: tape, polling: polling)
    try channel.pipeline.syncOperations.addHandler(client)
    let server = TunnelHandler(.server, tape: tape, polling: polling)
    let ends = NIOLoopBound((client: client, server: server), eventLoop: loop)
    OriginDialer(service: self.service, origin: self.origin, tls: self.tls)
      .dial(on: loop, halfCloses: true) { channel, _ in
        try channel.pipeline.syncOperations.addHandler(ends.value.server)
      }
      .whenComplete { result in
        switch result {
        case .success: TunnelHandler.join(ends.value.client, ends.value.server)
        case .failure(let error):
          tape.failed(OriginDialer.explain(error, self.origin))
          ends.value.client.close()
        }
      }
  }
}
