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
  /// What the service is offered in turn, and how many of them it did not take.
  private let offers: [String]
  private var declined = 0

  package init(service: Service, origin: OriginAddress, tls: NIOSSLContext?, eventLoop: any EventLoop) {
    self.service = service
    self.origin = origin
    self.tls = tls
    self.eventLoop = eventLoop
    self.shares = !service.wire.applicationProtocols.isEmpty
    self.offers = service.wire.offers(to: origin)
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
    self.dial(completion)
  }

  private func dial(_ completion: @escaping Completion) {
    let (wire, limits, origin, timeout) = (
      self.service.wire, self.service.limits, self.origin, TimeAmount(self.service.timeout)
    )
    let offer = self.declined < self.offers.count ? self.offers[self.declined] : nil
    let bound = NIOLoopBound((pool: self, completion: completion), eventLoop: self.eventLoop)
    OriginDialer(service: self.service, origin: origin, tls: self.tls)
      .dial(on: self.eventLoop) { channel, agreed in
        NIOLoopBound(
          try wire.dial(on: channel, to: origin, applicationProtocol: agreed ?? offer, limits: limits),
          eventLoop: channel.eventLoop)
      }
      .whenComplete { result in
        let (pool, completion) = bound.value
        let result = result.map(\.value).mapError { OriginDialer.explain($0, origin) }
        guard case .success(let link) = result, let opening = link.opening else {
          return pool.dialed(result, completion)
        }
        pool.open(link, opening, within: timeout, completion)
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

  /// Waits until the service has taken what it was offered; where it has not, it is offered the next.
  private func open(
    _ link: any OriginLink, _ opening: EventLoopFuture<Void>, within patience: TimeAmount,
    _ completion: @escaping Completion
  ) {
    let bound = NIOLoopBound((pool: self, link: link, completion: completion), eventLoop: self.eventLoop)
    let answer = self.eventLoop.makePromise(of: Void.self)
    opening.cascade(to: answer)
    let late = self.eventLoop.scheduleTask(in: patience) {
      answer.fail(OriginFailure(.timedOut, "the real service said nothing to what it was offered"))
    }
    answer.futureResult.whenComplete { result in
      let (pool, link, completion) = bound.value
      late.cancel()
      switch result.mapError({ OriginDialer.explain($0, pool.origin) }) {
      case .success: pool.dialed(.success(link), completion)
      case .failure(let failure):
        link.connection?.close()
        pool.declined += 1
        if failure.kind != .timedOut, pool.declined < pool.offers.count { return pool.dial(completion) }
        // The service may be another by the next time.
        pool.declined = 0
        pool.dialed(.failure(failure), completion)
      }
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
