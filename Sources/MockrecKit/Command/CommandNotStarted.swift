import Foundation
import MockrecCore

/// A command that never ran.
public struct CommandNotStarted: Error, Sendable, CustomStringConvertible {
  /// What mockrec exits with, as a shell would: 127 where there is no such program, 126 where it cannot be run.
  public var status: Int32
  public var diagnostic: Diagnostic

  init(status: Int32, _ diagnostic: Diagnostic) {
    self.status = status
    self.diagnostic = diagnostic
  }

  /// - Parameter failure: The `errno` of the system call that failed.
  init(_ program: String, failure: Int32) {
    let reason = String(cString: strerror(failure))
    self.init(status: 126, Diagnostic("`\(program)` cannot be started: \(reason)", fix: "see that the system has room"))
  }

  /// - Parameter failure: The `errno` of the attempt to run the program.
  init(_ program: String, failure: Int32, search: CommandSearch) {
    let present = search.candidates(for: program).first { access($0, F_OK) == 0 }
    switch (failure, present) {
    case (ENOENT, let present?):
      self.init(
        status: 127,
        Diagnostic("`\(present)` names an interpreter that is not there", fix: "see its first line, and install that"))
    case (ENOENT, nil), (ENOTDIR, nil):
      let nearest = search.nearest(to: program)
      self.init(
        status: 127,
        Diagnostic(
          "there is no command `\(program)`", nearest: nearest.map { "`\($0)`" },
          fix: program.contains("/") ? "check the path" : "check the name, or that its folder is in PATH"))
    case (EACCES, _):
      let file = present ?? program
      self.init(
        status: 126, Diagnostic("`\(file)` is not executable", fix: "chmod +x \(file), or name its interpreter first"))
    case (E2BIG, _):
      self.init(
        status: 126,
        Diagnostic("`\(program)` has more arguments than the system passes on", fix: "put them into a file"))
    default:
      let reason = String(cString: strerror(failure))
      self.init(status: 126, Diagnostic("`\(program)` cannot be run: \(reason)", fix: "run it without mockrec first"))
    }
  }

  public var description: String { self.diagnostic.description }
}
