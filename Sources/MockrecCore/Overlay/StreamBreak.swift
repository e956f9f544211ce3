/// How a reply that comes piece by piece stops before its end.
package struct StreamBreak: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The stream is reset with this code (RFC 9113, 6.4 and 7), and those beside it go on. Where a connection carries one
    /// request at a time, it is reset.
    case reset(ErrorCode)
    /// The connection takes no more requests (RFC 9113, 6.8); those under way are answered.
    case goAway
    /// Nothing more is sent, and nothing ended.
    case stall
    /// A frame follows that is none, and the connection ends.
    case brokenFrame
    /// These trailers follow, and with them the reply's end.
    case trailers(Fields)
  }

  package var kind: Kind
  /// Behind so many pieces of the body; messages, where it is a sequence of them.
  package var after: Int

  package init(_ kind: Kind, after: Int) {
    self.kind = kind
    self.after = after
  }

  /// What a side says for a reason when it ends a stream, by its name and number.
  ///
  /// Source: RFC 9113, 7.
  package enum ErrorCode: String, Sendable, Hashable, CaseIterable {
    case noError = "NO_ERROR"
    case protocolError = "PROTOCOL_ERROR"
    case internalError = "INTERNAL_ERROR"
    case flowControlError = "FLOW_CONTROL_ERROR"
    case settingsTimeout = "SETTINGS_TIMEOUT"
    case streamClosed = "STREAM_CLOSED"
    case frameSizeError = "FRAME_SIZE_ERROR"
    case refusedStream = "REFUSED_STREAM"
    case cancel = "CANCEL"
    case compressionError = "COMPRESSION_ERROR"
    case connectError = "CONNECT_ERROR"
    case enhanceYourCalm = "ENHANCE_YOUR_CALM"

    package var number: UInt32 { UInt32(Self.allCases.firstIndex(of: self) ?? 0) }
  }
}
