/// What a verification is to do.
public struct VerifyOptions: Sendable {
  /// One side alone.
  public enum Only: String, Sendable, CaseIterable { case fake, real }

  /// From which severity on drift fails the run.
  public enum FailOn: String, Sendable, CaseIterable { case any, breaking }

  /// Contract files and folders; empty to take the recorded exchanges as contracts, where `recorded` says so.
  public var contracts: [String] = []
  /// Every recorded exchange is a contract.
  public var recorded = false
  /// Recorded requests that are not safe (RFC 9110, 9.2.1) are sent to the real service as well, in recorded order.
  public var includesUnsafe = false
  public var only: Only?
  /// How often the real service is asked where that is safe: what differs between its own answers is noise.
  public var samples = 2
  /// How many contracts run at once.
  public var jobs = 4
  public var failOn = FailOn.any
  /// Values for `{{name}}` in contracts.
  public var variables: [String: String] = [:]
  /// Where to write the report as JSON.
  public var jsonReport: String?

  public init() {}
}
