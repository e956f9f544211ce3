import MockrecWire
import NIOCore
import NIOSSL

/// TLS towards clients: each is shown a certificate for the name that it asks for.
package struct ServerTLS: Sendable {
  private let context: NIOSSLContext
  /// What no handshake succeeds with.
  private let broken: NIOSSLContext?
  private let breaks: (@Sendable () -> Bool)?
  private let report: @Sendable (String) -> Void

  /// - Parameters:
  ///   - host: Who is meant by a client that asks for no name, as with an address.
  ///   - breaks: Asked for each connection whether its handshake is to fail.
  ///   - report: Is told, in words, of handshakes that fail by themselves.
  package init(
    _ authority: LocalAuthority, host: String, wire: any Wire, breaks: (@Sendable () -> Bool)? = nil,
    report: @escaping @Sendable (String) -> Void
  ) throws {
    let usual = try authority.identity(for: Self.isAnywhere(host) ? "localhost" : host)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: usual.chain, privateKey: usual.key)
    // How long a client may take to say that it has heard of the end.
    configuration.shutdownTimeout = .milliseconds(500)
    // RFC 8996 lays the versions before it to rest.
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = wire.applicationProtocols
    configuration.sslContextCallback = { values, promise in
      guard let name = values.serverHostname, Self.isName(name) else { return promise.succeed(.noChanges) }
      promise.completeWith(
        Result {
          let identity = try authority.identity(for: name)
          var override = NIOSSLContextConfigurationOverride()
          override.certificateChain = identity.chain
          override.privateKey = identity.key
          return override
        })
    }
    self.context = try NIOSSLContext(configuration: configuration)
    self.breaks = breaks
    configuration.sslContextCallback = { _, promise in promise.fail(OriginFailure(.tls, "a fault")) }
    self.broken = try breaks.map { _ in try NIOSSLContext(configuration: configuration) }
    self.report = report
  }

  /// Puts TLS between the socket and what is added after it. Called on the connection's event loop.
  package func protect(_ channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    if let broken, self.breaks?() == true {
      return try pipeline.addHandler(NIOSSLServerHandler(context: broken))
    }
    try pipeline.addHandler(NIOSSLServerHandler(context: self.context))
    try pipeline.addHandler(TLSFailureHandler(.client, report: self.report))
    try pipeline.addHandler(FilesOverTLS())
  }

  /// Whether it may stand in a certificate: a host name of at most 253 bytes.
  ///
  /// Source: RFC 6066, 3; RFC 1123, 2.1.
  private static func isName(_ name: String) -> Bool {
    (1...253).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
      }
  }

  private static func isAnywhere(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }
}
