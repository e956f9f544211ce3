import MockrecCore
import MockrecEngine

/// How tests steer a run.
public struct ControlOptions: Sendable {
  /// Where the control API listens.
  public var address: HostPort
  /// What its clients have to say (`Authorization: Bearer …`); nil where they need not.
  public var token: String?
  /// A field whose value names a session, besides `X-Mockrec-Session` and `baggage`.
  public var sessionHeader: String?

  public init(address: HostPort, token: String? = nil, sessionHeader: String? = nil) {
    self.address = address
    self.token = token
    self.sessionHeader = sessionHeader
  }
}

/// The same for one run, with its sessions.
struct ControlSettings: Sendable {
  let options: ControlOptions
  let sessions: SessionTable

  /// - Throws: `Failure` for what no client could send.
  init(_ options: ControlOptions) throws {
    if let token = options.token {
      guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw Failure.usage(
          Diagnostic(
            "the token of the control API is \(token.isEmpty ? "empty" : "not of visible ASCII characters alone")",
            fix: "--control-token \"$(openssl rand -hex 16)\", or leave it out"))
      }
    }
    if let field = options.sessionHeader, !Fields.isToken(field) {
      throw Failure.usage(
        Diagnostic("`\(field)` is no name of a header", fix: "--session-header X-Request-ID, or another name"))
    }
    self.options = options
    self.sessions = SessionTable(field: options.sessionHeader)
  }
}
