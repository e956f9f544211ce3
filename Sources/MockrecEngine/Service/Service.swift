import MockrecCore
import MockrecWire

/// One service as a run sees it: its wire, its rules, its bounds and where the real one is.
package struct Service: Sendable {
  package var name: String
  package var wire: any Wire
  package var rules: MatchRules
  package var limits: WireLimits
  package var origin: OriginAddress?
  /// How long the real service may take to accept a connection, and to begin its reply.
  package var timeout: Duration
  /// What a user can do about a miss.
  package var missFix: String
  /// What the rules of mocks may ask of the world.
  package var contractServices = ContractServices()

  package init(
    name: String, wire: any Wire, rules: MatchRules, limits: WireLimits = WireLimits(), origin: OriginAddress? = nil,
    timeout: Duration = .seconds(30), missFix: String = "record the exchange"
  ) {
    self.name = name
    self.wire = wire
    self.rules = rules
    self.limits = limits
    self.origin = origin
    self.timeout = timeout
    self.missFix = missFix
  }
}
