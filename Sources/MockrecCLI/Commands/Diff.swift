import ArgumentParser
import MockrecKit

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two cassettes by meaning.", usage: "mockrec diff A B [--wire WIRE]",
    discussion: """
      Entries are paired by what makes their requests equal, whatever their files are called, and their answers are \
      compared as verify compares them (docs/drift.md): a line with - is A's, one with + is B's. Spelling, layout and \
      comments say nothing, nor does what either cassette knows as noise.

      Exit status: 0 equal by meaning; 1 different; 64 there is no such cassette; 65 one does not parse.
      """)

  @Argument(help: "The folder of a cassette.") var a: String
  @Argument(help: "The folder of the other one.") var b: String
  @Option(help: ArgumentHelp("The protocol; without it, that of the first entry.", valueName: "wire")) var wire: String?

  func run() throws {
    let summary = try Mockrec.diff(self.a, self.b, wire: self.wire)
    Terminal.console.output(summary.text)
    throw ExitCode(summary.exitStatus)
  }
}
