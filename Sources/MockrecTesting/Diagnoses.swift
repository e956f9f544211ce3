import Synchronization

/// What a run says while a test runs.
final class Diagnoses: Sendable {
  private let collected = Mutex("")

  var text: String { self.collected.withLock { $0 } }

  func append(_ text: String) { self.collected.withLock { $0 += text } }
}
