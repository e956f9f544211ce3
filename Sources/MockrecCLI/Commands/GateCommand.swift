import ArgumentParser
import Foundation
import MockrecKit

struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate", abstract: "Fail where a cassette was not verified lately, or has changed since.",
    usage: """
      mockrec gate [SERVICE…] [--max-age 7d]
      mockrec gate --cassette DIR [--max-age 7d]
      """,
    discussion: """
      A `mockrec verify` that passes writes verified.json into each cassette that it asked of. gate reads those and asks \
      no service: it is for every commit, where verify is for every night.

      Exit status: 0 every cassette was verified lately; 1 one has no receipt, an old one, or has changed since; 65 a \
      receipt does not parse.
      """)

  @Argument(help: "Services of mockrec.yaml; all of them when none is named.") var services: [String] = []
  @Option(help: ArgumentHelp("How long ago a verification may be: 12h, 7d.", valueName: "time")) var maxAge = "7d"
  @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
  var config: String?
  @Option(help: ArgumentHelp("Without mockrec.yaml: the cassette's folder.", valueName: "dir")) var cassette: String?

  func run() throws {
    guard let age = Duration(parsing: self.maxAge, upTo: .seconds(100 * 366 * 86_400)) else {
      throw ValidationError("--max-age \(self.maxAge): write it as a whole number with s, m, h or d, such as 7d")
    }
    let summary = try Mockrec.gate(try self.options(), maximumAge: age)
    Terminal.console.output(summary.text)
    throw ExitCode(summary.exitStatus)
  }

  private func options() throws -> RunOptions {
    guard let cassette = self.cassette else {
      return try Mockrec.options(
        config: self.config, services: self.services, environment: ProcessInfo.processInfo.environment)
    }
    guard self.services.isEmpty, self.config == nil else {
      throw ValidationError("--cassette names a cassette of its own: name no service, and no --config")
    }
    return try Mockrec.options(wire: "http", cassette: cassette)
  }
}
