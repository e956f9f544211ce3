/// Faults to be laid over services: rules in their order, as a file has them.
package struct Overlay: Sendable {
  package var name: String
  /// The file it comes from.
  package var file: String
  package var rules: [OverlayRule]
}

/// One rule as it is written; what its words mean says the wire of each service that it holds for.
package struct OverlayRule: Sendable {
  /// From 1, in its overlay.
  package var number: Int
  /// The service that it is for; every service whose wire knows its words where there is none.
  package var service: OverlayNode?
  package var match: OverlayNode?
  package var when: FaultWhen
  package var fault: OverlayNode
  /// Where the fault comes from, if it was not written out.
  package var recipe: Recipe?
  package var place: Diagnostic.Place

  /// Words of `match:` that every wire knows.
  package static let commonWords = ["occurrence", "connection", "entry"]
}

extension Overlay {
  private static let words = ["overlay", "rules"]
  private static let ruleWords = ["service", "match", "when", "fault", "recipe"]
  /// The most rules of one file.
  private static let longest = 10_000

  /// Reads the root of a file.
  ///
  /// - Parameters:
  ///   - name: A word that may stand in the place of `overlay`.
  ///   - recipes: The faults that names of recipes stand for.
  /// - Throws: All that is wrong with it, one problem a rule at most.
  package init(
    _ root: OverlayNode, file: String, orName name: String? = nil, recipes: [String: Recipe]
  ) throws(Diagnostics) {
    var problems: [Diagnostic] = []
    self.file = file
    self.name = file
    self.rules = []
    do throws(Diagnostic) {
      var fields = try OverlayFields(root, of: "an overlay")
      for word in [Self.words[0], name].compactMap({ $0 }) {
        if let node = fields.take(word) { self.name = try node.text(word) }
      }
      let rules = fields.take("rules")
      try fields.finish(known: Self.words)
      guard let rules else {
        throw root.problem("an overlay has `rules`", fix: "write `rules:` and a list of rules below it")
      }
      let nodes = try rules.list("rules")
      guard !nodes.isEmpty, nodes.count <= Self.longest else {
        throw rules.problem(
          nodes.isEmpty ? "there are no rules" : "more than \(Self.longest) rules",
          fix: nodes.isEmpty ? "write a rule, or leave the overlay out" : "split the overlay")
      }
      for (index, node) in nodes.enumerated() {
        do throws(Diagnostic) {
          self.rules.append(try Self.rule(node, number: index + 1, recipes))
        } catch {
          problems.append(error)
        }
      }
    } catch {
      problems.append(error)
    }
    if !problems.isEmpty { throw Diagnostics(problems) }
  }

  private static func rule(
    _ node: OverlayNode, number: Int, _ recipes: [String: Recipe]
  ) throws(Diagnostic) -> OverlayRule {
    var fields = try OverlayFields(node, of: "a rule")
    let (service, match, when) = (fields.take("service"), fields.take("match"), fields.take("when"))
    let (fault, recipe) = (fields.take("fault"), fields.take("recipe"))
    try fields.finish(known: Self.ruleWords)
    let effect: OverlayNode
    var known: Recipe?
    switch (fault, recipe) {
    case (let fault?, nil): effect = fault
    case (nil, let recipe?):
      let found = try Recipe.named(recipe, recipes)
      (known, effect) = (found, found.fault)
    case (nil, nil): throw node.problem("a rule has a `fault`", fix: "write `fault: {…}`, or `recipe: NAME`")
    case (_?, let recipe?):
      throw recipe.problem("`fault` and `recipe` exclude each other", fix: "write one of them")
    }
    return OverlayRule(
      number: number, service: service, match: match?.isEmpty == true ? nil : match,
      when: try when.map { node throws(Diagnostic) in try FaultWhen(node) } ?? FaultWhen(),
      fault: effect.asMapping, recipe: known, place: node.place)
  }
}

extension OverlayNode {
  /// `hang` and `[hang, latency]` mean the mapping with these keys and no values.
  fileprivate var asMapping: OverlayNode {
    guard case .text = self.content else { return self }
    var node = self
    node.content = .mapping([(self, OverlayNode(.empty, at: self.place))])
    return node
  }
}

/// A fault that has a name, and where its words come from.
package struct Recipe: Sendable {
  /// As in `redis/oom`: the wire, or whose service it is, and the fault.
  package var name: String
  /// The wire whose words it has.
  package var wire: String
  /// What it does, in a line.
  package var summary: String
  /// Where its text comes from.
  package var source: String
  /// What stands behind `fault:`, as YAML.
  package var text: String
  /// The same, read.
  package var fault: OverlayNode

  package init(name: String, wire: String, summary: String, source: String, text: String, fault: OverlayNode) {
    self.name = name
    self.wire = wire
    self.summary = summary
    self.source = source
    self.text = text
    self.fault = fault
  }

  /// The recipe that a rule names; all that is wrong with its fault is so at that place.
  static func named(_ node: OverlayNode, _ recipes: [String: Recipe]) throws(Diagnostic) -> Recipe {
    let name = try node.text("recipe")
    guard var recipe = recipes[name] else {
      throw node.problem(
        "there is no recipe `\(name)`", nearest: nearestWord(to: name, among: recipes.keys.sorted()),
        fix: "mockrec recipes lists them")
    }
    recipe.fault.place = node.place
    return recipe
  }
}
