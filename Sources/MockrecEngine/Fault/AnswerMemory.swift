import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// What a service answered, and what was written since: what silent faults answer from.
///
/// Only requests about what a silent fault may concern are remembered, of each as many answers as a fault looks back.
package final class AnswerMemory: Sendable {
  /// An answer, as a responder can give it again.
  enum Answer: Sendable {
    case prepared(PreparedReply)
    case message(Message, ByteBuffer, Fields)

    /// What it takes of memory that nobody else holds.
    fileprivate var bytes: Int {
      switch self {
      case .prepared: 0
      case .message(_, let body, _): body.readableBytes
      }
    }
  }

  /// What a read is answered.
  enum Verdict {
    /// What the service says now.
    case asIs
    case earlier(Answer)
    /// As if nothing was there: nothing was answered before.
    case absence
  }

  private struct Key {
    /// The last answers, the newest at the end.
    var answers: [Answer] = []
    /// The last answer before the last write.
    var beforeWrite: Answer?
    /// How many writes there were when it was last answered.
    var writes = 0
  }

  private struct State {
    var keys: [MatchKey: Key] = [:]
    /// When each name was last written, as a number of all writes.
    var written: [String: Int] = [:]
    /// Names whose last write was dropped.
    var dropped: Set<String> = []
    var writes = 0
    var everything = 0
    /// What the last answers take.
    var bytes = 0
    /// How many answers of a key are kept.
    var lookback = 1
  }

  private let state = Mutex(State())
  /// Keys and names that are remembered; more are not.
  private static let mostKeys = 1 << 16
  /// Answers that take more than this all in all are not remembered.
  private static let mostBytes = 64 << 20

  init(lookback: Int = 1) { self.look(back: lookback) }

  /// So many answers of a key are needed.
  func look(back answers: Int) { self.state.withLock { $0.lookback = answers } }

  /// What is answered to a read; `answer` is what the service says now, nil where it is not asked.
  func read(_ key: MatchKey, _ subject: RequestSubject, _ answer: Answer?, fault: SilentFault?) -> Verdict {
    self.state.withLock { state in
      guard var known = state.keys[key] ?? (state.keys.count < Self.mostKeys ? Key() : nil) else { return .asIs }
      defer { state.keys[key] = known }
      let written = subject.names.reduce(state.everything) { max($0, state.written[$1] ?? 0) }
      if known.writes < written {
        known.beforeWrite = known.answers.last
        known.writes = written
      }
      var verdict = Verdict.asIs
      switch fault {
      case .staleRead where written > 0: verdict = known.beforeWrite.map { .earlier($0) } ?? .absence
      case .staleAnswer(let count):
        let index = max(0, known.answers.count - count)
        if index < known.answers.count { verdict = .earlier(known.answers[index]) }
      default:
        if subject.names.contains(where: state.dropped.contains) {
          // The write was lost: what was there before is there still.
          return known.answers.last.map { .earlier($0) } ?? .absence
        }
      }
      if let answer, state.bytes + answer.bytes <= Self.mostBytes {
        while known.answers.count >= state.lookback { state.bytes -= known.answers.removeFirst().bytes }
        known.answers.append(answer)
        state.bytes += answer.bytes
      }
      return verdict
    }
  }

  /// - Returns: Whether it is remembered. A write that is dropped is one of which later reads must know nothing.
  @discardableResult
  func wrote(_ subject: RequestSubject, isDropped: Bool) -> Bool {
    self.state.withLock { state in
      guard !isDropped else {
        guard state.dropped.count < Self.mostKeys else { return false }
        state.dropped.formUnion(subject.names)
        return true
      }
      state.writes += 1
      state.dropped.subtract(subject.names)
      if subject.isEverything {
        state.everything = state.writes
        state.dropped.removeAll()
      }
      for name in subject.names where state.written[name] != nil || state.written.count < Self.mostKeys {
        state.written[name] = state.writes
      }
      return true
    }
  }

  func reset() {
    self.state.withLock { state in
      let lookback = state.lookback
      state = State()
      state.lookback = lookback
    }
  }
}
