/// How a real service over TLS is asked: whom mockrec believes, and who it says it is.
public struct ClientTLS: Sendable, Hashable {
  /// A PEM file of the authorities that are believed, in the place of `SSL_CERT_FILE`'s or the system's.
  public var authorities: String?
  /// A PEM file of the client's own certificate, and what vouches for it.
  public var certificate: String?
  /// A PEM file of the certificate's key; nil where `certificate` holds it.
  public var key: String?
  /// The name that is asked for (SNI) and that the certificate has to have, in the place of the address's host.
  public var serverName: String?
  /// Whether the service's certificate is looked at. Without that, anybody may have answered.
  public var verifies = true

  public init() {}
}
