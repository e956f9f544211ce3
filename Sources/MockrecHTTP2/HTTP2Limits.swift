import MockrecWire
import NIOHTTP2

/// What a peer may do on one connection.
enum HTTP2Limits {
  /// Requests at once; more wait at the client.
  static let streams = 128
  /// What may come of one body before its receiver has asked for more. Bytes.
  static let streamWindow = 128 << 10
  /// The same for all streams together.
  static let connectionWindow = 1 << 20
  /// What is written of one body before its peer has taken it. Bytes.
  static let unsent = 64 << 10
  /// The longest header block that is sent: one frame of the size that every peer takes (RFC 9113, 4.2).
  static let headBytes = 16_384

  /// A head that is over its limit concerns its stream alone, for which it has to be read: one of more than so many times
  /// the limit ends the connection.
  private static let readHeads = 4

  /// Both sides' settings and the bounds against floods: resets (CVE-2023-44487), CONTINUATION (CVE-2024-27316), pings,
  /// settings and empty frames (CVE-2019-9512 to 9518). Clients of gRPC ping much while they measure a connection.
  static func configuration(_ limits: WireLimits, isServer: Bool) -> NIOHTTP2Handler.Configuration {
    var configuration = NIOHTTP2Handler.Configuration()
    configuration.connection.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: self.streams),
      HTTP2Setting(parameter: .initialWindowSize, value: self.streamWindow),
      HTTP2Setting(parameter: .maxHeaderListSize, value: self.readHeads * limits.headBytes),
    ]
    if !isServer {
      configuration.connection.initialSettings.append(HTTP2Setting(parameter: .enablePush, value: 0))
    }
    configuration.connection.maximumSequentialContinuationFrames =
      self.readHeads * limits.headBytes / self.headBytes + 1
    configuration.connection.maximumSequentialEmptyDataFrames = 100
    configuration.connection.maximumBufferedControlFrames = 1000
    configuration.connection.controlFrameRateLimit.maximumCount = 10_000
    configuration.stream.streamResetFrameRateLimit.maximumCount = 1000
    configuration.stream.streamErrorRateLimit.maximumCount = 1000
    return configuration
  }
}

/// Knows whether swift-nio has ended the connection by itself: its errors do not tell those of a stream from those of the
/// connection, but before the latter it says GOAWAY.
final class HTTP2Farewell: NIOHTTP2FrameDelegate {
  private(set) var isSaid = false

  func wroteFrame(_ frame: HTTP2Frame) {
    if case .goAway = frame.payload { self.isSaid = true }
  }
}

extension HTTP2Frame.FramePayload {
  var isData: Bool {
    if case .data = self { true } else { false }
  }
}
