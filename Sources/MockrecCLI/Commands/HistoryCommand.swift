import ArgumentParser
import Foundation
import MockrecKit

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show what verifications found over time: first and last sight, flake rate, trend.",
    usage: "mockrec history [--service NAME] [--limit N] [--json] [--history FILE]",
    discussion: """
      new: the latest run that asked found it for the first time. standing: every run since its first sight found it. \
      flaky: it went and came back. gone: the latest run that asked did not find it. The flake rate is the share of the \
      runs from its first to its last sight that did not find it.
      """)

  @Option(help: ArgumentHelp("Only this service.", valueName: "name")) var service: String?
  @Option(help: ArgumentHelp("Show at most so many findings.", valueName: "n")) var limit = 50
  @Flag(help: "Print JSON.") var json = false
  @Option(help: ArgumentHelp("Read this file instead of .mockrec/history.sqlite.", valueName: "file"))
  var history: String?
  @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
  var config: String?

  func run() throws {
    guard self.limit > 0 else { throw ValidationError("--limit \(self.limit): show at least one finding") }
    let text = try Mockrec.history(
      at: self.history, config: self.config, service: self.service, limit: self.limit, asJSON: self.json,
      environment: ProcessInfo.processInfo.environment)
    Terminal.console.output(text)
  }
}
