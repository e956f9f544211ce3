import ArgumentParser
import MockrecKit

struct RecipesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipes",
    abstract: "List the faults that have a name, or print one for an overlay.",
    usage: "mockrec recipes [NAME]",
    discussion: """
      A rule of an overlay may say `recipe: NAME` in the place of a `fault`: what a service that people have says when it \
      fails, in its own words. Without NAME each recipe is listed, with what it does and where its text comes from. With \
      NAME, its fault is printed as YAML, to be put into a rule and changed there.
      """)

  @Argument(help: "A recipe, such as redis/oom.") var name: String?

  func run() throws { Terminal.console.output(try Mockrec.recipes(self.name)) }
}
