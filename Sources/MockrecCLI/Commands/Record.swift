import ArgumentParser
import MockrecCore
import MockrecKit

extension RecordMode: ExpressibleByArgument {}

struct Record: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stand between a client and real services, and keep every exchange in a cassette.",
    usage: """
      mockrec record [SERVICE…] [--mode append|overwrite|once|never] [--samples N] [-- COMMAND…]
      mockrec record --wire http --real URL --listen HOST:PORT --cassette DIR [-- COMMAND…]
      """,
    discussion: """
      append (the default) adds what the cassette lacks and leaves all else as it is; overwrite makes the cassette what \
      this run records; once records only into an empty cassette; never only forwards.

      Without mockrec.yaml and with -- COMMAND, everything is recorded that the command asks of other services over HTTP: \
      it is told to ask through a proxy of mockrec's and to trust its certificates, and each service gets a cassette of \
      its own in cassettes/.

      With --samples N, each safe request that is new is asked again N times when the recording ends. What differs from \
      answer to answer is noise: its form is written into the entry, for verify to know.

      With -- COMMAND, the command runs with each service's address in its environment, and its exit status is passed \
      on. Without it, mockrec serves until SIGINT or SIGTERM.
      """)

  @OptionGroup var service: ServiceOptions
  @Option(help: "What to do with what the cassette holds already.") var mode: RecordMode?

  @Option(help: ArgumentHelp("Ask safe requests again so often, and learn what varies.", valueName: "n"))
  var samples = 0

  @Flag(help: "Note beside each new entry how long the service took, for overlays with `timing`.") var timings = false

  func validate() throws {
    guard self.samples == 0 || (2...100).contains(self.samples) else {
      throw ValidationError("--samples \(self.samples): take 2 to 100, as one answer cannot differ from itself")
    }
  }

  func run() async throws {
    var options = try self.service.resolved(discovery: .anything)
    options.recordSamples = self.samples
    options.recordTimings = self.timings
    options.command = WrappedCommand.words
    let summary = try await Mockrec.record(
      options, mode: self.mode ?? options.recordMode ?? .append, console: Terminal.console)
    Terminal.console.message(summary.text)
    throw ExitCode(summary.worst)
  }
}
