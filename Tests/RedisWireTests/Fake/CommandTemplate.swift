import MockrecTesting

/// A line of a Random/*.txt file: a command with holes, and how its replies are compared.
///
/// A hole `{k}` is a random value of a kind (the kinds stand in `RandomValue`); `{A|B C|}` is one of the alternatives,
/// the empty one for nothing; `{… ...}` is its inside one to three times. Holes nest.
struct CommandTemplate {
  indirect enum Node {
    case word([UInt8])
    case value(RandomValue)
    case pick([[Node]])
    case many([Node])
  }

  var nodes: [Node]
  var comparator: Comparator

  init?(_ line: Substring) {
    var rest = line
    self.comparator = .exact
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      let words = rest[rest.index(after: rest.startIndex)..<end].split(separator: " ")
      guard let comparator = Comparator(words: words) else { return nil }
      self.comparator = comparator
      rest = rest[rest.index(after: end)...]
    }
    guard let nodes = Self.parse(rest) else { return nil }
    self.nodes = nodes
  }

  /// A command made from this template.
  func command(using generator: inout SeededGenerator) -> [[UInt8]] {
    var words: [[UInt8]] = []
    Self.fill(self.nodes, into: &words, using: &generator)
    return words
  }

  private static func fill(_ nodes: [Node], into words: inout [[UInt8]], using generator: inout SeededGenerator) {
    for node in nodes {
      switch node {
      case .word(let word): words.append(word)
      case .value(let value): words.append(value.pick(using: &generator))
      case .pick(let choices):
        Self.fill(choices.randomElement(using: &generator) ?? [], into: &words, using: &generator)
      case .many(let inner):
        for _ in 0..<Int.random(in: 1...3, using: &generator) { Self.fill(inner, into: &words, using: &generator) }
      }
    }
  }

  private static func parse(_ text: Substring) -> [Node]? {
    var nodes: [Node] = []
    for word in Self.split(text, at: " ") where !word.isEmpty {
      guard word.hasPrefix("{"), word.hasSuffix("}") else {
        nodes.append(.word(Array(word.utf8)))
        continue
      }
      let inner = word.dropFirst().dropLast()
      let choices = Self.split(inner, at: "|")
      if choices.count > 1 {
        let parsed = choices.map(Self.parse)
        guard !parsed.contains(where: { $0 == nil }) else { return nil }
        nodes.append(.pick(parsed.map { $0 ?? [] }))
      } else if inner.hasSuffix("...") {
        guard let parsed = Self.parse(inner.dropLast(3)) else { return nil }
        nodes.append(.many(parsed))
      } else if let value = RandomValue(rawValue: String(inner)) {
        nodes.append(.value(value))
      } else {
        return nil
      }
    }
    return nodes
  }

  /// The pieces between separators that stand in no braces.
  private static func split(_ text: Substring, at separator: Character) -> [Substring] {
    var pieces: [Substring] = []
    var depth = 0
    var start = text.startIndex
    for index in text.indices {
      switch text[index] {
      case "{": depth += 1
      case "}": depth -= 1
      case separator where depth == 0:
        pieces.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    return pieces + [text[start...]]
  }
}

/// The kinds of holes: small ranges, so that commands meet each other's keys and members.
enum RandomValue: String {
  case key = "k"
  case sortKey = "x"
  case value = "v"
  case member = "m"
  case field = "f"
  case integer = "n"
  case index = "i"
  case count = "count"
  case float = "float"
  case score = "s"
  case scoreBound = "bound"
  case lexBound = "lex"
  case streamID = "id"
  case streamBound = "idbound"
  case group = "g"
  case consumer = "c"
  case bit = "bit"
  case pattern = "pattern"

  func pick(using generator: inout SeededGenerator) -> [UInt8] {
    switch self {
    case .key: Self.one(["a", "b", "c", "d", "e", "f"], &generator)
    case .sortKey: Self.one(["x", "y", "z"], &generator)
    case .value:
      Self.one(
        [
          "", "x", "hello", "hello world", "10", "-3", "3.5", "foobar", "a\u{0}b", "0",
          String(repeating: "long", count: 20),
        ], &generator)
    case .member: Self.one(["a", "b", "c", "d", "e", "1", "2", "3", "10", "-5", "bb", ""], &generator)
    case .field: Self.one(["f", "g", "h", "1", "field"], &generator)
    case .integer:
      Self.one(["0", "1", "-1", "2", "7", "-10", "100", "9223372036854775807", "-9223372036854775808"], &generator)
    case .index: Self.one(["0", "1", "2", "3", "5", "-1", "-2", "-3", "-100", "100"], &generator)
    case .count: Self.one(["0", "1", "2", "3", "10", "-1"], &generator)
    case .float: Self.one(["0", "1", "-1", "1.5", "-0.25", "3.1", "1e3", "0.1", "5e-3"], &generator)
    case .score: Self.one(["0", "1", "-1", "1.5", "2", "3", "3.1", "1e10", "-2.75", "inf", "-inf", "0.1"], &generator)
    case .scoreBound: Self.one(["-inf", "+inf", "0", "1", "(1", "2", "(2", "3", "-1", "(3.1", "(0"], &generator)
    case .lexBound: Self.one(["-", "+", "[a", "(a", "[b", "(c", "[d", "[", "(", "[bb"], &generator)
    case .streamID:
      Self.one(["1-1", "1-2", "2-1", "3-0", "5-5", "7-*", "8-1", "10-*", "11-1", "12", "20-*"], &generator)
    case .streamBound: Self.one(["-", "+", "0", "1", "1-1", "2", "3-0", "(1-1", "(3", "8-1", "11-1"], &generator)
    case .group: Self.one(["g1", "g2"], &generator)
    case .consumer: Self.one(["alice", "bob"], &generator)
    case .bit: Self.one(["0", "1"], &generator)
    case .pattern: Self.one(["*", "a*", "?", "[a-c]", "*b*", "\\a", "f", "[^a]"], &generator)
    }
  }

  private static func one(_ values: [String], _ generator: inout SeededGenerator) -> [UInt8] {
    Array((values.randomElement(using: &generator) ?? "").utf8)
  }
}
