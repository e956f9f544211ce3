/// The words of the language: tables of rows, so that a later version adds a row and no parser.
package enum Vocabulary {}

/// One word, and the arguments that it takes.
package struct WordRule: Sendable, Hashable {
  package var name: String
  /// For each argument, in order, the literals that may stand there.
  package var arguments: [LiteralKinds]
  /// Where an argument is one of a few words: those words.
  package var choices: [String]
  /// Older spellings that are still read, and printed as `name`.
  package var older: [String]

  package init(_ name: String, _ arguments: [LiteralKinds] = [], choices: [String] = [], older: [String] = []) {
    self.name = name
    self.arguments = arguments
    self.choices = choices
    self.older = older
  }
}

/// The literals that may stand in a place.
package struct LiteralKinds: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let null = LiteralKinds(rawValue: 1)
  package static let bool = LiteralKinds(rawValue: 1 << 1)
  package static let integer = LiteralKinds(rawValue: 1 << 2)
  package static let fraction = LiteralKinds(rawValue: 1 << 3)
  package static let string = LiteralKinds(rawValue: 1 << 4)
  package static let raw = LiteralKinds(rawValue: 1 << 5)
  package static let multiline = LiteralKinds(rawValue: 1 << 6)
  package static let regex = LiteralKinds(rawValue: 1 << 7)
  package static let hex = LiteralKinds(rawValue: 1 << 8)
  package static let base64 = LiteralKinds(rawValue: 1 << 9)
  package static let file = LiteralKinds(rawValue: 1 << 10)
  package static let variable = LiteralKinds(rawValue: 1 << 11)

  package static let number: LiteralKinds = [.integer, .fraction]
  package static let bytes: LiteralKinds = [.hex, .base64]
  package static let pattern: LiteralKinds = [.string, .regex]
  package static let ordered: LiteralKinds = [.number, .string, .variable]
  /// Everything that a value can be compared to.
  package static let value: LiteralKinds = [
    .null, .bool, .number, .string, .raw, .multiline, .bytes, .file, .variable,
  ]

  private static let names: [(LiteralKinds, String)] = [
    (.null, "null"), (.bool, "true or false"), (.number, "a number"), (.integer, "an integer"),
    (.fraction, "a fraction"),
    (.string, "a string in double quotes"), (.raw, "a text in backticks"), (.multiline, "a fenced text"),
    (.regex, "a regular expression between slashes"), (.hex, "hex,…;"), (.base64, "base64,…;"),
    (.file, "file,…;"), (.variable, "a {{variable}}"),
  ]

  /// In words: `a number or a string in double quotes`.
  package var description: String {
    if self == .value { return "a value" }
    var rest = self
    var words: [String] = []
    for (kind, name) in Self.names where rest.isSuperset(of: kind) {
      words.append(name)
      rest.subtract(kind)
    }
    guard words.count > 1, let last = words.popLast() else { return words.first ?? "nothing" }
    return "\(words.joined(separator: ", ")) or \(last)"
  }
}

extension [WordRule] {
  /// By name, older names too.
  func indexed() -> [String: WordRule] {
    self.reduce(into: [:]) { table, rule in
      for name in [rule.name] + rule.older { table[name] = rule }
    }
  }
}

extension Literal {
  package var kind: LiteralKinds {
    switch self {
    case .null: .null
    case .bool: .bool
    case .number(let spelling):
      spelling.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: "-") } ? .integer : .fraction
    case .string: .string
    case .raw: .raw
    case .multiline: .multiline
    case .regex: .regex
    case .hex: .hex
    case .base64: .base64
    case .file: .file
    case .variable: .variable
    }
  }
}
