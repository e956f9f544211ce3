import ArgumentParser
import Foundation
import MockrecKit

struct Heal: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Edit the cassettes so that the fakes agree with the real services again.",
    usage: "mockrec heal [--apply]",
    discussion: """
      From the last `mockrec verify`: the smallest edit of each recorded entry that drifted. Only what differs is \
      changed; noise, asserts and comments stay as they are. Without --apply it prints a unified diff, for \
      `git apply` and for reading. Secrets in it are redacted as in a recording.

      Drift of hand-written contracts, of wires other than http, and of files that have changed since is not healed: \
      each is named.

      Exit status: 0 nothing is left to heal, or it is all in the diff; 1 drift that is not healed; 64 there was no \
      verification; 65 what it left does not parse.
      """)

  @Flag(help: "Write the files.") var apply = false
  @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
  var config: String?

  func run() throws {
    let summary = try Mockrec.heal(
      apply: self.apply, config: self.config, environment: ProcessInfo.processInfo.environment,
      console: Terminal.console)
    Terminal.console.output(summary.text)
    throw ExitCode(summary.exitStatus)
  }
}
