import ArgumentParser
import Foundation
import MockrecKit

struct MergeDriver: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge-driver", abstract: "Merge two recordings by meaning: what git calls for .hurl files.",
    usage: "mockrec merge-driver %O %A %B %P",
    discussion: """
      git config merge.mockrec.driver 'mockrec merge-driver %O %A %B %P' and a line `*.hurl merge=mockrec` in \
      .gitattributes make git call it. Header fields, lines of sections, asserts, comments and the places of JSON bodies \
      are merged one by one; what contradicts is left between conflict markers.

      Exit status: 0 merged; 1 something contradicts.
      """)

  @Argument(help: "The common ancestor: %O.") var base: String
  @Argument(help: "Our version, which is overwritten with the result: %A.") var ours: String
  @Argument(help: "Their version: %B.") var theirs: String
  @Argument(help: "The file's name, for messages: %P.") var path: String?

  func run() throws {
    let merge = Mockrec.merge(
      base: try Input.read(self.base), ours: try Input.read(self.ours), theirs: try Input.read(self.theirs))
    try Data(merge.text.utf8).write(to: URL(fileURLWithPath: self.ours))
    guard !merge.contradictions.isEmpty else { return }
    Terminal.console.message(
      "\(self.path ?? self.ours): both changed \(merge.contradictions.joined(separator: ", "))\n")
    throw ExitCode(ExitStatus.finding)
  }
}
