import NIOSSL

/// How TLS connections to real services are made: HTTP/1.1 only, certificates verified.
package enum OriginTLS {
  package static func context() throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = ["http/1.1"]
    if let file = TrustRoots.file { configuration.trustRoots = .file(file) }
    return try NIOSSLContext(configuration: configuration)
  }
}
