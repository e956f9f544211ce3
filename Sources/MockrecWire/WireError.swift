/// A violation of a wire's protocol: who broke it, how, and at which byte of the connection.
package struct WireError: Error, Sendable, Hashable {
  package enum Party: String, Sendable, Hashable {
    case client, server
  }

  package enum Kind: String, Sendable, Hashable {
    /// The bytes are not of the protocol.
    case malformed
    /// A length, a count or a depth is over its limit.
    case tooLarge
    /// The bytes end in the middle of a message.
    case truncated
    /// The protocol's word for something that mockrec does not do.
    case unsupported
  }

  package var party: Party
  package var kind: Kind
  package var message: String
  /// Bytes read on the connection before the fault, where the wire counts them.
  package var offset: Int?

  package init(_ party: Party, _ kind: Kind, _ message: String, offset: Int? = nil) {
    self.party = party
    self.kind = kind
    self.message = message
    self.offset = offset
  }
}

extension WireError: CustomStringConvertible {
  package var description: String {
    "the \(self.party.rawValue) sent \(self.message)" + (self.offset.map { " at byte \($0)" } ?? "")
  }
}
