import Dispatch
import Synchronization

/// The queue behind which a recorder writes: work is done in its order, away from the event loops, and what waits is
/// counted so that a peer cannot fill the memory.
final class RecordQueue: Sendable {
  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var isRunning = false
  }

  private static let highWater = 4 << 20
  /// What one waiting job counts besides its bytes.
  private static let jobBytes = 1024

  private let state = Mutex(State())
  private let bytes = Atomic<Int>(0)
  private let queue: DispatchQueue
  /// Called on the queue after jobs that waited together.
  private let batchEnded: @Sendable () -> Void
  /// Called on the queue a moment after all that waited is done: what was put off is written now.
  private let idle: @Sendable () -> Void
  /// What is put off is written so often at most: doing it after every job would cost more than the jobs.
  private static let interval = DispatchTimeInterval.milliseconds(100)
  private let isIdleDue = Atomic<Bool>(false)

  init(label: String, batchEnded: @escaping @Sendable () -> Void, idle: @escaping @Sendable () -> Void) {
    self.queue = DispatchQueue(label: label)
    self.batchEnded = batchEnded
    self.idle = idle
  }

  /// Whether so much waits that connections should stop reading for a while.
  var isCongested: Bool { self.bytes.load(ordering: .relaxed) > Self.highWater }

  func run(bytes count: Int, _ job: @escaping @Sendable () -> Void) {
    let weight = count + Self.jobBytes
    self.bytes.wrappingAdd(weight, ordering: .relaxed)
    let starts = self.state.withLock { state in
      state.waiting.append {
        job()
        self.bytes.wrappingSubtract(weight, ordering: .relaxed)
      }
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if starts { self.queue.async { self.drain() } }
  }

  private func drain() {
    var written = DispatchTime.now()
    while true {
      var jobs = self.state.withLock { state in
        let jobs = Array(state.waiting.reversed())
        state.waiting = []
        if jobs.isEmpty { state.isRunning = false }
        return jobs
      }
      if jobs.isEmpty { return self.scheduleIdle() }
      // What is done is let go of, with the bytes that it holds.
      while let job = jobs.popLast() { job() }
      self.batchEnded()
      // Under a load that never pauses, what is put off is written all the same.
      if DispatchTime.now() >= written + Self.interval {
        self.idle()
        written = .now()
      }
    }
  }

  /// Has what was put off written within the interval.
  func scheduleIdle() {
    guard !self.isIdleDue.exchange(true, ordering: .relaxed) else { return }
    self.queue.asyncAfter(deadline: .now() + Self.interval) {
      self.isIdleDue.store(false, ordering: .relaxed)
      self.idle()
    }
  }

  /// Waits until everything that was handed over is done.
  func finish() {
    self.queue.sync {
      self.drain()
      self.idle()
    }
  }
}
