import NIOCore

/// A wire whose clients may name the service that they ask: what a forward proxy speaks.
package protocol ForwardWire: Wire {
  /// Puts the answering side of a forward proxy into a connection's pipeline. Called on its event loop.
  func serveForward(on channel: any Channel, limits: WireLimits, gateway: any ForwardGateway) throws
}

/// Where a client of a forward proxy wants to go.
package struct ForwardTarget: Sendable, Hashable {
  package var scheme: String
  /// In lower case, without the brackets of an IPv6 address.
  package var host: String
  package var port: Int

  package init(scheme: String, host: String, port: Int) {
    self.scheme = scheme
    // A name with the dot of the root is the same name.
    self.host = (host.hasSuffix(".") && host.count > 1 ? String(host.dropLast()) : host).lowercased()
    self.port = port
  }
}

/// What stands behind a forward proxy. Called on the event loops of its connections.
package protocol ForwardGateway: Sendable {
  /// Puts TLS in the name of a host between the socket and what is added after it.
  func protect(_ channel: any Channel, host: String) throws
  /// What answers for a service on one connection.
  ///
  /// - Throws: A `Diagnostic` for a service that cannot be stood in for.
  func conversation(
    with service: ForwardTarget, writer: any ReplyWriter, channel: any Channel
  ) throws -> any Conversation
}
