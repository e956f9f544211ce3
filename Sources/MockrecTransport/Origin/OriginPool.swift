import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import NIOSSL

/// Connections to one real service on one event loop: those that lie idle are used again, and those that carry many
/// requests at once are shared.
package final class OriginPool: OriginConnector {
  private typealias Completion = (Result<any OriginLink, OriginFailure>) -> Void

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
  /// How connections are made that speak one protocol only, by its name.
  private var narrow: [String: NIOSSLContext] = [:]
  private var resting: [Resting] = []
  private var isSweeping = false
  private var shared: [any OriginConnection] = []
  /// Shared connections on which nothing happened when they were last looked at.
  private var stale: Set<ObjectIdentifier> = []
  /// Who waits for a connection that may be shared, while one is being made.
  private var waiting: [Completion] = []
  private var isDialing = false
  /// The service carries many requests on one connection, or may do so: nothing is known before the first.
  private var shares: Bool

  package init(service: Service, origin: OriginAddress, tls: NIOSSLContext?, eventLoop: any EventLoop) {
    self.service = service
    self.origin = origin
    self.tls = tls
    self.eventLoop = eventLoop
    self.shares = !service.wire.applicationProtocols.isEmpty
  }

  package func idle(speaking applicationProtocol: String?) -> (any OriginLink)? {
    // What is shared speaks another protocol than what is not.
    for connection in applicationProtocol == nil ? self.shared : [] {
      if let link = connection.link() { return link }
    }
    while let last = self.resting.popLast() {
      if last.link.isOpen, NIODeadline.now() - last.since < Self.idleTime { return last.link }
      last.link.close()
    }
    return nil
  }

  package func release(_ link: any OriginLink) {
    guard link.isOpen, link.connection == nil else { return }
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
      pool.sweepShared()
      pool.isSweeping = false
      if !pool.resting.isEmpty || !pool.shared.isEmpty { pool.sweep() }
    }
  }

  private func sweepShared() {
    self.shared.removeAll { connection in
      guard connection.isOpen else { return true }
      guard connection.isIdle, self.stale.contains(ObjectIdentifier(connection)) else { return false }
      connection.close()
      return true
    }
    self.stale = Set(self.shared.filter(\.isIdle).map { ObjectIdentifier($0) })
  }

  package func connect(
    speaking applicationProtocol: String?, _ completion: @escaping (Result<any OriginLink, OriginFailure>) -> Void
  ) {
    if let applicationProtocol { return self.connect(only: applicationProtocol, completion) }
    // What may be shared is waited for: a hundred requests at once need no hundred connections.
    if self.isDialing, self.shares { return self.waiting.append(completion) }
    self.isDialing = true
    let (wire, limits, origin) = (self.service.wire, self.service.limits, self.origin)
    let bound = NIOLoopBound((pool: self, completion: completion), eventLoop: self.eventLoop)
    OriginDialer(service: self.service, origin: origin, tls: self.tls)
      .dial(on: self.eventLoop) { channel, agreed in
        NIOLoopBound(
          try wire.dial(on: channel, to: origin, applicationProtocol: agreed, limits: limits),
          eventLoop: channel.eventLoop)
      }
      .whenComplete { result in
        let (pool, completion) = bound.value
        pool.dialed(result.map(\.value).mapError { OriginDialer.explain($0, origin) }, completion)
      }
  }

  /// Makes a connection that nobody else waits for.
  private func connect(only applicationProtocol: String, _ completion: @escaping Completion) {
    let (wire, limits, origin) = (self.service.wire, self.service.limits, self.origin)
    let tls: NIOSSLContext?
    do {
      tls =
        try self.narrow[applicationProtocol]
        ?? OriginTLS.context(for: wire, to: origin, speaks: applicationProtocol)
    } catch {
      return completion(.failure(OriginFailure(.tls, "\(error)")))
    }
    self.narrow[applicationProtocol] = tls
    let bound = NIOLoopBound(completion, eventLoop: self.eventLoop)
    OriginDialer(service: self.service, origin: origin, tls: tls, speaks: applicationProtocol)
      .dial(on: self.eventLoop) { channel, agreed in
        NIOLoopBound(
          try wire.dial(on: channel, to: origin, applicationProtocol: agreed, limits: limits),
          eventLoop: channel.eventLoop)
      }
      .whenComplete { result in
        bound.value(result.map(\.value).mapError { OriginDialer.explain($0, origin) })
      }
  }

  private func dialed(_ result: Result<any OriginLink, OriginFailure>, _ completion: Completion) {
    self.isDialing = false
    if case .success(let link) = result {
      self.shares = link.connection != nil
      if let connection = link.connection {
        self.shared.append(connection)
        if !self.isSweeping { self.sweep() }
      }
    }
    completion(result)
    let waiting = self.waiting
    self.waiting = []
    for next in waiting {
      if case .failure = result {
        next(result)
      } else if let link = self.idle(speaking: nil) {
        next(.success(link))
      } else {
        self.connect(speaking: nil, next)
      }
    }
  }
}
