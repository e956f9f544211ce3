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
      exit(failure.exitStatus)
    case let refusal as CommandNotStarted:
      Terminal.console.message("\(refusal.diagnostic)\n")
      exit(refusal.status)
    case let problem as Diagnostic:
      Terminal.console.message("\(problem)\n")
      exit(ExitStatus.data)
    case let problems as Diagnostics:
      Terminal.console.message("\(problems)\n")
      exit(ExitStatus.data)
    default:
      let code = MockrecCommand.exitCode(for: error).rawValue
      // Whatever is not ArgumentParser's own word is a fault of ours.
      if code == EXIT_FAILURE, !(error is ExitCode) {
        Terminal.console.message("error: \(error)\n")
        exit(ExitStatus.software)
      }
      MockrecCommand.exit(withError: error)
    }
  }
}
