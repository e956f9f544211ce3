import MockrecCore

/// What a field of a mock's reply may be, whoever says it: a handler, or a test over the control API.
package enum ReplyField {
  package enum Problem {
    /// Its name is none.
    case name
    /// Its value has a character that no field holds.
    case value
    /// It is of the connection or of the framing, which are mockrec's to say.
    case connection
  }

  /// Characters of a name.
  private static let longestName = 256

  /// Source: RFC 9110, 7.6.1.
  private static let ofConnections: Set<String> = [
    "connection", "content-length", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade",
  ]

  /// Why a field cannot be sent; nil where it can.
  package static func problem(_ name: String, _ value: String) -> Problem? {
    guard name.utf8.count <= self.longestName, Fields.isToken(name) else { return .name }
    guard !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else { return .value }
    return self.ofConnections.contains(name.lowercased()) ? .connection : nil
  }
}
