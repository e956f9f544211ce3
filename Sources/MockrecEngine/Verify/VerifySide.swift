import MockrecCore
import MockrecWire

/// One side of a unit under way: its addresses, its variables and cookies, and which services do not answer.
struct VerifySide: Sendable {
  let side: VerifyReport.Only
  /// What `{{service}}` stands for on this side, too.
  var variables: Variables
  private let settings: VerifySettings
  /// What the real and the fake set is kept apart: they are other services under the same name.
  private var cookies: [String] = []
  /// Services that could not be reached: they are not asked again in this unit, and why.
  private var down: [String: OriginFailure] = [:]

  init(_ side: VerifyReport.Only, variables: Variables, settings: VerifySettings) {
    self.side = side
    self.variables = variables
    self.settings = settings
  }

  /// A step as it is run once: which one, and what both sides share in it.
  struct Turn: Sendable {
    var step: VerifyStep
    var service: String?
    var moment: Timestamp
    var seed: UInt64
    var options = StepOptions()
    /// How often it is asked once it has met the contract.
    var samples = 1
  }

  /// What came of asking.
  struct Asked: Sendable {
    /// In the order asked; empty where there was no answer.
    var answers: [Answer] = []
    /// The first lack of an answer.
    var failure: OriginFailure?
    /// Why the request could not even be rendered.
    var diagnostic: Diagnostic?
    /// What templates and asserts are worked out with.
    var scope = ContractScope()
  }

  typealias Teller = @Sendable (ContractRequest, Result<Answer, OriginFailure>) -> Void

  /// The scope of a turn, with the variables that its options define.
  func scope(_ turn: Turn) throws(Diagnostic) -> ContractScope {
    var scope = ContractScope(
      self.variables, services: self.settings.services, moment: turn.moment, seed: turn.seed,
      readFile: turn.step.readFile)
    scope.keepsNodeLists = turn.options.keepsNodeLists
    for option in turn.step.options where option.key.literal == "variable" {
      let text = try scope.text(option.value, in: turn.step.source)
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Diagnostic(
          "the option variable takes name=value", at: Diagnostic.Place(turn.step.source, at: option.span.lowerBound))
      }
      scope.variables[String(parts[0])] = ContractValue(written: String(parts[1]))
    }
    return scope
  }

  /// Asks until the contract is met, or often enough, then again for as many samples as are wanted, and stops at the
  /// first lack of an answer.
  mutating func ask(_ turn: Turn, tell: Teller) async -> Asked {
    var asked = Asked()
    if let service = turn.service, let failure = self.down[service] {
      asked.failure = failure
      return asked
    }
    var request: ContractRequest
    do {
      asked.scope = try self.scope(turn)
      self.variables = asked.scope.variables
      request = try turn.step.wire.contractRequest(for: turn.step.entry, scope: asked.scope, file: turn.step.source)
    } catch {
      asked.diagnostic = error
      return asked
    }
    request.cookies = self.cookies
    await self.wait(turn.options.delay)
    var retries = turn.options.retries
    var outcome = await self.once(request, turn.step, tell)
    while retries > 0, !Task.isCancelled, !Self.meets(outcome, turn.step, asked.scope) {
      retries -= 1
      await self.wait(turn.options.retryInterval)
      if case .success(let answer) = outcome { request.cookies = answer.transfer.cookies ?? request.cookies }
      outcome = await self.once(request, turn.step, tell)
    }
    if case .success(let answer) = outcome { self.cookies = answer.transfer.cookies ?? self.cookies }
    for sample in 0..<max(1, turn.samples) where asked.failure == nil && !Task.isCancelled {
      if sample > 0 { outcome = await self.once(request, turn.step, tell) }
      switch outcome {
      case .success(let answer): asked.answers.append(answer)
      case .failure(let failure):
        asked.failure = failure
        if failure.kind == .unreachable, asked.answers.isEmpty, let service = turn.service {
          self.down[service] = failure
        }
      }
    }
    return asked
  }

  private func once(
    _ request: ContractRequest, _ step: VerifyStep, _ tell: Teller
  ) async -> Result<Answer, OriginFailure> {
    let outcome: Result<Answer, OriginFailure>
    do throws(OriginFailure) { outcome = .success(try await step.client.ask(request)) } catch {
      outcome = .failure(error)
    }
    tell(request, outcome)
    return outcome
  }

  /// Only for the real one: time changes nothing of a fake.
  private func wait(_ duration: Duration) async {
    guard self.side == .real, duration > .zero else { return }
    // Cancelled, the unit ends at its next step.
    try? await self.settings.sleep(duration)
  }

  private static func meets(
    _ outcome: Result<Answer, OriginFailure>, _ step: VerifyStep, _ scope: ContractScope
  ) -> Bool {
    guard case .success(let answer) = outcome else { return false }
    guard let expectation = step.expectation else { return true }
    // What cannot be worked out at all is not tried again.
    guard let evaluation = try? expectation.evaluate(answer, in: scope) else { return true }
    return evaluation.failures.isEmpty
  }
}
