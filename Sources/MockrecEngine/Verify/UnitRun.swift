import MockrecCore
import MockrecWire

/// One unit under way.
struct UnitRun: Sendable {
  let unit: VerifyUnit
  let plan: VerifyPlan
  let tell: @Sendable (VerifyEvent) -> Void
  /// Is called when a step has its verdict.
  let finished: @Sendable (VerifyReport.Step) -> Void

  typealias Result = (report: VerifyReport.Unit, secrets: Set<String>)

  func run(_ fakes: any FakeProvider) async throws -> Result {
    guard self.plan.settings.only != .real else { return try await self.run(fakeAddresses: nil) }
    var leases: [(service: String, lease: any FakeLease)] = []
    do {
      for service in self.plan.services
      where self.unit.steps.contains(where: { $0.placeholders.contains(service.name) }) {
        leases.append((service.name, try await fakes.lease(service: service.name)))
      }
      let addresses = Dictionary(leases.map { ($0.service, JSON.string($0.lease.address)) }, uniquingKeysWith: { $1 })
      let result = try await self.run(fakeAddresses: addresses)
      await self.end(leases)
      return result
    } catch {
      await self.end(leases)
      throw error
    }
  }

  private func end(_ leases: [(service: String, lease: any FakeLease)]) async {
    for lease in leases { await lease.lease.end() }
  }

  private func run(fakeAddresses: Variables?) async throws -> Result {
    let settings = self.plan.settings
    var fake = fakeAddresses.map { VerifySide(.fake, variables: settings.variables.merging($0) { $1 }) }
    var real: VerifySide?
    if settings.only != .fake {
      let addresses = self.plan.services.compactMap { service in service.real.map { (service.name, JSON.string($0)) } }
      real = VerifySide(.real, variables: settings.variables.merging(addresses) { $1 })
    }
    var report = VerifyReport.Unit(name: self.unit.name, steps: [])
    var secrets: Set<String> = []
    // Each wire looks at the steps of others, too, and knows nothing of them.
    var safety: [String: [Bool]] = [:]
    for (index, step) in self.unit.steps.enumerated() {
      try Task.checkCancellation()
      let service = self.plan.services(of: step).first?.name
      let fakeAsked = await fake?.ask(step, service: service, times: 1, tell: self.teller(.fake, service))
      let verb = step.entry.request.verb
      let isSafe = safety[verb] ?? step.wire.areSafe(self.unit.steps.map(\.entry))
      safety[verb] = isSafe
      let times = isSafe[index] ? settings.samples : 1
      let realAsked = await real?.ask(step, service: service, times: times, tell: self.teller(.real, service))
      try Task.checkCancellation()
      let judgement = StepJudgement(
        step: step, settings: settings, service: service, fake: fakeAsked, real: realAsked)
      let result = judgement.result(fakeVariables: fake?.variables ?? [:], realVariables: real?.variables ?? [:])
      fake?.variables.merge(result.fakeCaptures) { $1 }
      real?.variables.merge(result.realCaptures) { $1 }
      secrets.formUnion(result.secrets)
      report.steps.append(result.report)
      self.finished(result.report)
    }
    for step in self.unit.steps { await step.client.end() }
    return (report, secrets)
  }

  private func teller(
    _ side: VerifyReport.Only, _ service: String?
  ) -> @Sendable (ContractRequest, Swift.Result<Answer, OriginFailure>) -> Void {
    { request, outcome in
      self.tell(
        .asked(VerifyAsked(side: side, service: service, unit: self.unit.name, request: request, outcome: outcome)))
    }
  }
}
