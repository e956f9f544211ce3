import MockrecCore
import MockrecWire

/// One side of a unit under way: its addresses, its variables, and what it answered to the step before.
struct VerifySide: Sendable {
  let side: VerifyReport.Only
  /// What `{{service}}` stands for on this side.
  var variables: Variables
  /// Services that could not be reached: they are not asked again in this unit, and why.
  private var down: [String: OriginFailure] = [:]

  init(_ side: VerifyReport.Only, variables: Variables) {
    self.side = side
    self.variables = variables
  }

  /// What came of asking.
  struct Asked: Sendable {
    /// In the order asked; empty where there was no answer.
    var answers: [Answer] = []
    /// The first lack of an answer.
    var failure: OriginFailure?
    /// Why the request could not even be rendered.
    var diagnostic: Diagnostic?
  }

  /// Asks `times` times, one after another, and stops at the first lack of an answer.
  mutating func ask(
    _ step: VerifyStep, service: String?, times: Int,
    tell: @Sendable (ContractRequest, Result<Answer, OriginFailure>) -> Void
  ) async -> Asked {
    var asked = Asked()
    if let failure = self.down[service ?? ""] {
      asked.failure = failure
      return asked
    }
    let request: ContractRequest
    do {
      try self.define(step)
      request = try step.wire.contractRequest(
        for: step.entry, variables: self.variables.mapValues(\.variableText), file: step.source)
    } catch {
      asked.diagnostic = error
      return asked
    }
    for _ in 0..<max(1, times) where asked.failure == nil && !Task.isCancelled {
      do {
        let answer = try await step.client.ask(request)
        tell(request, .success(answer))
        asked.answers.append(answer)
      } catch {
        tell(request, .failure(error))
        asked.failure = error
        if error.kind == .unreachable, asked.answers.isEmpty { self.down[service ?? ""] = error }
      }
    }
    return asked
  }

  /// The option `variable: name=value`. A value that reads as a number, a boolean or null is one.
  private mutating func define(_ step: VerifyStep) throws(Diagnostic) {
    for option in step.options where option.key.literal == "variable" {
      let text = try option.value.rendered(self.variables, in: step.source)
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Diagnostic(
          "the option variable takes name=value", at: Diagnostic.Place(step.source, at: option.span.lowerBound))
      }
      let value = String(parts[1])
      self.variables[String(parts[0])] = (try? JSON.parse(value)) ?? .string(value)
    }
  }
}
