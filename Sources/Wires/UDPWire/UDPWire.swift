import MockrecCore
import MockrecWire

/// Any protocol over UDP: each datagram of a client is a request, and the datagrams that come back before a silence are its
/// reply.
package struct UDPWire: ByteWire, DatagramWire {
  package static let verb = "UDP"

  package let framing: Framing
  package let rules: ByteRules
  let silence: Duration

  /// How long a reply may be on its way.
  package static let usualSilence = Duration.milliseconds(200)

  package init(silence: Duration = UDPWire.usualSilence, rules: ByteRules = ByteRules()) {
    self.framing = .idle(silence)
    self.silence = silence
    self.rules = rules
  }

  package var name: String { "udp" }
  package var keepsPieces: Bool { true }
  /// A datagram stands alone as far as anybody knows.
  package var entriesStandAlone: Bool { true }

  package var schemes: [String: (port: Int, usesTLS: Bool)] { ["udp": (0, false)] }

  package var framings: [Framing.Kind] { [.idle] }

  package func configured(framing: Framing?, rules: ByteRules) -> any Wire {
    guard case .idle(let silence)? = framing else { return UDPWire(silence: self.silence, rules: rules) }
    return UDPWire(silence: silence, rules: rules)
  }

  package func conversation(limits: WireLimits) -> any StreamConversation {
    UDPConversation(wire: self, limit: limits.bodyBytes ?? UDPConversation.longest)
  }
}
