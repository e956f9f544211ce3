import MockrecCore

/// What a sweep came to: exchanges down, faults across.
struct SweepReport: Sendable {
  enum Outcome: Sendable, Hashable {
    case survived
    case failed(Int32)
    case timedOut
    /// The command did not ask for the exchange, or not so far: nothing is known.
    case notFired
    /// The sweep was interrupted before.
    case notRun
    /// The fault has no meaning for the wire.
    case impossible

    var word: String {
      switch self {
      case .survived: "survived"
      case .failed: "failed"
      case .timedOut: "timed out"
      case .notFired: "not fired"
      case .notRun: "not run"
      case .impossible: "impossible"
      }
    }

    /// For the matrix of a terminal.
    var short: String {
      switch self {
      case .survived: "ok"
      case .failed(let status): "exit \(status)"
      case .timedOut: "timeout"
      case .notFired: "."
      case .notRun: "?"
      case .impossible: "-"
      }
    }

    var isFailure: Bool {
      switch self {
      case .failed, .timedOut: true
      default: false
      }
    }
  }

  struct Cell: Sendable {
    var fault: String
    var outcome: Outcome
    var duration = Duration.zero
    var fired = 0
    var missed = 0
    /// The overlay's file, and the command line that has the run again; empty for a cell that cannot be.
    var overlay = ""
    var again = ""
    /// The last of what the command said, without secrets.
    var output = ""
  }

  struct Row: Sendable {
    var service: String
    var entry: String
    /// In a line, without secrets.
    var request: String
    var cells: [Cell]
  }

  var seed: UInt64
  var command: String
  var baseline: Duration
  var faults: [String]
  var rows: [Row]
  var wasInterrupted: Bool

  var cells: [Cell] { self.rows.flatMap(\.cells) }

  func count(_ word: String) -> Int { self.cells.count { $0.outcome.word == word } }

  /// Whether no fault fired at all.
  var isVacuous: Bool { !self.cells.contains { $0.outcome == .survived || $0.outcome.isFailure } }

  var exitStatus: Int32 {
    self.wasInterrupted || self.isVacuous || self.cells.contains { $0.outcome.isFailure }
      ? ExitStatus.finding : ExitStatus.fine
  }

  /// The counts in a line.
  var counts: String {
    ["survived", "failed", "timed out", "not fired", "not run"].compactMap { word in
      let count = self.count(word)
      return count > 0 || word == "survived" ? "\(word) \(count)" : nil
    }
    .joined(separator: ", ")
  }
}
