import ArgumentParser
import MockrecKit

extension VerifyOptions.Only: ExpressibleByArgument {}
extension VerifyOptions.FailOn: ExpressibleByArgument {}

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the same contracts against the fake and the real service, and say who is wrong.",
    usage: """
      mockrec verify [CONTRACT…] [--service NAME]… [--only fake|real] [--samples N] [--jobs N] [--report KIND=FILE]…
      mockrec verify --wire http --cassette DIR --real URL [--include-unsafe]
      mockrec verify --only real FILE.hurl [--variable NAME=VALUE]… [--variables-file FILE]
      """,
    discussion: """
      Without CONTRACT, the contracts below contracts/ are run, and where there is no such folder, all cassettes. The folder of a cassette as CONTRACT, or --wire and \
      --cassette, makes every recorded exchange a contract: safe requests only, unless --include-unsafe is given. \
      Requests whose secrets the cassette does not hold are skipped, unless --header gives them. A Hurl file whose URLs \
      are whole needs no mockrec.yaml.

      Marks before an entry: # @only real or # @only fake (who is asked), # @setup and # @teardown (asked, not judged), \
      # @safe and # @unsafe (whether it may be asked several times).

      agree: both meet the contract, and the fake differs from the real one in noise only. drift: the fake is wrong. \
      broken: the real service does not meet the contract. unstable: it does not agree with itself. unreachable: it gave \
      no answer, and nothing is known.

      Drift is breaking, compatible or cosmetic, by docs/drift.md and by `drift` in mockrec.yaml; all of it is shown, \
      and what is breaking fails the run, or with --fail-on any what is compatible, too. A run that passes leaves \
      verified.json in each cassette that it asked of, for `mockrec gate`; what drifted is left in .mockrec/heal.json, for \
      `mockrec heal`.

      Exit status: 0 nothing failed; 1 breaking drift, a broken contract, or nothing checked; 65 a file does not parse; 69 the real \
      service cannot be reached.
      """)

  @Argument(help: "Contract files, or folders of them; contracts/ without any, or all cassettes.") var contracts:
    [String] = []
  @Option(help: ArgumentHelp("Only this service of mockrec.yaml; may be repeated.", valueName: "name"))
  var service: [String] = []
  @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
  var config: String?
  @Option(help: ArgumentHelp("Without mockrec.yaml: the protocol, such as http.", valueName: "wire")) var wire: String?
  @Option(help: ArgumentHelp("Without mockrec.yaml: the cassette's folder.", valueName: "dir")) var cassette: String?
  @Option(help: ArgumentHelp("Without mockrec.yaml: the real service.", valueName: "url")) var real: String?
  @Option(help: ArgumentHelp("Without mockrec.yaml: where messages of the wire tcp end.", valueName: "framing"))
  var framing: String?

  @Option(
    help: ArgumentHelp(
      "Without mockrec.yaml: a FileDescriptorSet that describes the messages of the wire grpc.", valueName: "file"))
  var protoDescriptor: String?
  @OptionGroup var realTLS: TLSOptions
  @Option(help: "Ask one side alone.") var only: VerifyOptions.Only?
  @Option(help: ArgumentHelp("Ask the real service so often where that is safe.", valueName: "n")) var samples = 2
  @Option(help: ArgumentHelp("Run so many contracts at once.", valueName: "n")) var jobs = 4
  @Option(help: "From which severity on drift fails the run.") var failOn: VerifyOptions.FailOn = .breaking
  @Option(
    help: ArgumentHelp("Write a report: json, junit, sarif, markdown or html; may be repeated.", valueName: "kind=file")
  )
  var report: [String] = []
  @Option(help: ArgumentHelp("Keep the history in this file instead of .mockrec/history.sqlite.", valueName: "file"))
  var history: String?
  @Option(help: ArgumentHelp("A value for {{name}} in contracts.", valueName: "name=value")) var variable: [String] = []
  @Option(help: ArgumentHelp("Values for contracts, a line name=value each.", valueName: "file"))
  var variablesFile: [String] = []
  @Option(help: ArgumentHelp("A header for recorded requests, such as credentials.", valueName: "name: value"))
  var header: [String] = []
  @Flag(help: "Send recorded requests that change the real service, too.") var includeUnsafe = false
  @Flag(help: "Let a run pass that checked nothing.") var allowVacuous = false
  @Option(help: "The seed of every decision; one is drawn and printed without it.") var seed: UInt64?

  func run() async throws {
    Mockrec.returnFreedMemory()
    var (options, verify) = try VerifySources(self).resolved()
    options.allowVacuous = self.allowVacuous
    options.historyFile = self.history
    if let seed = self.seed { options.seed = seed }
    verify.only = self.only
    verify.samples = self.samples
    verify.jobs = self.jobs
    verify.failOn = self.failOn
    verify.includesUnsafe = self.includeUnsafe
    verify.reports = try ReportFile.parse(self.report)
    verify.headers = try Pairs.headers(self.header)
    verify.variables = try Variables.all(files: self.variablesFile, options: self.variable)
    let summary = try await Mockrec.verify(options, verify, console: Terminal.console)
    Terminal.console.output(summary.text)
    throw ExitCode(summary.exitStatus)
  }
}
