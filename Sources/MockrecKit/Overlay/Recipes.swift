import MockrecCore

/// Faults that services are known for, by name: `wire`, or whose service it is, and the fault.
///
/// What stands in them is what the service says, byte for byte; where it varies (a slot, an address, an identifier), it
/// is that of the service's documentation.
enum Recipes {
  /// All that can be read; a test fails for one that cannot.
  static let all: [String: Recipe] = Dictionary(
    Self.table.compactMap { recipe in
      guard let fault = try? OverlayFile.node(recipe.text, name: "recipe \(recipe.name)") else { return nil }
      return (
        recipe.name,
        Recipe(
          name: recipe.name, wire: recipe.wire, summary: recipe.summary, source: recipe.source, text: recipe.text,
          fault: fault)
      )
    }, uniquingKeysWith: { first, _ in first })

  /// A recipe as it is written here.
  struct Text: Sendable {
    var name: String
    var wire: String
    var summary: String
    var source: String
    /// What stands behind `fault:`, lines of YAML.
    var text: String
  }

  static let table: [Text] = Self.redis + Self.http + Self.aws + Self.platforms + Self.etcd
}
