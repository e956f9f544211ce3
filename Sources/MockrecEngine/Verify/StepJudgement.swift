import MockrecCore
import MockrecWire

/// Makes a step's report of what both sides answered. Pure: it asks nothing.
struct StepJudgement {
  let step: VerifyStep
  let settings: VerifySettings
  let service: String?
  /// nil for a side that was not to be asked.
  let fake: VerifySide.Asked?
  let real: VerifySide.Asked?
  /// Whether the report has room for what both sides answered.
  var showsAnswers = true

  /// What one side's answers came to.
  private struct Outcome {
    var side: VerifyReport.Side
    /// That of the first answer.
    var evaluation: Evaluation?
    var answer: Answer?
  }

  struct Result {
    var report: VerifyReport.Step
    var fakeCaptures: Variables = [:]
    var realCaptures: Variables = [:]
    var secrets: Set<String> = []
    /// What would heal the entry, where it was recorded and drifted.
    var healing: HealProposal?
  }

  func result() -> Result {
    let noise = Noise.learn(from: self.real?.answers ?? [], knowing: self.step.known)
    let fake = self.fake.map { self.outcome($0, noise: noise) }
    var real = self.real.map { self.outcome($0, noise: noise) }
    var differences = self.differences(fake, real, noise)

    // In a recorded entry the literal response is the fake's answer: against a real one it is a difference, no rule.
    if self.step.isRecorded, fake == nil, let side = real?.side {
      differences += side.failures.filter { $0.isLiteral && $0.path != "version" }.map(Difference.init)
    }
    let judged = (self.service.flatMap { self.settings.driftRules[$0] } ?? []).judge(differences)
    differences = judged.differences
    let judgedFake = fake.map { self.state($0, isCompared: real?.answer != nil) } ?? .notAsked
    let judgedReal = real.map { self.state($0, isCompared: true) } ?? .notAsked
    var verdict = Verdict.judge(fake: judgedFake, real: judgedReal, difference: differences.map(\.severity).max())
    if self.step.isRecorded, fake == nil, judgedReal == .met, differences.contains(where: { $0.severity > .cosmetic }) {
      verdict = .drift
    }

    real?.side.state = judgedReal
    var fakeSide = fake?.side
    fakeSide?.state = judgedFake
    if self.showsAnswers, verdict != .agree || !differences.isEmpty {
      fakeSide?.answer = fake?.answer.map(self.shown)
      let shown = real?.answer.map(self.shown)
      real?.side.answer = shown
    }
    var result = Result(
      report: VerifyReport.Step(
        place: self.step.place, summary: self.step.summary, service: self.service, isRecorded: self.step.isRecorded,
        verdict: verdict, fake: fakeSide, real: real?.side, differences: differences, noise: noise.places,
        expectations: self.step.expectation?.count ?? 0))
    if !differences.isEmpty { result.report.places = StepPlaces(self.step)?.places(of: differences) ?? [:] }
    result.report.ignored = judged.ignored
    result.fakeCaptures = fake?.evaluation?.captures ?? [:]
    result.realCaptures = real?.evaluation?.captures ?? [:]
    if self.step.isRecorded, verdict == .drift { result.healing = self.healing(fake, real, noise) }
    result.secrets = (fake?.evaluation?.secrets ?? []).union(real?.evaluation?.secrets ?? [])
    return result
  }

  private func shown(_ answer: Answer) -> ShownAnswer {
    ShownAnswer(self.settings.comparable(self.service, answer))
  }

  /// Whether the side met the contract. Where a recorded entry's answers are compared, its literal parts are not judged
  /// a second time.
  private func state(_ outcome: Outcome, isCompared: Bool) -> Verdict.Side {
    guard outcome.side.state == .failed, self.step.isRecorded, isCompared else { return outcome.side.state }
    return outcome.side.failures.allSatisfy(\.isLiteral) ? .met : .failed
  }

