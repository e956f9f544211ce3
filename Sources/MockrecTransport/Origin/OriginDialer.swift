import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import NIOPosix
import NIOSSL

/// Makes connections to a real service.
struct OriginDialer: Sendable {
  let service: Service
  let origin: OriginAddress
  let tls: NIOSSLContext?
  /// The only protocol that is offered inside TLS; nil where those of the wire are.
  var speaks: String?

  /// - Parameters:
  ///   - halfCloses: Whether the end of what the service sends leaves the other direction open.
  ///   - prepare: Puts the handlers of a new connection into its pipeline, on the loop.
  func dial<Value: Sendable>(
    on loop: any EventLoop, halfCloses: Bool = false,
    _ prepare: @escaping @Sendable (any Channel, _ applicationProtocol: String?) throws -> Value
  ) -> EventLoopFuture<Value> {
    // From another thread, what a server says at once could be read before anybody listens.
    guard loop.inEventLoop else {
      return loop.flatSubmit { self.dial(on: loop, halfCloses: halfCloses, prepare) }
    }
    let (tls, host) = (self.tls, self.origin.tls?.serverName ?? self.origin.host)
    let (service, origin, speaks) = (self.service, self.origin, self.speaks)
    // Who offers nothing need not wait for what the service chooses; nor is it waited for where there is no choice.
    let agreement =
      tls != nil && speaks == nil && !service.wire.applicationProtocols.isEmpty
      ? loop.makePromise(of: String?.self) : nil
    return ClientBootstrap(group: loop)
      .connectTimeout(TimeAmount(self.service.timeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.allowRemoteHalfClosure, value: halfCloses)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let tls else { return }
          try channel.pipeline.syncOperations.addHandler(Self.handler(tls, host: host))
          try channel.pipeline.syncOperations.addHandler(TLSFailureHandler(.server))
          guard let agreement else { return }
          try channel.pipeline.syncOperations.addHandler(
            ProtocolAgreement(agreement, within: service.timeout))
        }
      }
      .connect(host: self.origin.host, port: self.origin.port)
      .flatMapError { error in
        agreement?.fail(error)
        return loop.makeFailedFuture(error)
      }
      .flatMap { channel in
        guard let wire = service.wire as? any StreamWire else { return channel.eventLoop.makeSucceededFuture(channel) }
        return StreamPreamble.say(wire, to: origin, limits: service.limits, on: channel).map { channel }
          .flatMapErrorThrowing { error in
            channel.close(promise: nil)
            throw error
          }
      }
      .flatMap { channel in
        let agreed = agreement?.futureResult ?? channel.eventLoop.makeSucceededFuture(speaks)
        return agreed.flatMapThrowing { try prepare(channel, $0) }
          .flatMapErrorThrowing { error in
            channel.close(promise: nil)
            throw error
          }
      }
      .hop(to: loop)
  }

  /// Names are verified; an address has no name to be sent along (RFC 6066, 3).
  private static func handler(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
  }

  static func explain(_ error: any Error, _ origin: OriginAddress) -> OriginFailure {
    switch error {
    case let failure as OriginFailure: return failure
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
