import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@Suite("A model's time under a fault")
struct TurnableTimeTests {
  /// What a machine's clock shows and who waits for it, told by hand.
  private final class Machine: Sendable {
    let state = Mutex((now: Int64(1_000_000), waiting: [(Int64, @Sendable () -> Void)]()))

    var time: ModelTime {
      ModelTime {
        self.state.withLock { $0.now }
      } wake: { moment, _, body in
        self.state.withLock { $0.waiting.append((moment, body)) }
      }
    }

    func advance(by milliseconds: Int64) {
      let due = self.state.withLock { state in
        state.now += milliseconds
        let due = state.waiting.filter { $0.0 <= state.now }
        state.waiting.removeAll { $0.0 <= state.now }
        return due
      }
      for (_, body) in due { body() }
    }
  }

  private let machine = Machine()
  private let loop = EmbeddedEventLoop()

  @Test("it goes as the machine's until it is turned; then it jumps, stands still, and goes on, backwards too")
  func turned() {
    let turnable = TurnableTime(self.machine.time)
    func shown() -> Int64 { turnable.time.now() - 1_000_000 }
    self.machine.advance(by: 5)
    #expect(shown() == 5)
    turnable.turn(.jump(seconds: 60))
    #expect(shown() == 60_005)
    self.machine.advance(by: 10)
    #expect(shown() == 60_015)
    turnable.turn(.jump(seconds: -60))
    #expect(shown() == 15)
    turnable.turn(.freeze)
    self.machine.advance(by: 1000)
    #expect(shown() == 15)
    turnable.turn(.speed(2))
    self.machine.advance(by: 10)
    #expect(shown() == 35)
    turnable.turn(.speed(-1))
    self.machine.advance(by: 10)
    #expect(shown() == 25)
    turnable.turn(.speed(1))
    self.machine.advance(by: 10)
    #expect(shown() == 35)
  }

  @Test("what waits for a moment is done when the time is there, however it came there, and once")
  func wakes() throws {
    let turnable = TurnableTime(self.machine.time)
    let counter = Mutexed()
    func wake(in milliseconds: Int64) {
      turnable.time.wake(turnable.time.now() + milliseconds, self.loop) { counter.value.withLock { $0 += 1 } }
    }
    func count() -> Int {
      self.loop.run()
      return counter.value.withLock { $0 }
    }
    wake(in: 100)
    turnable.turn(.freeze)
    self.machine.advance(by: 1000)
    #expect(count() == 0, "it stands still")
    turnable.turn(.speed(2))
    self.machine.advance(by: 49)
    #expect(count() == 0)
    self.machine.advance(by: 1)
    #expect(count() == 1)
    wake(in: 3_600_000)
    turnable.turn(.jump(seconds: 3600))
    #expect(count() == 2)
    wake(in: 100)
    turnable.turn(.jump(seconds: -10))
    self.machine.advance(by: 100)
    #expect(count() == 2, "it has farther to go")
    self.machine.advance(by: 10_000)
    #expect(count() == 3)
    self.machine.advance(by: 100_000)
    #expect(count() == 3)
  }

  @Test("who waits waits no longer than before where the clock is put back by hand")
  func putBack() {
    let turnable = TurnableTime(self.machine.time)
    let counter = Mutexed()
    func count(after milliseconds: Int64) -> Int {
      self.machine.advance(by: milliseconds)
      self.loop.run()
      return counter.value.withLock { $0 }
    }
    func wake(in milliseconds: Int64) {
      turnable.time.wake(turnable.time.now() + milliseconds, self.loop) { counter.value.withLock { $0 += 1 } }
    }
    wake(in: 100)
    #expect(count(after: 40) == 0)
    turnable.set(5)
    #expect(count(after: 59) == 0)
    #expect(count(after: 1) == 1)
    turnable.turn(.jump(seconds: 3600))
    let then = turnable.turned
    turnable.turn(.jump(seconds: 3600))
    wake(in: 100)
    turnable.put(back: then)
    #expect(count(after: 99) == 1)
    #expect(count(after: 1) == 2)
    turnable.turn(.jump(seconds: 7200))
    wake(in: 100)
    turnable.put(back: nil)
    #expect(count(after: 99) == 2)
    #expect(count(after: 1) == 3)
    wake(in: 3_600_000)
    turnable.set(turnable.now + 3_600_000)
    #expect(count(after: 0) == 4, "what is due is done")
  }

  private final class Mutexed: Sendable {
    let value = Mutex(0)
  }
}
