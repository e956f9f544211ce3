import MockrecCore
import MockrecWire
import Synchronization

/// Runs contracts against the fake and the real service and says who is wrong.
package struct Verifier: Sendable {
  private let plan: VerifyPlan
  private let fakes: any FakeProvider
  private let results: any ResultStore
  private let observe: @Sendable (VerifyEvent) -> Void

  /// - Parameters:
  ///   - fakes: Is not used where only the real is asked.
  ///   - results: Takes what is found.
  ///   - observe: Is told of every exchange and every verdict as they come, from any task.
  package init(
    _ plan: VerifyPlan, fakes: any FakeProvider, results: any ResultStore = MemoryResults(),
    observe: @escaping @Sendable (VerifyEvent) -> Void = { _ in }
  ) {
    self.plan = plan
    self.fakes = fakes
    self.results = results
    self.observe = observe
  }

  /// Runs every unit, at most `settings.jobs` at once, and reports them in the plan's order.
  ///
  /// What is drift, broken or unreachable is in the report and throws nothing.
  /// - Throws: `Diagnostics` for contracts that cannot be run, before any request is sent; what the fake's provider
  ///   throws, and what the results' store throws; `CancellationError`.
  package func run(clock: some Clock<Duration> = ContinuousClock()) async throws -> VerifyReport {
    let problems = try self.plan.problems()
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let start = clock.now
    let secrets = try await self.runUnits()
    let settings = self.plan.settings
    return VerifyReport(
      seed: settings.seed, started: settings.started, duration: start.duration(to: clock.now), only: settings.only,
      samples: settings.samples, failOn: settings.failOn, allowVacuous: settings.allowVacuous,
      services: self.plan.services, units: self.results.units(), secrets: secrets)
  }

  /// Each job takes the next unit when it is done with one.
  ///
  /// - Returns: Captured values that are never shown.
  private func runUnits() async throws -> Set<String> {
    let progress = Progress(total: self.plan.units.reduce(0) { $0 + $1.count })
    let line = Line(self.plan.units.count)
    let (secondLooks, answerRoom) = (SecondLooks(self.plan.settings.secondLooks), AnswerRoom())
    return try await withThrowingTaskGroup(of: Set<String>.self) { group in
      for _ in 0..<min(max(1, self.plan.settings.jobs), self.plan.units.count) {
        group.addTask {
          var secrets: Set<String> = []
          while let index = line.next() {
            let run = UnitRun(
              unit: self.plan.units[index], plan: self.plan, tell: self.observe, answerRoom: answerRoom,
              secondLooks: secondLooks
            ) { step in
              self.observe(.finished(step, done: progress.advance(), total: progress.total))
            }
            let result = try await run.run(self.fakes)
            try self.results.add(result.report, at: index)
            secrets.formUnion(result.secrets)
          }
          return secrets
        }
      }
      return try await group.reduce(into: []) { $0.formUnion($1) }
    }
  }

  /// Gives out the units in the plan's order.
  private final class Line: Sendable {
    private let count: Int
    private let taken = Atomic(0)

    init(_ count: Int) { self.count = count }

    func next() -> Int? {
      let index = self.taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < self.count ? index : nil
    }
  }

  private final class Progress: Sendable {
    let total: Int
    private let done = Mutex(0)

    init(total: Int) { self.total = total }

    func advance() -> Int {
      self.done.withLock {
        $0 += 1
        return $0
      }
    }
  }
}
