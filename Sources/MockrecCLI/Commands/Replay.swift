import ArgumentParser
import MockrecKit

extension MissRule: ExpressibleByArgument {}

extension StreamTiming: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

struct Replay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve cassettes as mocks.",
    usage: """
      mockrec replay [SERVICE…] [--overlay FILE]… [--seed N] [--on-miss fail|forward|record] [-- COMMAND…]
      mockrec replay --wire http --cassette DIR --listen HOST:PORT [--real URL] [-- COMMAND…]
      """,
    discussion: """
      A request that no recorded exchange answers is a miss: the client gets status 501 with the nearest entries and \
      what differs in each, and the run exits with 1. --on-miss forward asks the real service instead, --on-miss record \
      keeps its answer as well. --overlay lays faults over the services, the same ones with the same --seed. A run that \
      served no request, and one with a rule that never fired, exits with 1, unless --allow-vacuous is given.
      """)

  @OptionGroup var service: ServiceOptions
  @Option(help: ArgumentHelp("Lay the faults of this file over the services; may be repeated.", valueName: "file"))
  var overlay: [String] = []
  @Option(help: "The seed of every decision; one is drawn and printed without it.") var seed: UInt64?
  @Option(help: "What becomes of a request that nothing recorded answers.") var onMiss: MissRule = .fail
  @Flag(help: "Let a run pass that served no request, or had a rule that never fired.") var allowVacuous = false
  @Option(
    help: ArgumentHelp(
      "How fast recorded streams are replayed: none, recorded, or a factor of the recorded times.",
      valueName: "timing"))
  var streamTiming: StreamTiming?
  @Option(help: ArgumentHelp("Event loops; one a processor without it.", valueName: "n")) var threads: Int?

  @Option(help: ArgumentHelp("Let tests steer the run over HTTP here (port 0 for a free one).", valueName: "host:port"))
  var control: String?
  @Option(help: ArgumentHelp("What clients of the control API have to send as a Bearer token.", valueName: "token"))
  var controlToken: String?
  @Option(help: ArgumentHelp("A header whose value names a session, such as X-Request-ID.", valueName: "name"))
  var sessionHeader: String?

  func run() async throws {
    var options = try self.service.resolved(discovery: self.onMiss == .fail ? .recorded : .anything)
    options.command = WrappedCommand.words
    options.allowVacuous = self.allowVacuous
    options.threads = self.threads
    if let timing = self.streamTiming {
      for index in options.services.indices { options.services[index].streamTiming = timing }
    }
    options.overlays = self.overlay
    options.commandLine = ["mockrec"] + CommandLine.arguments.dropFirst()
    if let seed = self.seed { options.seed = seed }
    options.control = try self.controlOptions()
    let summary = try await Mockrec.replay(options, onMiss: self.onMiss, console: Terminal.console)
    Terminal.console.message(summary.text)
    throw ExitCode(summary.worst)
  }

  private func controlOptions() throws -> ControlOptions? {
    guard let control = self.control else {
      guard self.controlToken == nil, self.sessionHeader == nil else {
        throw ValidationError("--control-token and --session-header go with --control")
      }
      return nil
    }
    do throws(HostPort.Problem) {
      return ControlOptions(
        address: try HostPort(parsing: control), token: self.controlToken,
        sessionHeader: self.sessionHeader)
    } catch {
      throw ValidationError("--control: \(error.message); \(error.fix)")
    }
  }
}
