import NIOSSL

/// How TLS connections to real services are made: HTTP/1.1 only, certificates verified against the system's roots.
package enum OriginTLS {
  package static func context() throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = ["http/1.1"]
    return try NIOSSLContext(configuration: configuration)
  }
}
