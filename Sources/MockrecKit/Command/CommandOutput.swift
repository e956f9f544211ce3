import CProcess
import Foundation
import MockrecCore
import Synchronization

/// What a command says, read to its end as it comes, so that it never waits; the last of it is kept,
/// without secrets.
final class CommandOutput: Sendable {
  /// What the command writes to.
  let descriptor: Int32
  private let stop = Stop()
  private let read: Task<[UInt8], Never>

  init(kept: Int, redactor: Redactor) throws {
    var ends: [Int32] = [-1, -1]
    let failure = mockrec_pipe(&ends)
    guard failure == 0 else {
      throw CommandNotStarted(
        status: 126, Diagnostic("the command cannot be listened to: \(String(cString: strerror(failure)))"))
    }
    self.descriptor = ends[1]
    let (reading, stop) = (ends[0], self.stop)
    self.read = Task {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          continuation.resume(
            returning: Self.read(reading, RedactedTail(redactor, kept: kept), until: stop))
        }
      }
    }
  }

  private final class Stop: Sendable {
    let isSet = Atomic<Bool>(false)
  }

  /// Blocks until the end, or until nothing more comes of a command that has ended: a process that left its group may
  /// hold the pipe open for as long as it likes.
  private static func read(
    _ descriptor: Int32, _ tail: consuming RedactedTail, until stop: Stop
  ) -> [UInt8] {
    var piece = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let isOver = stop.isSet.load(ordering: .acquiring)
      let count = mockrec_read_soon(descriptor, &piece, piece.count, isOver ? 0 : 50)
      if count == 0 || count < 0 && isOver { break }
      if count > 0 { tail.add(piece[..<count]) }
    }
    close(descriptor)
    return tail.finish()
  }

  /// What was said last; the command has ended.
  func finish() async -> [UInt8] {
    close(self.descriptor)
    self.stop.isSet.store(true, ordering: .releasing)
    return await self.read.value
  }
}
