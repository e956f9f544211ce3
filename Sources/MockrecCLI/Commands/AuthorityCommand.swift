import ArgumentParser
import Foundation
import MockrecKit

struct AuthorityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ca",
    abstract: "Show mockrec's own certificate authority, which listeners with TLS need.",
    discussion: """
      The authority is made by the first run that needs it, in .mockrec/ca beside mockrec.yaml. Its key is readable by \
      its owner only, and never leaves the folder.
      """,
    subcommands: [Path.self, InstallHint.self])

  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print where its certificate lies, as PEM.")

    func run() throws { Terminal.console.output("\(try AuthorityCommand.path())\n") }
  }

  struct InstallHint: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "install-hint", abstract: "Tell how clients and systems are told to trust it.")

    func run() throws { Terminal.console.output(Mockrec.authorityHint(path: try AuthorityCommand.path())) }
  }

  private static func path() throws -> String {
    try Mockrec.authorityPath(environment: ProcessInfo.processInfo.environment)
  }
}
