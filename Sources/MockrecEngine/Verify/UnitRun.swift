import MockrecCore
import MockrecWire
import Synchronization

/// One unit under way.
struct UnitRun: Sendable {
  let unit: VerifyUnit
  let plan: VerifyPlan
  let tell: @Sendable (VerifyEvent) -> Void
  let answerRoom: AnswerRoom
  let secondLooks: SecondLooks
  /// Is called when a step has its verdict.
  let finished: @Sendable (VerifyReport.Step) -> Void

  typealias Result = (report: VerifyReport.Unit, secrets: Set<String>)

  func run(_ fakes: any FakeProvider) async throws -> Result {
    let steps = try self.unit.steps()
    guard self.plan.settings.only != .real else { return try await self.run(steps, fakeAddresses: nil) }
    var leases: [(service: String, lease: any FakeLease)] = []
    do {
      for service in self.plan.services
      where steps.contains(where: { $0.placeholders.contains(service.name) }) {
        let part = self.unit.recording.flatMap { $0.service == service.name ? $0.part : nil }
        leases.append((service.name, try await fakes.lease(service: service.name, part: part)))
      }
      let addresses = Dictionary(
        leases.map { ($0.service, ContractValue.text($0.lease.address)) }, uniquingKeysWith: { $1 })
      let result = try await self.run(steps, fakeAddresses: addresses)
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

  private func run(_ steps: [VerifyStep], fakeAddresses: Variables?) async throws -> Result {
    let settings = self.plan.settings
    var sides = Sides(entries: steps.map(\.entry))
    sides.fake = fakeAddresses.map {
      VerifySide(.fake, variables: settings.variables.merging($0) { $1 }, settings: settings)
    }
    if settings.only != .fake {
      let addresses = self.plan.services.compactMap { service in
        service.real.map { (service.name, ContractValue.text($0)) }
      }
      sides.real = VerifySide(.real, variables: settings.variables.merging(addresses) { $1 }, settings: settings)
    }
    var result: Result = (VerifyReport.Unit(name: self.unit.name, steps: []), [])
    for (index, step) in steps.enumerated() { try await self.run(step, index, &sides, &result) }
    for step in steps { await step.client.end() }
    return result
  }

  /// The sides that a unit asks; nil for one that is not to be asked.
  private struct Sides {
    var fake: VerifySide?
    var real: VerifySide?
    /// Those of the unit.
    let entries: [Entry]
    /// Which of the unit's entries a wire, known by its verb, holds for safe.
    var safety: [String: [Bool]] = [:]
  }

  /// Runs a step as often as it says.
  private func run(_ step: VerifyStep, _ index: Int, _ sides: inout Sides, _ result: inout Result) async throws {
    let service = self.plan.services(of: step).first?.name
    // What is no service's has no fake.
    let asksFake = sides.fake != nil && step.only != .real && service != nil
    let asksReal = sides.real != nil && step.only != .fake
    guard asksFake || asksReal else { return }
    var iteration = 0
    while true {
      try Task.checkCancellation()
      var turn = VerifySide.Turn(
        step: step, service: service, moment: self.plan.settings.services.now(), seed: self.seed(index, iteration))
      do throws(Diagnostic) {
        let scope = try (asksReal ? sides.real : sides.fake)?.scope(turn)
        if let scope { turn.options = try StepOptions(step, in: scope) }
      } catch {
        let unasked = VerifySide.Asked(diagnostic: error)
        let (fake, real) = (asksFake ? unasked : nil, asksReal ? unasked : nil)
        return self.conclude(turn, fake, real, self.judgement(turn, fake, real), &sides, &result)
      }
      guard !turn.options.isSkipped, iteration < turn.options.repeats else { return }
      iteration += 1
      let fake = asksFake ? await sides.fake?.ask(turn, tell: self.teller(.fake, service)) : nil
      if step.role == .judged, self.isSafe(step, index, &sides) { turn.samples = self.plan.settings.samples }
      var real = asksReal ? await sides.real?.ask(turn, tell: self.teller(.real, service)) : nil
      try Task.checkCancellation()
      if let problem = self.write(turn, real ?? fake) { real = VerifySide.Asked(diagnostic: problem) }
      var found = self.judgement(turn, fake, real)
      if turn.samples > 1, Self.wantsSecondLook(found.report), self.secondLooks.take() {
        try await self.plan.settings.sleep(self.plan.settings.secondLookAfter)
        turn.samples = 1
        let again = await sides.real?.ask(turn, tell: self.teller(.real, service))
        real?.answers += again?.answers ?? []
        found = self.judgement(turn, fake, real)
      }
      self.conclude(turn, fake, real, found, &sides, &result)
    }
  }

  /// A mark decides; else the wire, which looks at the entries around it, too.
  private func isSafe(_ step: VerifyStep, _ index: Int, _ sides: inout Sides) -> Bool {
    if let isSafe = step.isMarkedSafe { return isSafe }
    let verb = step.entry.request.verb
    let safe = sides.safety[verb] ?? step.wire.areSafe(sides.entries)
    sides.safety[verb] = safe
    return safe[index]
  }

  private func judgement(
    _ turn: VerifySide.Turn, _ fake: VerifySide.Asked?, _ real: VerifySide.Asked?
  ) -> StepJudgement.Result {
    StepJudgement(
      step: turn.step, settings: self.plan.settings, service: turn.service, fake: fake, real: real,
      showsAnswers: self.answerRoom.isLeft
    ).result()
  }

  private func conclude(
    _ turn: VerifySide.Turn, _ fake: VerifySide.Asked?, _ real: VerifySide.Asked?, _ found: StepJudgement.Result,
    _ sides: inout Sides, _ result: inout Result
  ) {
    sides.fake?.variables.merge(found.fakeCaptures) { $1 }
    sides.real?.variables.merge(found.realCaptures) { $1 }
    result.secrets.formUnion(found.secrets)
    let gaveNothing = [fake, real].contains { $0?.failure != nil || $0?.diagnostic != nil }
    // What only helps is shown where it could not help.
    if turn.step.role == .judged || gaveNothing { result.report.steps.append(self.kept(found.report)) }
    if turn.step.role == .judged, let healing = found.healing { self.tell(.healing(healing)) }
    self.finished(found.report)
  }

  /// The step without its answers where the report has no room for them.
  private func kept(_ step: VerifyReport.Step) -> VerifyReport.Step {
    let length = (step.fake?.answer?.length ?? 0) + (step.real?.answer?.length ?? 0)
    guard length > 0, !self.answerRoom.take(length) else { return step }
    var step = step
    step.fake?.answer = nil
    step.real?.answer = nil
    return step
  }

  /// Does what the option `output` says.
  private func write(_ turn: VerifySide.Turn, _ asked: VerifySide.Asked?) -> Diagnostic? {
    guard let name = turn.options.output, name != "-", let answer = asked?.answers.first,
      let problem = turn.step.writeFile(name, answer.body)
    else { return nil }
    return Diagnostic("the output cannot be written to \(name): \(problem)", at: turn.step.place)
  }

  /// From which a step's `newUuid` is made: another for each step and each time that it is run.
  private func seed(_ step: Int, _ iteration: Int) -> UInt64 {
    var hash = FNV1a(self.unit.name.utf8)
    hash.append("\(self.plan.settings.seed) \(step) \(iteration)".utf8)
    return hash.value
  }

  /// Whether all that differs may be noise that comes with time.
  private static func wantsSecondLook(_ step: VerifyReport.Step) -> Bool {
    guard step.verdict == .drift, step.fake?.state != .failed, !step.differences.isEmpty else { return false }
    return step.differences.allSatisfy { [.value, .header, .order, .length].contains($0.kind) }
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

/// How many second looks a run has left.
final class SecondLooks: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { self.left = Mutex(count) }

  func take() -> Bool {
    self.left.withLock { left in
      left -= 1
      return left >= 0
    }
  }
}

/// How many bytes of answers the report may still hold, whatever the run's length: they are shown of the first findings.
final class AnswerRoom: Sendable {
  private let left = Mutex(16 << 20)

  /// Whether an answer is worth making.
  var isLeft: Bool { self.left.withLock { $0 > 0 } }

  /// Once there is no room for one, there is none for later ones.
  func take(_ bytes: Int) -> Bool {
    self.left.withLock { left in
      left = bytes <= left ? left - bytes : 0
      return left > 0
    }
  }
}
