import ArgumentParser
import MockrecCore
import MockrecKit

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a commented mockrec.yaml into this folder.",
    discussion:
      "A mockrec.yaml that is there already is left alone. In a git repository, .mockrec/ is ignored from then on.")

  @Flag(help: "Name the services whose cassettes were recorded without a mockrec.yaml.") var fromCassettes = false

  func run() throws {
    do throws(Diagnostic) {
      let text = self.fromCassettes ? try InitTemplate.textFromCassettes() : InitTemplate.text
      for path in try InitTemplate.write(text) { Terminal.console.message("wrote \(path)\n") }
      if self.fromCassettes {
        Terminal.console.message(
          "from now on a command finds each service at the address in its variable, and no longer through a proxy\n")
      }
    } catch {
      throw Failure(ExitStatus.usage, error.description)
    }
  }
}
