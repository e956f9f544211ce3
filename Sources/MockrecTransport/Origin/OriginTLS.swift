import MockrecWire
import NIOSSL

/// How TLS connections to real services are made: certificates verified, the wire's own protocols offered.
package enum OriginTLS {
  package static func context(for wire: any Wire) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = wire.applicationProtocols
    if let file = TrustRoots.file { configuration.trustRoots = .file(file) }
    return try NIOSSLContext(configuration: configuration)
  }
}
