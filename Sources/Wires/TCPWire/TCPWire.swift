import MockrecCore
import MockrecWire

/// Any protocol over TCP: what a client says is cut into requests as the service's framing tells, and what the server says
/// until the client speaks again is their reply.
package struct TCPWire: ByteWire {
  package static let verb = "TCP"

  package let framing: Framing
  package let rules: ByteRules

  /// How long a silence has to be to end a message, where nothing else is said.
  package static let usualIdle = Duration.milliseconds(50)
  /// How long a silence has to be to end a reply, where the framing tells the client's messages: longer, so that a server
  /// that thinks for a moment within its reply makes no two of it.
  package static let usualSilence = Duration.milliseconds(100)

  package init(framing: Framing = .idle(TCPWire.usualIdle), rules: ByteRules = ByteRules()) {
    self.framing = framing
    self.rules = rules
  }

  package var name: String { "tcp" }

  package var schemes: [String: (port: Int, usesTLS: Bool)] { ["tcp": (0, false), "tls": (0, true)] }

  package var framings: [Framing.Kind] { Framing.Kind.allCases }

  package func configured(framing: Framing?, rules: ByteRules) -> any Wire {
    TCPWire(framing: framing ?? self.framing, rules: rules)
  }

  package func conversation(limits: WireLimits) -> any StreamConversation {
    TCPConversation(wire: self, limit: limits.bodyBytes ?? TCPConversation.longest)
  }
}
