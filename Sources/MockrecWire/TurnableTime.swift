import MockrecCore
import NIOCore
import Synchronization

/// A model's time that a fault can turn: it jumps, stands still, or goes at another speed, backwards too.
package final class TurnableTime: Sendable {
  private struct Wake {
    var moment: Int64
    var loop: any EventLoop
    var body: @Sendable () -> Void
  }

  /// How it goes.
  package struct Turn: Sendable {
    /// A moment of the time beneath, and what it was then.
    fileprivate var base: Int64
    fileprivate var shown: Int64
    fileprivate var speed = 1.0

    fileprivate func now(_ base: Int64) -> Int64 {
      self.shown + Int64((Double(base - self.base) * self.speed).rounded(.down))
    }
  }

  private struct State {
    var turn: Turn
    var wakes: [Int: Wake] = [:]
    var nextWake = 0
  }

  /// Milliseconds from 1970 up to which it is turned, and before 1970: what a date can be in other languages, too.
  package static let farthest: Int64 = 8_640_000_000_000_000

  private let base: ModelTime
  private let state: Mutex<State>
  /// Until then it is the time beneath, and costs no lock.
  private let isTurned = Atomic<Bool>(false)

  package init(_ base: ModelTime) {
    self.base = base
    let now = base.now()
    self.state = Mutex(State(turn: Turn(base: now, shown: now)))
  }

  package var time: ModelTime {
    ModelTime {
      self.now
    } wake: { moment, loop, body in
      self.wake(at: moment, loop, body)
    }
  }

  package var now: Int64 {
    guard self.isTurned.load(ordering: .acquiring) else { return self.base.now() }
    return self.state.withLock { $0.turn.now(self.base.now()) }
  }

  /// How it goes; nil where it is the time beneath.
  package var turned: Turn? {
    self.isTurned.load(ordering: .acquiring) ? self.state.withLock { $0.turn } : nil
  }

  /// Goes as it went then; as the time beneath for nil. Who waits waits no longer than before.
  package func put(back turn: Turn?) {
    self.change(keepsWaits: true) { current in
      if let turn { current = turn } else { (current.base, current.shown, current.speed) = (0, 0, 1) }
    }
    if turn == nil { self.isTurned.store(false, ordering: .releasing) }
  }

  /// It is this moment now, and goes on as fast as before. Who waits waits no longer than before. Milliseconds since 1970.
  package func set(_ moment: Int64) { self.change(keepsWaits: true) { $0.shown = moment } }

  package func turn(_ change: ClockChange) {
    self.change { turn in
      switch change {
      case .jump(let seconds):
        turn.shown = min(max(turn.shown + Int64(seconds * 1000), -Self.farthest), Self.farthest)
      case .freeze: turn.speed = 0
      case .speed(let speed): turn.speed = speed
      }
    }
  }

  /// - Parameter keepsWaits: Whether what is waited for comes earlier by as much as the time goes back. A fault's clock that
  ///   is wrong has everybody wait longer.
  private func change(keepsWaits: Bool = false, _ body: (inout Turn) -> Void) {
    let waiting = self.state.withLock { state in
      let now = self.base.now()
      let before = state.turn.now(now)
      (state.turn.shown, state.turn.base) = (before, now)
      body(&state.turn)
      let step = state.turn.now(now) - before
      if keepsWaits, step < 0 { for number in state.wakes.keys { state.wakes[number]?.moment += step } }
      self.isTurned.store(true, ordering: .releasing)
      return Array(state.wakes.keys)
    }
    for number in waiting.sorted() { self.arm(number) }
  }

  private func wake(at moment: Int64, _ loop: any EventLoop, _ body: @escaping @Sendable () -> Void) {
    let number = self.state.withLock { state in
      state.nextWake += 1
      state.wakes[state.nextWake] = Wake(moment: moment, loop: loop, body: body)
      return state.nextWake
    }
    self.arm(number)
  }

  /// Does what is due, or waits for it as long as the time goes as it does now.
  private func arm(_ number: Int) {
    enum Step {
      case nothing
      case due(Wake)
      case later(Wake, Int64)
    }
    let step = self.state.withLock { state -> Step in
      guard let wake = state.wakes[number] else { return .nothing }
      let base = self.base.now()
      let left = wake.moment - (self.isTurned.load(ordering: .relaxed) ? state.turn.now(base) : base)
      if left <= 0 {
        state.wakes[number] = nil
        return .due(wake)
      }
      // While it stands still or goes backwards, nothing comes due until it is turned again.
      guard state.turn.speed > 0 else { return .nothing }
      return .later(wake, base + Int64(min((Double(left) / state.turn.speed).rounded(.up), 1e15)))
    }
    switch step {
    case .nothing: return
    case .due(let wake): wake.loop.execute(wake.body)
    case .later(let wake, let moment): self.base.wake(moment, wake.loop) { [weak self] in self?.arm(number) }
    }
  }
}
