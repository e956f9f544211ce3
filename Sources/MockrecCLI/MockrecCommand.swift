import ArgumentParser
import MockrecKit

@main
struct MockrecCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mockrec",
    abstract: "Record real services, replay them as mocks, and verify that the mocks still tell the truth.",
    version: Mockrec.version,
    subcommands: [
      Init.self, Record.self, Replay.self, Proxy.self, Sweep.self, Verify.self, Heal.self, GateCommand.self,
      HistoryCommand.self,
      Explain.self,
      Query.self, Format.self, Import.self, Export.self, Diff.self, MergeDriver.self, Lint.self, RecipesCommand.self,
      AuthorityCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot(WrappedCommand.own)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      Exit.leave(ExitStatus.fine)
    } catch {
      Exit.with(error)
    }
  }
}
