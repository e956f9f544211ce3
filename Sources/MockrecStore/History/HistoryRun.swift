/// A run as the history keeps it. All texts must be free of secrets.
package struct HistoryRun: Sendable, Hashable {
  /// `record`, `replay` or `verify`.
  package var mode: String
  /// ISO 8601, UTC.
  package var started: String
  package var milliseconds: Int
  /// The version of mockrec.
  package var version: String
  /// Unsigned and 64 bits wide, which no SQLite integer is.
  package var seed: UInt64?
  package var exitStatus: Int
  /// The summary's numbers, as JSON.
  package var counts: String
  /// How many steps had each verdict, as JSON; empty but for a verification.
  package var verdicts: String
  package var command: String

  package init(
    mode: String, started: String, milliseconds: Int, version: String, seed: UInt64?, exitStatus: Int, counts: String,
    verdicts: String = "{}", command: String
  ) {
    self.mode = mode
    self.started = started
    self.milliseconds = milliseconds
    self.version = version
    self.seed = seed
    self.exitStatus = exitStatus
    self.counts = counts
    self.verdicts = verdicts
    self.command = command
  }
}

/// One difference that a verification found.
package struct HistoryFinding: Sendable, Hashable {
  package var service: String
  /// `file:line`.
  package var contract: String
  package var verdict: String
  package var severity: String
  package var path: String
  package var kind: String
  package var expected: String?
  package var fake: String?
  package var real: String?
  /// What has to be asked for the finding to be found again: a contract's file, or a cassette's folder.
  package var scope: String
  /// The request line in its contract.
  package var request: String

  package init(
    service: String, contract: String, verdict: String, severity: String, path: String, kind: String,
    expected: String? = nil, fake: String? = nil, real: String? = nil, scope: String = "", request: String = ""
  ) {
    self.service = service
    self.contract = contract
    self.verdict = verdict
    self.severity = severity
    self.path = path
    self.kind = kind
    self.expected = expected
    self.fake = fake
    self.real = real
    self.scope = scope
    self.request = request
  }
}
