import Foundation
import Testing

/// The settings come from the environment: REDISFAKE_SEQUENCES (how many, 1,000 by default), REDISFAKE_SEED (the first
/// seed, 0 by default) and REDISFAKE_FAMILIES (names of files in Random/, all by default).
@Suite("Random sequences against the real server")
struct RandomSequenceTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let workers: UInt64 = 4

  @Test("the fake answers random sequences of 200 commands as the real server does", arguments: 0..<Self.workers)
  func sequences(worker: UInt64) throws {
    let count = UInt64(Self.environment["REDISFAKE_SEQUENCES"] ?? "") ?? 1000
    let first = UInt64(Self.environment["REDISFAKE_SEED"] ?? "") ?? 0
    let families = Self.environment["REDISFAKE_FAMILIES"]?.split(separator: ",").map(String.init) ?? []
    let sequences = try RandomSequences(only: families)
    let runner = try SequenceRunner()
    var failures = 0
    for seed in first..<(first + count) where seed % Self.workers == worker {
      let version = (seed / Self.workers).isMultiple(of: 2) ? 2 : 3
      guard let report = try runner.report(sequences.sequence(seed: seed), version: version, seed: seed) else {
        continue
      }
      Issue.record(Comment(rawValue: report))
      failures += 1
      if failures == 8 { break }
    }
  }
}