  private func outcome(_ asked: VerifySide.Asked, noise: Noise) -> Outcome {
    if let diagnostic = asked.diagnostic {
      return Outcome(side: VerifyReport.Side(state: .failed, failures: [self.unasked(diagnostic)]))
    }
    guard let first = asked.answers.first else {
      return Outcome(side: VerifyReport.Side(state: .silent, trouble: asked.failure?.message ?? "it was not asked"))
    }
    var side = VerifyReport.Side(
      state: .met, status: first.status.map(String.init) ?? first.statusText, durations: asked.answers.map(\.duration))
    var evaluation: Evaluation?
    var met = 0
    for (index, answer) in asked.answers.enumerated() {
      guard let expectation = self.step.expectation else { break }
      do {
        // Where a recording alone stands against the real, it is what the real one is compared with.
        let isCompared = self.step.isRecorded && self.fake == nil
        let answer = isCompared ? self.settings.comparable(self.service, answer) : answer
        let found = try expectation.evaluate(answer, in: asked.scope, ignoring: noise)
        if index == 0 { evaluation = found }
        if found.failures.isEmpty { met += 1 } else if side.failures.isEmpty { side.failures = found.failures }
      } catch {
        side.failures = [self.unasked(error)]
      }
    }
    if !side.failures.isEmpty { side.state = .failed }
    if let trouble = self.instability(asked, met: met, failures: side.failures) {
      side.state = .unstable
      side.trouble = trouble
    }
    return Outcome(side: side, evaluation: evaluation, answer: first)
  }

  private func instability(_ asked: VerifySide.Asked, met: Int, failures: [ExpectationFailure]) -> String? {
    if let failure = asked.failure { return "it answered, and then did not: \(failure.message)" }
    if let reason = Noise.disagreement(among: asked.answers) { return reason }
    guard met > 0, !failures.isEmpty else { return nil }
    return "\(met) of \(asked.answers.count) answers to the same request meet the contract"
  }

  private func unasked(_ diagnostic: Diagnostic) -> ExpectationFailure {
    ExpectationFailure(
      "the step can be run", at: diagnostic.place ?? self.step.place, expected: "it to be done as written",
      actual: diagnostic.message)
  }

  private func variables(_ asked: VerifySide.Asked?, _ outcome: Outcome) -> Variables {
    (asked?.scope.variables ?? [:]).merging(outcome.evaluation?.captures ?? [:]) { $1 }
  }

  /// The fake's answer is read with the real one's variables: what each made up is no difference.
  private func differences(_ fake: Outcome?, _ real: Outcome?, _ noise: Noise) -> [Difference] {
    guard let fake, let real, let answer = real.answer else { return [] }
    guard let ours = fake.answer else {
      guard let trouble = fake.side.trouble else { return [] }
      return [Difference("status", .errorMode, fake: trouble, real: real.side.status)]
    }
    return self.compared(ours, answer, fake, real, noise)
  }

  private func compared(
    _ ours: Answer, _ answer: Answer, _ fake: Outcome?, _ real: Outcome, _ noise: Noise
  ) -> [Difference] {
    let shared =
      fake.map { ours.replacing(self.variables(self.fake, $0), by: self.variables(self.real, real)) } ?? ours
    return Comparison.differences(
      fake: self.settings.comparable(self.service, shared), real: self.settings.comparable(self.service, answer),
      ignoring: noise, asserted: self.asserted(fake, real),
      ignoredHeaders: self.settings.ignoredHeaders(self.service, self.step.wire))
  }

  private func asserted(_ fake: Outcome?, _ real: Outcome?) -> Asserted {
    var asserted = Asserted()
    if let evaluation = real?.evaluation ?? fake?.evaluation { asserted.merge(evaluation.asserted) }
    return asserted
  }

  private func healing(_ fake: Outcome?, _ real: Outcome?, _ noise: Noise) -> HealProposal? {
    guard let real, let answer = real.answer else { return nil }
    var proposal = HealProposal(
      service: self.service, place: self.step.place, source: self.step.source, outcome: .refused(""))
    guard self.settings.heals() else {
      proposal.outcome = .refused("too much drifted: heal the rest first")
      return proposal
    }
    guard let wire = self.step.wire as? any Wire, let recordable = self.settings.recordable(self.service, answer) else {
      proposal.outcome = .refused("entries of this kind are not healed: record it again")
      return proposal
    }
    let rules = self.service.flatMap { self.settings.driftRules[$0] } ?? []
    proposal.outcome = StepHealing(
      step: self.step, wire: wire, settings: self.settings, recordable: recordable,
      differences: { ours in
        rules.judge(self.compared(ours, answer, fake, real, noise)).differences.filter { $0.severity > .cosmetic }
      }, noise: noise, asserted: self.asserted(fake, real)
    ).outcome()
    return proposal
  }
}

extension Difference {
  /// What the real answer has in place of a recorded one, where only the real was asked.
  fileprivate init(_ failure: ExpectationFailure) {
    let path = failure.path ?? failure.message
    self.init(path, failure.change ?? .bodyText, fake: failure.expected, real: failure.actual)
  }
}
