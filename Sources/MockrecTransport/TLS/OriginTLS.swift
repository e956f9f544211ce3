import MockrecCore
import MockrecWire
import NIOSSL

/// How TLS connections to real services are made: certificates verified, the wire's own protocols offered.
package enum OriginTLS {
  /// - Parameter speaks: The only protocol that is offered; nil for all of the wire's.
  /// - Returns: nil for a service that is spoken to in the clear.
  package static func context(
    for wire: any Wire, to origin: OriginAddress, speaks: String? = nil
  ) throws -> NIOSSLContext? {
    guard let tls = origin.tls else { return nil }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = speaks.map { [$0] } ?? wire.applicationProtocols
    if let file = tls.authorities ?? TrustRoots.file { configuration.trustRoots = .file(file) }
    configuration.shutdownTimeout = .milliseconds(500)
    if !tls.verifies { configuration.certificateVerification = .none }
    if let file = tls.certificate {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: tls.key ?? file, format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  /// Looks at the files that a service's settings name.
  package static func check(_ tls: ClientTLS) throws(Diagnostic) {
    if let file = tls.authorities { try self.check(file, "`ca`") { _ = try NIOSSLCertificate.fromPEMFile(file) } }
    guard let file = tls.certificate else {
      guard tls.key == nil else { throw Diagnostic("`key` goes with `cert`", fix: "name the certificate as well") }
      return
    }
    try self.check(file, "`cert`") { _ = try NIOSSLCertificate.fromPEMFile(file) }
    try self.check(tls.key ?? file, tls.key == nil ? "`cert` holds no key and there is no `key`, so it" : "`key`") {
      _ = try NIOSSLPrivateKey(file: tls.key ?? file, format: .pem)
    }
  }

  private static func check(_ file: String, _ what: String, _ read: () throws -> Void) throws(Diagnostic) {
    do {
      try read()
    } catch {
      throw Diagnostic(
        "\(what) cannot be used: \(file) is missing, or is not the PEM of one",
        fix: "name a file with a line that begins with -----BEGIN")
    }
  }
}
