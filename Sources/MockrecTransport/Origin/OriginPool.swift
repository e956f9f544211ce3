import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import NIOSSL

/// Connections to one real service on one event loop: those that lie idle are used again.
package final class OriginPool: OriginConnector {
  private struct Resting {
    var link: any OriginLink
    var since: NIODeadline
  }

  private static let kept = 256
  /// Shorter than the keep-alive time of common servers, so that they rarely close what is about to be used.
  private static let idleTime = TimeAmount.seconds(4)

  private let service: Service
  private let origin: OriginAddress
  private let eventLoop: any EventLoop
  private let tls: NIOSSLContext?
  private var resting: [Resting] = []
  private var isSweeping = false

  package init(service: Service, origin: OriginAddress, tls: NIOSSLContext?, eventLoop: any EventLoop) {
    self.service = service
    self.origin = origin
    self.tls = tls
    self.eventLoop = eventLoop
  }

  package func idle() -> (any OriginLink)? {
    while let last = self.resting.popLast() {
      if last.link.isOpen, NIODeadline.now() - last.since < Self.idleTime { return last.link }
      last.link.close()
    }
    return nil
  }

  package func release(_ link: any OriginLink) {
    guard link.isOpen else { return }
    guard self.resting.count < Self.kept else { return link.close() }
    self.resting.append(Resting(link: link, since: .now()))
    if !self.isSweeping { self.sweep() }
  }

  /// Closes what has lain idle for too long.
  private func sweep() {
    self.isSweeping = true
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    self.eventLoop.scheduleTask(in: Self.idleTime) {
      let pool = bound.value
      let now = NIODeadline.now()
      let stale = pool.resting.prefix { now - $0.since >= Self.idleTime }
      pool.resting.removeFirst(stale.count)
      for entry in stale { entry.link.close() }
      pool.isSweeping = false
      if !pool.resting.isEmpty { pool.sweep() }
    }
  }

  package func connect(_ completion: @escaping (Result<any OriginLink, OriginFailure>) -> Void) {
    let (wire, limits, origin) = (self.service.wire, self.service.limits, self.origin)
    let bound = NIOLoopBound(completion, eventLoop: self.eventLoop)
    OriginDialer(service: self.service, origin: origin, tls: self.tls)
      .dial(on: self.eventLoop) { channel in
        NIOLoopBound(try wire.dial(on: channel, limits: limits), eventLoop: channel.eventLoop)
      }
      .whenComplete { result in
        switch result {
        case .success(let link): bound.value(.success(link.value))
        case .failure(let error): bound.value(.failure(OriginDialer.explain(error, origin)))
        }
      }
  }
}
