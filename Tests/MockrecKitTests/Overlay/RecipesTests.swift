import Foundation
import MockrecCore
import MockrecEngine
import Testing

@testable import MockrecKit

@Suite("Recipes")
struct RecipesTests {
  @Test("each has its fault, its own name, a summary and a source", arguments: Recipes.table.map(\.name))
  func whole(name: String) throws {
    let texts = Recipes.table.filter { $0.name == name }
    #expect(texts.count == 1)
    let text = try #require(texts.first)
    #expect(!text.summary.isEmpty && !text.source.isEmpty)
    // What does not parse is told by its own problem.
    _ = try OverlayFile.node(text.text, name: name)
    #expect(Recipes.all[name]?.wire == text.wire)
    let wire = try Wires.named(text.wire)
    var words = try OverlayFields(try #require(Recipes.all[name]).fault, of: "`fault`")
    #expect(try wire.faultReply(&words) { _ throws(Diagnostic) in [] } != nil)
    #expect(words.fields.isEmpty, "a word that the wire does not know")
  }

  @Test("what is printed of one is a rule's fault", arguments: Recipes.table.map(\.name))
  func printed(name: String) throws {
    let fault = try Mockrec.recipes(name).split(separator: "\n").map { "    \($0)\n" }.joined()
    let written = try OverlayFile.parse("rules:\n  - service: a\n\(fault)", path: "a.yaml")
    let named = try OverlayFile.parse("rules:\n  - {service: a, recipe: \(name)}\n", path: "b.yaml")
    #expect(written.rules.map(\.fault.json) == named.rules.map(\.fault.json))
    #expect(named.rules.first?.recipe?.name == name && written.rules.first?.recipe == nil)
  }

  @Test("the list has every name and every source")
  func list() throws {
    let list = try Mockrec.recipes()
    for recipe in Recipes.table { #expect(list.contains("\(recipe.name) ") && list.contains(recipe.source)) }
  }

  @Test("a name that is none is told with the nearest")
  func unknown() {
    #expect(throws: Failure.self) { try Mockrec.recipes("redis/oon") }
    let problem = #expect(throws: Diagnostics.self) {
      try OverlayFile.parse("rules:\n  - recipe: redis/oon\n", path: "a.yaml")
    }
    #expect(problem?.description.contains("nearest") == true && problem?.description.contains("redis/oom") == true)
    #expect(problem?.description.contains("a.yaml:2:13") == true, "\(problem?.description ?? "")")
  }

  @Test("a recipe of one wire is refused on another, with its place")
  func otherWire() throws {
    let file = try Self.file("rules:\n  - {service: web, recipe: redis/oom}\n")
    var options = RunOptions(services: [ServiceSettings(name: "web")])
    options.overlays = [file]
    let plan = try OverlayPlan(options)
    let binding = try ServiceBinding(options.services[0], needsOrigin: false)
    let failure = #expect(throws: Failure.self) {
      try plan.common.lay(over: FaultSite(binding: binding, journal: NoJournal()))
    }
    #expect(failure?.exitStatus == ExitStatus.data)
    #expect(failure?.description.contains("\(file):2:28") == true, "\(failure?.description ?? "")")
    #expect(failure?.description.contains("is for the wire redis") == true)
  }

  private static func file(_ text: String) throws -> String {
    let path = NSTemporaryDirectory() + "mockrec-recipes-\(UInt64.random(in: 0 ... .max)).yaml"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }
}

private struct NoJournal: JournalSink {
  func write(_ events: [JournalEvent]) {}
  func served(_ batch: [ServedEvent], service: String) {}
}
