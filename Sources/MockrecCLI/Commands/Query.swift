import ArgumentParser
import MockrecKit

struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what a JSONPath (RFC 9535) selects, as a JSON array.", usage: "mockrec query EXPR [FILE]")

  @Argument(help: "The JSONPath, such as '$.items[*].id'.") var expression: String
  @Argument(help: "A file with JSON; standard input without it.") var file: String?

  func run() throws {
    Terminal.console.output(try Mockrec.query(self.expression, in: try Input.read(self.file)) + "\n")
  }
}
