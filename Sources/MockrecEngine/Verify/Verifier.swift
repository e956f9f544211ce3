import MockrecCore
import MockrecWire
import Synchronization

/// Runs contracts against the fake and the real service and says who is wrong.
package struct Verifier: Sendable {
  private let plan: VerifyPlan
  private let fakes: any FakeProvider
  private let observe: @Sendable (VerifyEvent) -> Void

  /// - Parameters:
  ///   - fakes: Is not used where only the real is asked.
  ///   - observe: Is told of every exchange and every verdict as they come, from any task.
  package init(
    _ plan: VerifyPlan, fakes: any FakeProvider, observe: @escaping @Sendable (VerifyEvent) -> Void = { _ in }
  ) {
    self.plan = plan
    self.fakes = fakes
    self.observe = observe
  }

  /// Runs every unit, at most `settings.jobs` at once, and reports them in the plan's order.
  ///
  /// What is drift, broken or unreachable is in the report and throws nothing.
  /// - Throws: `Diagnostics` for contracts that cannot be run, before any request is sent; what the fake's provider
  ///   throws; `CancellationError`.
  package func run(clock: some Clock<Duration> = ContinuousClock()) async throws -> VerifyReport {
    let problems = try self.plan.problems()
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let start = clock.now
    let results = try await self.runUnits()
    let settings = self.plan.settings
    return VerifyReport(
      seed: settings.seed, started: settings.started, duration: start.duration(to: clock.now), only: settings.only,
      samples: settings.samples, failOn: settings.failOn, allowVacuous: settings.allowVacuous,
      services: self.plan.services, units: results.map(\.report),
      secrets: results.reduce(into: []) { $0.formUnion($1.secrets) })
  }

  private func runUnits() async throws -> [UnitRun.Result] {
    let progress = Progress(total: self.plan.units.reduce(0) { $0 + $1.count })
    let observe = self.observe
    let secondLooks = SecondLooks(self.plan.settings.secondLooks)
    return try await withThrowingTaskGroup(of: (Int, UnitRun.Result).self) { group in
      var results: [UnitRun.Result?] = Array(repeating: nil, count: self.plan.units.count)
      for (index, unit) in self.plan.units.enumerated() {
        if index >= max(1, self.plan.settings.jobs), let (done, result) = try await group.next() {
          results[done] = result
        }
        let run = UnitRun(
          unit: unit, plan: self.plan, tell: observe, keeps: { progress.keeps($0) }, secondLooks: secondLooks
        ) { step in
          observe(.finished(step, done: progress.advance(), total: progress.total))
        }
        group.addTask { [fakes] in (index, try await run.run(fakes)) }
      }
      for try await (done, result) in group { results[done] = result }
      return results.compactMap { $0 }
    }
  }

  private final class Progress: Sendable {
    let total: Int
    private let done = Mutex(0)
    /// Bytes of answers that the report may still hold, whatever the run's length.
    private let room = Mutex(16 << 20)

    init(total: Int) { self.total = total }

    func keeps(_ bytes: Int) -> Bool {
      self.room.withLock { room in
        guard bytes <= room else { return false }
        room -= bytes
        return true
      }
    }

    func advance() -> Int {
      self.done.withLock {
        $0 += 1
        return $0
      }
    }
  }
}
