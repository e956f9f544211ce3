import ArgumentParser
import MockrecCore
import MockrecKit

extension RecordMode: ExpressibleByArgument {}

struct Record: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stand between a client and real services, and keep every exchange in a cassette.",
    usage: """
      mockrec record [SERVICE…] [--mode append|overwrite|once|never] [-- COMMAND…]
      mockrec record --wire http --real URL --listen HOST:PORT --cassette DIR [-- COMMAND…]
      """,
    discussion: """
      append (the default) adds what the cassette lacks and leaves all else as it is; overwrite makes the cassette what \
      this run records; once records only into an empty cassette; never only forwards.

      With -- COMMAND, the command runs with each service's address in its environment, and its exit status is passed \
      on. Without it, mockrec serves until SIGINT or SIGTERM.
      """)

  @OptionGroup var service: ServiceOptions
  @Option(help: "What to do with what the cassette holds already.") var mode: RecordMode?

  func run() async throws {
    var options = try self.service.resolved()
    options.command = WrappedCommand.words
    let summary = try await Mockrec.record(
      options, mode: self.mode ?? options.recordMode ?? .append, console: Terminal.console)
    Terminal.console.message(summary.text)
    throw ExitCode(summary.worst)
  }
}
