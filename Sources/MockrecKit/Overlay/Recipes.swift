import MockrecCore

/// Faults that services are known for, by name.
enum Recipes {
  static let all: [String: Recipe] = [:]
}
