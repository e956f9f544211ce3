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

  init(_ options: ControlOptions) {
    self.options = options
    self.sessions = SessionTable(field: options.sessionHeader)
  }
}
