import MockrecCore
import MockrecWire

/// Asks real services the same again, to find out what they vary by themselves.
package struct Sampler: Sendable {
  private let settings: VerifySettings
  private let services: [VerifyReport.Service]

  /// How many steps are asked at once.
  private static let lanes = 8

  package init(services: [VerifyReport.Service], settings: VerifySettings) {
    self.services = services
    self.settings = settings
  }

  /// The answers to each step, in the order asked; none where it could not be asked each time.
  ///
  /// All steps are asked once before the first is asked again, and rounds are a second apart: what changes with the
  /// clock does not look alike in all of them.
  package func answers(to steps: [VerifyStep]) async throws -> [[Answer]] {
    var answers: [[Answer]] = Array(repeating: [], count: steps.count)
    let clock = ContinuousClock()
    for round in 0..<max(1, self.settings.samples) {
      let began = clock.now
      for (index, answer) in await self.round(steps) {
        if let answer, answers[index].count == round { answers[index].append(answer) }
      }
      if round < self.settings.samples - 1 {
        try await Task.sleep(until: began + self.settings.secondLookAfter, clock: clock)
      }
    }
    return answers.map { $0.count == self.settings.samples ? $0 : [] }
  }

  private func round(_ steps: [VerifyStep]) async -> [(Int, Answer?)] {
    await withTaskGroup(of: [(Int, Answer?)].self) { group in
      for lane in 0..<min(Self.lanes, steps.count) {
        group.addTask {
          var answers: [(Int, Answer?)] = []
          for index in stride(from: lane, to: steps.count, by: Self.lanes) {
            answers.append((index, await self.ask(steps[index])))
          }
          return answers
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  private func ask(_ step: VerifyStep) async -> Answer? {
    let addresses = self.services.compactMap { service in
      service.real.map { (service.name, ContractValue.text($0)) }
    }
    var side = VerifySide(
      .real, variables: self.settings.variables.merging(addresses) { $1 }, settings: self.settings)
    let turn = VerifySide.Turn(
      step: step, service: self.services.first?.name, moment: self.settings.services.now(), seed: 0)
    let asked = await side.ask(turn) { _, _ in }
    await step.client.end()
    return asked.answers.first
  }
}
