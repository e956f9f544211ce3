import MockrecWire

extension ServiceScope {
  /// The states that each scenario may have: those that entries ask for or set, added ones too, those that it has, and the
  /// one in which it begins.
  package var scenarios: [String: Set<String>] {
    var all: [String: Set<String>] = [:]
    let common = self.layer?.common
    for named in [self.state?.named, self.layer?.served?.state.named, common?.served?.state.named] {
      all.merge(named ?? [:]) { $0.union($1) }
    }
    for (scenario, state) in self.state?.scenarios.states ?? [:] { all[scenario, default: []].insert(state) }
    return all.mapValues { $0.union([ScenarioStep.first]) }
  }
}
