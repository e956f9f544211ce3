import MockrecCore

/// Numbers and JSON texts drawn from a seed, the same ones in every run.
struct JSONSamples: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// SplitMix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static let scalars = [
    "null", "true", "false", "0", "-0", "1.0", "1e5", "-12.50E-3", "123456789012345678901234567890", "\"\"", "\"a\"",
    "\"\\u00e9\\/\"", "\"é😀\"", "\"a, b: {c} [d]\"", "\"\\\"\\\\\"", "\"a string that is longer than a word or two\"",
  ]

  /// A JSON text without white space.
  mutating func compactText(depth: Int = 0) -> String {
    switch depth < 5 ? Int.random(in: 0..<4, using: &self) : 0 {
    case 2:
      let elements = (0..<Int.random(in: 0..<5, using: &self)).map { _ in compactText(depth: depth + 1) }
      return "[\(elements.joined(separator: ","))]"
    case 3:
      let members = (0..<Int.random(in: 0..<5, using: &self)).map { number in
        "\"k\(number)\\n\":\(compactText(depth: depth + 1))"
      }
      return "{\(members.joined(separator: ","))}"
    default:
      return pick(Self.scalars)
    }
  }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int.random(in: choices.indices, using: &self)]
  }

  mutating func layout() -> JSONLayout {
    var layout = JSONLayout()
    let indents: [JSONLayout.Indent] = [.none, .none, .tab, .spaces(1), .spaces(2), .spaces(4), .spaces(8)]
    let colons: [JSONLayout.Colon] = [.tight, .right, .wide]
    let empties: [JSONLayout.Empty] = [.closed, .open, .split]
    layout.indent = pick(indents)
    layout.hasCommaSpace = Bool.random(using: &self)
    layout.colon = pick(colons)
    layout.empty = pick(empties)
    layout.hasInlineArrays = Int.random(in: 0..<4, using: &self) == 0
    layout.hasCRLF = Int.random(in: 0..<4, using: &self) == 0
    layout.hasFinalNewline = Bool.random(using: &self)
    return layout
  }
}
