import ArgumentParser
import MockrecKit

struct Sweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a command once for each recorded exchange and kind of fault, and see what it survives.",
    usage: """
      mockrec sweep [--service NAME]… [--faults A,B,…] [--only GLOB] [--jobs N] -- COMMAND…
      mockrec sweep --wire http --cassette DIR … -- COMMAND…
      """,
    discussion: """
      First the command runs without faults, and has to pass. Then it runs once for each exchange and fault: the first \
      request of that exchange gets it, with --always each one. The command survives by ending with 0. Each run has its \
      services on free ports of their own, told by their environment variables, and a journal of its own in \
      .mockrec/sweep. Shown are a matrix and, for what was not survived, the command line that has it again.

      Faults: a status such as 503 (http), error (redis), hang, latency or latency=2s, reset, refuse, empty, garbage, \
      truncate, corrupt, close-early, malformed-chunk, and the names that mockrec recipes lists.

      Exit status: 0 every fault that fired was survived; 1 one was not, none fired, or the command fails by itself.
      """)

  @Option(help: ArgumentHelp("Sweep this service; all of them without it. May be repeated.", valueName: "name"))
  var service: [String] = []
  @Option(help: ArgumentHelp("Kinds of faults, with commas between them.", valueName: "a,b,…")) var faults: String?
  @Option(help: ArgumentHelp("Only exchanges whose file or request matches this pattern.", valueName: "glob"))
  var only: String?
  @Option(help: ArgumentHelp("Run so many commands at once.", valueName: "n")) var jobs = 1
  @Option(help: ArgumentHelp("End a run that takes longer.", valueName: "time")) var timeout = "30s"
  @Flag(help: "Let every request of an exchange have its fault.") var always = false
  @Option(help: ArgumentHelp("Write a report: json=FILE or html=FILE. May be repeated.", valueName: "kind=file"))
  var report: [String] = []
  @Option(help: "The seed of every decision; one is drawn and printed without it.") var seed: UInt64?
  @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
  var config: String?
  @Option(help: ArgumentHelp("Without mockrec.yaml: the protocol, such as http.", valueName: "wire")) var wire: String?
  @Option(help: ArgumentHelp("Without mockrec.yaml: the cassette's folder.", valueName: "dir")) var cassette: String?
  @Option(help: ArgumentHelp("Without mockrec.yaml: where messages of the wire tcp end.", valueName: "framing"))
  var framing: String?

  func validate() throws {
    guard (1...64).contains(self.jobs) else { throw ValidationError("--jobs \(self.jobs): take 1 to 64") }
  }

  func run() async throws {
    var sweep = SweepOptions()
    sweep.services = self.service
    sweep.faults = self.faults?.split(separator: ",").map(String.init) ?? []
    sweep.only = self.only
    sweep.jobs = self.jobs
    sweep.timeout = try SweepOptions.timeout(parsing: self.timeout)
    sweep.always = self.always
    sweep.reports = try ReportFile.parse(self.report)
    var options = try self.services(&sweep)
    options.command = WrappedCommand.words
    if let seed = self.seed { options.seed = seed }
    let summary = try await Mockrec.sweep(options, sweep, console: Terminal.console)
    Terminal.console.output(summary.text)
    throw ExitCode(summary.exitStatus)
  }

  /// The services that every run has, and the words with which a replay has them.
  private func services(_ sweep: inout SweepOptions) throws -> RunOptions {
    var arguments: [String] = []
    for (name, value) in [
      ("--config", self.config), ("--wire", self.wire), ("--cassette", self.cassette), ("--framing", self.framing),
    ] {
      if let value { arguments += [name, value] }
    }
    let options = try ServiceOptions.parse(arguments).resolved()
    sweep.replayWords = arguments
    return try Mockrec.sweptServices(options, &sweep)
  }
}
