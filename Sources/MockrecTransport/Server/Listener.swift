import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import NIOPosix

/// A listening socket of one service.
package struct Listener: Sendable {
  package let host: String
  package let port: Int
  private let channel: any Channel

  /// Listens, and gives every connection to the wire.
  ///
  /// - Parameters:
  ///   - tls: Protects every connection; nil for connections in the clear.
  ///   - conversation: Makes what stands behind the wire on one connection. Called on the connection's event loop.
  /// - Throws: A `Diagnostic` that names the service and the address when it cannot be listened on.
  package static func open(
    service: String, host: String, port: Int, wire: any Wire, limits: WireLimits, tls: ServerTLS? = nil,
    group: any EventLoopGroup, conversation: @escaping @Sendable (any ReplyWriter, any Channel) -> any Conversation
  ) async throws -> Listener {
    if let wire = wire as? any DatagramWire {
      return try await self.openDatagrams(service: service, host: host, port: port, group: group) { channel in
        try channel.pipeline.syncOperations.addHandler(
          DatagramServerHandler(wire: wire, limits: limits) { conversation($0, channel) })
      }
    }
    return try await self.open(service: service, host: host, port: port, tls: tls, group: group) { channel in
      try wire.serve(on: channel, limits: limits) { writer in conversation(writer, channel) }
    }
  }

  /// Listens, and forwards every connection through the tunnel.
  ///
  /// - Parameter tape: Makes what listens to one connection.
  package static func open(
    service: String, host: String, port: Int, tunnel: Tunnel, tls: ServerTLS? = nil, group: any EventLoopGroup,
    tape: @escaping @Sendable (any EventLoop) -> any TunnelTape
  ) async throws -> Listener {
    if tunnel.service.wire is any DatagramWire {
      return try await self.openDatagrams(service: service, host: host, port: port, group: group) { channel in
        try channel.pipeline.syncOperations.addHandler(
          DatagramTunnelHandler(tunnel: tunnel) { tape(channel.eventLoop) })
      }
    }
    return try await self.open(service: service, host: host, port: port, tls: tls, group: group) { channel in
      try tunnel.accept(channel, tape: tape(channel.eventLoop))
    }
  }

  private static func open(
    service: String, host: String, port: Int, tls: ServerTLS?, group: any EventLoopGroup,
    accept: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> Listener {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try tls?.protect(channel)
          try accept(channel)
        }
      }
    do {
      let channel = try await bootstrap.bind(host: host, port: port).get()
      return Listener(host: host, port: channel.localAddress?.port ?? port, channel: channel)
    } catch {
      throw self.explain(error, service: service, host: host, port: port)
    }
  }

  /// A socket that takes datagrams of all clients.
  private static func openDatagrams(
    service: String, host: String, port: Int, group: any EventLoopGroup,
    prepare: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> Listener {
    let bootstrap = DatagramBootstrap(group: group)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
      .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try prepare(channel) } }
    do {
      let channel = try await bootstrap.bind(host: host, port: port).get()
      return Listener(host: host, port: channel.localAddress?.port ?? port, channel: channel)
    } catch {
      throw self.explain(error, service: service, host: host, port: port)
    }
  }

  private static func explain(_ error: any Error, service: String, host: String, port: Int) -> Diagnostic {
    let place = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
    guard let error = error as? IOError else {
      return Diagnostic("service \(service) cannot listen on \(place): \(error)")
    }
    switch error.errnoCode {
    case EADDRINUSE:
      return Diagnostic(
        "service \(service) cannot listen on \(place): the port is in use",
        fix: "stop the process that has port \(port), or change `listen` of \(service) (--listen, or mockrec.yaml); "
          + "port 0 picks a free one")
    case EACCES:
      return Diagnostic(
        "service \(service) cannot listen on \(place): permission denied", fix: "use a port from 1024 on, or port 0")
    case EADDRNOTAVAIL:
      return Diagnostic(
        "service \(service) cannot listen on \(place): this machine has no such address", fix: "listen on 127.0.0.1")
    default:
      return Diagnostic("service \(service) cannot listen on \(place): \(error)")
    }
  }

  /// Stops listening. Connections that are open stay so.
  package func close() async {
    // A listener that is closed already needs nothing more.
    try? await self.channel.close().get()
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
