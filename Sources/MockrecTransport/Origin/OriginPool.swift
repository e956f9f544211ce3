import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import NIOPosix
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
    let (wire, limits, tls, host) = (self.service.wire, self.service.limits, self.tls, self.origin.host)
    let bound = NIOLoopBound(completion, eventLoop: self.eventLoop)
    let origin = self.origin
    ClientBootstrap(group: self.eventLoop)
      .connectTimeout(TimeAmount(self.service.timeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(Self.handler(tls, host: host)) }
        }
      }
      .connect(host: origin.host, port: origin.port)
      .flatMapThrowing { channel in
        NIOLoopBound(try wire.dial(on: channel, limits: limits), eventLoop: channel.eventLoop)
      }
      .hop(to: self.eventLoop)
      .whenComplete { result in
        switch result {
        case .success(let link): bound.value(.success(link.value))
        case .failure(let error): bound.value(.failure(OriginPool.explain(error, origin)))
        }
      }
  }

  /// Names are verified; an address has no name to be sent along (RFC 6066, 3).
  private static func handler(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
  }

  private static func explain(_ error: any Error, _ origin: OriginAddress) -> OriginFailure {
    switch error {
    case let error as NIOConnectionError:
      if let dns = error.dnsAError ?? error.dnsAAAAError, error.connectionErrors.isEmpty {
        return OriginFailure(.unreachable, "\(origin.host) has no address (\(dns))")
      }
      let reason = error.connectionErrors.first.map { self.reason($0.error) } ?? "\(error)"
      return OriginFailure(.unreachable, "cannot connect to \(origin.authority): \(reason)")
    case is ChannelError:
      if case .connectTimeout? = error as? ChannelError {
        return OriginFailure(.timedOut, "\(origin.authority) did not accept a connection in time")
      }
      return OriginFailure(.unreachable, "cannot connect to \(origin.authority): \(error)")
    default:
      return OriginFailure(.unreachable, "cannot connect to \(origin.authority): \(self.reason(error))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return error.errnoCode == ECONNREFUSED ? "connection refused" : "\(error)"
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
