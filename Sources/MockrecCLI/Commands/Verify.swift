import ArgumentParser
import MockrecKit

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "x")
}
