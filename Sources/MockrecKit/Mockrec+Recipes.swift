import MockrecCore

extension Mockrec {
  /// The faults that have a name: all of them in a list, or one as YAML for an overlay.
  ///
  /// - Throws: `Failure` with exit status 64 for a name that there is not, with the nearest one.
  public static func recipes(_ name: String? = nil) throws -> String {
    guard let name else {
      let width = (Recipes.table.map(\.name.count).max() ?? 0) + 2
      return Recipes.table.map { recipe in
        recipe.name + String(repeating: " ", count: width - recipe.name.count) + recipe.summary + "\n"
          + String(repeating: " ", count: width) + "source: \(recipe.source)\n"
      }
      .joined()
    }
    guard let recipe = Recipes.table.first(where: { $0.name == name }) else {
      throw Failure.usage(
        Diagnostic(
          "there is no recipe '\(name)'", nearest: nearestWord(to: name, among: Recipes.table.map(\.name)),
          fix: "mockrec recipes lists them"))
    }
    let lines = recipe.text.split(separator: "\n", omittingEmptySubsequences: false)
    return "# \(recipe.name), of the wire \(recipe.wire): \(recipe.summary)\n# source: \(recipe.source)\nfault:\n"
      + lines.map { "  \($0)\n" }.joined()
  }
}
