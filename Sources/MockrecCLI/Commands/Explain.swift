import ArgumentParser
import MockrecKit

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what each entry of a cassette or contract asks, serves, asserts, and knows of noise.",
    usage: "mockrec explain FILE-OR-DIR…")

  @Argument(help: "Files, or folders whose .hurl files are meant; - for standard input.") var paths: [String]

  func run() throws {
    for path in try self.paths.flatMap(Files.hurl) {
      Terminal.console.output(try Mockrec.explain(try Input.read(path)))
    }
  }
}
