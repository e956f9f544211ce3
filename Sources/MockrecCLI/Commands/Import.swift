import ArgumentParser
import Foundation
import MockrecCore
import MockrecKit

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make cassettes or contracts of what other tools saved.",
    usage: """
      mockrec import har FILE [--origin URL] [--cassette DIR] [--service NAME]
      mockrec import postman FILE [--contracts DIR]
      """,
    subcommands: [HAR.self, Postman.self])

  struct HAR: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "har", abstract: "Make cassettes of an HTTP Archive (HAR 1.2), as browsers save it.",
      usage: "mockrec import har FILE [--origin URL] [--cassette DIR] [--service NAME]",
      discussion: """
        Each exchange becomes an entry as `mockrec record` would have written it, secrets replaced. The exchanges of an \
        origin go into the cassette of the service of mockrec.yaml with that address, else of one named after the host.

        What is left out, and what a HAR does not say, is listed. Exit status: 1 nothing was imported; 65 the file is no \
        HAR, and nothing was written.
        """)

    @Argument(help: "The file; - for standard input.") var file: String
    @Option(help: ArgumentHelp("Take the exchanges with this origin only.", valueName: "url")) var origin: String?
    @Option(help: ArgumentHelp("The cassette's folder, where it is one cassette.", valueName: "dir"))
    var cassette: String?
    @Option(help: ArgumentHelp("The service that the exchanges are of.", valueName: "name")) var service: String?
    @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
    var config: String?
    @Option(help: "What to do with what the cassette holds already.") var mode: RecordMode = .append

    func run() throws {
      var options = ImportOptions()
      options.cassette = self.cassette
      options.service = self.service
      options.config = self.config
      options.mode = self.mode
      options.environment = ProcessInfo.processInfo.environment
      if let origin = self.origin { options.origin = try Self.origin(origin) }
      let summary = try Mockrec.importHAR(try Input.read(self.file), options, console: Terminal.console)
      Terminal.console.message(summary.text)
      throw ExitCode(summary.exitStatus)
    }

    static func origin(_ text: String) throws -> RealURL {
      do throws(RealURL.Problem) {
        return try RealURL(parsing: text, schemes: ["http", "https"])
      } catch {
        throw ValidationError("--origin: \(error.message); \(error.fix)")
      }
    }
  }

  struct Postman: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make contracts of a Postman collection (format 2.1).",
      usage: "mockrec import postman FILE [--contracts DIR]",
      discussion: """
        Each request becomes a .hurl file, in folders as the collection has them. Variables stay variables, and their \
        values go into a file for --variables-file, but for secrets. A saved response says which status is expected.

        What cannot be translated is listed. Exit status: 1 nothing was made; 64 other files are in the way; 65 the file \
        is no such collection, and nothing was written.
        """)

    @Argument(help: "The file; - for standard input.") var file: String
    @Option(help: ArgumentHelp("Where the contracts go.", valueName: "dir")) var contracts = "contracts"

    func run() throws {
      let summary = try Mockrec.importPostman(try Input.read(self.file), contracts: self.contracts)
      Terminal.console.message(summary.text)
      throw ExitCode(summary.exitStatus)
    }
  }
}
