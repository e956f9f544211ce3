/// What a verification is to do.
public struct VerifyOptions: Sendable {
  /// One side alone.
  public enum Only: String, Sendable, CaseIterable { case fake, real }

  /// From which severity on drift fails the run.
  public enum FailOn: String, Sendable, CaseIterable { case any, breaking }

  /// Contract files. The folder of a service's cassette stands for its recorded exchanges.
  public var contracts: [String] = []
  /// Set on every recorded request that is sent: what the cassette does not hold, such as credentials.
  public var headers: [(name: String, value: String)] = []
  /// Recorded requests that are not safe (RFC 9110, 9.2.1) are sent to the real service as well, in recorded order.
  public var includesUnsafe = false
  public var only: Only?
  /// How often the real service is asked where that is safe: what differs between its own answers is noise.
  public var samples = 2
  /// How many contracts run at once.
  public var jobs = 4
  public var failOn = FailOn.breaking
  /// Values for `{{name}}` in contracts.
  public var variables: [String: String] = [:]
  /// A file that describes the messages of services that only contracts name.
  public var protoDescriptor: String?
  /// Reports to write.
  public var reports: [ReportFile] = []

  public init() {}
}
