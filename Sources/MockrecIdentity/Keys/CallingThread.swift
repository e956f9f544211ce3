import Dispatch
import Synchronization

/// Runs an asynchronous function on the thread that waits for it, and on no other.
///
/// jwt-kit's keys are an actor, and are asked where nobody may await one: on event loops, and while a template is
/// rendered. An actor that has no executor of its own runs on the one that its task prefers (SE-0417), which is this: no
/// part of it needs a thread of the shared pool, so that to wait for it cannot keep it from going on.
final class CallingThread: TaskExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let arrivals = DispatchSemaphore(value: 0)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    self.jobs.withLock { $0.append(job) }
    self.arrivals.signal()
  }

  /// What `body` gives, which awaits nothing but itself and actors that nobody else uses.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let thread = CallingThread()
    let outcome = Outcome<Value>()
    Task(executorPreference: thread) {
      do {
        let value = try await body()
        outcome.value.withLock { $0 = .success(value) }
      } catch {
        outcome.value.withLock { $0 = .failure(error) }
      }
    }
    while true {
      if let result = outcome.value.withLock({ $0 }) { return try result.get() }
      thread.arrivals.wait()
      let job = thread.jobs.withLock { $0.removeFirst() }
      job.runSynchronously(on: thread.asUnownedTaskExecutor())
    }
  }

  private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Result<Value, any Error>?>(nil)
  }
}
