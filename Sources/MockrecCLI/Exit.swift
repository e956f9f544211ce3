import ArgumentParser
import Foundation
import MockrecCore
import MockrecKit

/// Ends the process with the status that an error stands for.
enum Exit {
  static func with(_ error: any Error) -> Never {
    switch error {
    case let failure as Failure:
      Terminal.console.message("\(failure.description)\n")
      self.leave(failure.exitStatus)
    case let refusal as CommandNotStarted:
      Terminal.console.message("\(refusal.diagnostic)\n")
      self.leave(refusal.status)
    case let problem as Diagnostic:
      Terminal.console.message("\(problem)\n")
      self.leave(ExitStatus.data)
    case let problems as Diagnostics:
      Terminal.console.message("\(problems)\n")
      self.leave(ExitStatus.data)
    case let code as ExitCode:
      self.leave(code.rawValue)
    default:
      let code = MockrecCommand.exitCode(for: error).rawValue
      // Whatever is not ArgumentParser's own word is a fault of ours.
      if code == EXIT_FAILURE {
        Terminal.console.message("error: \(error)\n")
        self.leave(ExitStatus.software)
      }
      MockrecCommand.exit(withError: error)
    }
  }

  /// Ends the process without the C library's clearing up: event loops that were told to end may still do so, and what
  /// they run with must not be taken from them.
  static func leave(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
  }
}
