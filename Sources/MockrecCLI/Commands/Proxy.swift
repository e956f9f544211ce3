import ArgumentParser
import MockrecKit

struct Proxy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stand in front of real services and let faults happen; nothing is recorded.",
    usage: """
      mockrec proxy [SERVICE…] --overlay FILE… [--seed N] [-- COMMAND…]
      mockrec proxy --wire http --real URL --listen HOST:PORT --overlay FILE… [-- COMMAND…]
      """,
    discussion: """
      Each request goes to the real service, but for those that a rule of an overlay concerns: these get their fault, the \
      same ones with the same --seed. A fault that is `recorded` takes its answer from the service's cassette. A byte \
      stream that no rule concerns is forwarded as it is, and so are datagrams, which no rule may concern. A run in which no request came, or a rule never fired, exits with 1, unless \
      --allow-vacuous is given; one that cannot reach the real service at all with 69.
      """)

  @OptionGroup var service: ServiceOptions
  @Option(help: ArgumentHelp("Lay the faults of this file over the services; may be repeated.", valueName: "file"))
  var overlay: [String] = []
  @Option(help: "The seed of every decision; one is drawn and printed without it.") var seed: UInt64?
  @Flag(help: "Let a run pass that forwarded no request, or had a rule that never fired.") var allowVacuous = false
  @Option(help: ArgumentHelp("Event loops; one a processor without it.", valueName: "n")) var threads: Int?

  func run() async throws {
    var options = try self.service.resolved(needsCassette: false)
    guard !self.overlay.isEmpty || options.services.contains(where: { !$0.overlays.isEmpty }) else {
      throw ValidationError("there is nothing to lay over the services: give --overlay FILE")
    }
    options.command = WrappedCommand.words
    options.allowVacuous = self.allowVacuous
    options.threads = self.threads
    options.overlays = self.overlay
    options.commandLine = ["mockrec"] + CommandLine.arguments.dropFirst()
    if let seed = self.seed { options.seed = seed }
    let summary = try await Mockrec.proxy(options, console: Terminal.console)
    Terminal.console.message(summary.text)
    throw ExitCode(summary.worst)
  }
}
