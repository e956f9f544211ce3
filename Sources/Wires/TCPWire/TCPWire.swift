import MockrecCore
import MockrecWire

/// Any protocol over TCP: what a client says is cut into requests as the service's framing tells, and what the server says
/// until the client speaks again is their reply.
package struct TCPWire: ByteWire {
  package static let verb = "TCP"

  package let framing: Framing
  package let rules: ByteRules

  /// How long a silence has to be where nothing else tells.
  package static let usualSilence = Duration.milliseconds(50)

  package init(framing: Framing = .idle(TCPWire.usualSilence), rules: ByteRules = ByteRules()) {
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
