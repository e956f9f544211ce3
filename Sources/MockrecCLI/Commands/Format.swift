import ArgumentParser
import Foundation
import MockrecKit

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Format cassettes and contracts.", usage: "mockrec fmt [--check] FILE-OR-DIR…",
    discussion: "With --check nothing is written: files that are not formatted are named, and the exit status is 1.")

  @Flag(help: "Only tell which files are not formatted.") var check = false
  @Argument(help: "Files, or folders whose .hurl files are meant; - for standard input.") var paths: [String]

  func run() throws {
    var unformatted = 0
    for path in try self.paths.flatMap(Files.hurl) {
      let source = try Input.read(path)
      let text = try Mockrec.format(source)
      if path == "-" && !self.check {
        Terminal.console.output(text)
      } else if Array(text.utf8) != source.bytes {
        unformatted += 1
        if self.check {
          Terminal.console.output("\(source.name)\n")
        } else {
          try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
          Terminal.console.message("formatted \(path)\n")
        }
      }
    }
    if self.check, unformatted > 0 { throw ExitCode(ExitStatus.finding) }
  }
}
