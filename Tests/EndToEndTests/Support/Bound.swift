import Foundation

/// A wait ran into its bound.
struct TimedOut: Error, CustomStringConvertible {
  let what: String
  let bound: Duration

  var description: String { "still waiting after \(bound) for \(what)" }
}

/// Waits until `condition` gives a value: the only way in which these tests wait for anything.
///
/// Nothing here blocks a thread of the pool that all tests share; the condition is asked every few milliseconds.
///
/// - Parameters:
///   - what: What is waited for, as the failure names it.
///   - bound: How long, at most.
///   - condition: Gives the value, or nil while it is not there yet.
/// - Throws: ``TimedOut``, and what `condition` throws.
func wait<Value>(
  for what: String, within bound: Duration = .seconds(20), until condition: () async throws -> Value?
) async throws -> Value {
  let end = ContinuousClock.now + bound
  while true {
    if let value = try await condition() { return value }
    guard ContinuousClock.now < end else { throw TimedOut(what: what, bound: bound) }
    try await Task.sleep(for: .milliseconds(4))
  }
}

/// The same for a condition that is only true or false.
func wait(
  for what: String, within bound: Duration = .seconds(20), untilTrue condition: () async throws -> Bool
) async throws {
  try await wait(for: what, within: bound) { try await condition() ? () : nil }
}
