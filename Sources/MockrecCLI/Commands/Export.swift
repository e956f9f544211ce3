import ArgumentParser
import Foundation
import MockrecCore
import MockrecKit

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make of cassettes what other tools read.",
    usage: "mockrec export har [SERVICE…|--cassette DIR] [-o FILE]", subcommands: [HAR.self])

  struct HAR: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "har", abstract: "Make an HTTP Archive (HAR 1.2) of cassettes.",
      usage: """
        mockrec export har [SERVICE…] [-o FILE]
        mockrec export har --cassette DIR [--real URL] [-o FILE]
        """,
      discussion: """
        `mockrec import har` makes the same cassettes of it again, but for what is listed: a HAR holds no trailing \
        fields, no asserts, and no compressed bodies. Secrets were replaced when they were recorded.
        """)

    @Argument(help: "Services of mockrec.yaml; all of them when none is named.") var services: [String] = []
    @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
    var config: String?
    @Option(help: ArgumentHelp("Without mockrec.yaml: the cassette's folder.", valueName: "dir")) var cassette: String?
    @Option(help: ArgumentHelp("Without mockrec.yaml: the real service, whose URLs are written.", valueName: "url"))
    var real: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("Write to this file, not to standard output.", valueName: "file"))
    var output: String?

    func run() throws {
      let (text, summary) = try Mockrec.exportHAR(try self.options())
      if let output = self.output, output != "-" {
        do {
          try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
          throw Failure(
            ExitStatus.usage, "error: cannot write \(output): \((error as NSError).localizedDescription)")
        }
      } else {
        Terminal.console.output(text)
      }
      Terminal.console.message(summary.text)
      throw ExitCode(summary.exitStatus)
    }

    private func options() throws -> RunOptions {
      guard let cassette = self.cassette else {
        guard self.real == nil else {
          throw ValidationError("--real goes with --cassette; a service of mockrec.yaml has its own")
        }
        return try Mockrec.options(
          config: self.config, services: self.services, environment: ProcessInfo.processInfo.environment)
      }
      guard self.services.isEmpty, self.config == nil else {
        throw ValidationError("--cassette names a cassette of its own: name no service, and no --config")
      }
      return try Mockrec.options(wire: "http", cassette: cassette, real: self.real)
    }
  }
}
