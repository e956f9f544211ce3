import ArgumentParser
import Foundation
import MockrecKit

struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Find secrets that slipped in, ambiguous entries, mocks that never answer, and contracts that check nothing.",
    usage: "mockrec lint [FILE-OR-DIR…]",
    discussion: """
      Without FILE-OR-DIR, the cassettes of mockrec.yaml and contracts/ are looked at, or without mockrec.yaml cassettes/ \
      and contracts/. A folder of mockrec.yaml, one below cassettes/, and one with files of recorders' names, with `order`, \
      or with mocks, is a cassette; others hold contracts.

      Found are: secrets that a recorder would have replaced; recordings that claim the same turn among equal requests; \
      mocks that never answer, as another one takes all of theirs; body files that no entry names; contracts that pass whatever is answered; asserts that no run evaluates, as an \
      option skips their entry or as their cassette has no verified.json. A recording without a response does not parse.

      Exit status: 0 nothing found; 1 something found; 65 a file does not parse.
      """)

  @Argument(help: "Files, or folders whose .hurl files are meant.") var paths: [String] = []
  @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
  var config: String?

  func run() throws {
    let summary = try Mockrec.lint(
      self.paths, config: self.config, environment: ProcessInfo.processInfo.environment, files: Files.hurl)
    Terminal.console.output(summary.text)
    throw ExitCode(summary.exitStatus)
  }
}
