/// How the fake's reply is held against the real server's.
enum Comparator: Hashable {
  /// The bytes are equal.
  case exact
  /// An array or set with the same elements, in any order.
  case unordered
  /// Keys and values in turn (RESP2) or a map: the same pairs, in any order.
  case pairs
  /// A cursor and elements: the same elements in any order, and the cursor exact.
  case scan
  /// A cursor and keys and values in turn: the same pairs in any order, and the cursor exact.
  case scanPairs
  /// Only the types and the counts of elements are equal.
  case shape
  /// Equal but for numbers, which are within the tolerance.
  case approximate(Double)
  /// Both are errors, with the same text.
  case error
  /// Equal but for the values after these names, of which only the shape is compared.
  case except([String])
  /// Both answered.
  case ignore

  /// What differs, or nil when the replies are the same in this comparator's eyes.
  func difference(real: Reply, fake: Reply) -> String? {
    switch self {
    case .exact: return real == fake ? nil : "not equal"
    case .unordered:
      guard real != fake else { return nil }
      return Self.sameKind(real, fake)
        ?? (Self.sorted(real, width: 1) == Self.sorted(fake, width: 1) ? nil : "other elements")
    case .pairs:
      guard real != fake else { return nil }
      return Self.sameKind(real, fake)
        ?? (Self.sorted(real, width: 2) == Self.sorted(fake, width: 2) ? nil : "other pairs")
    case .scan: return Self.scanDifference(real, fake, .unordered)
    case .scanPairs: return Self.scanDifference(real, fake, .pairs)
    case .shape: return Self.shapeDifference(real, fake)
    case .approximate(let tolerance): return Self.numberDifference(real, fake, tolerance)
    case .error: return real.isError ? (real == fake ? nil : "not equal") : "the real server's reply is no error"
    case .except(let names): return Self.difference(real, fake, except: names)
    case .ignore: return nil
    }
  }

  private static func sameKind(_ real: Reply, _ fake: Reply) -> String? {
    guard real.kind == fake.kind else { return "a \(fake.kind), not a \(real.kind)" }
    guard let left = real.elements, let right = fake.elements else { return real == fake ? nil : "not equal" }
    return left.count == right.count ? nil : "\(right.count) elements, not \(left.count)"
  }

  private static func sorted(_ reply: Reply, width: Int) -> [String] {
    guard let elements = reply.elements else { return [reply.description] }
    return stride(from: 0, to: elements.count, by: width).map { start in
      elements[start..<min(start + width, elements.count)].map(\.description).joined(separator: "\u{0}")
    }.sorted()
  }

  private static func scanDifference(_ real: Reply, _ fake: Reply, _ elements: Comparator) -> String? {
    guard let left = real.elements, let right = fake.elements, left.count == 2, right.count == 2 else {
      return real == fake ? nil : "not equal"
    }
    guard left[0] == right[0] else { return "another cursor" }
    return elements.difference(real: left[1], fake: right[1])
  }

  private static func shapeDifference(_ real: Reply, _ fake: Reply) -> String? {
    guard real.kind == fake.kind else { return "a \(fake.kind), not a \(real.kind)" }
    guard let left = real.elements, let right = fake.elements else { return nil }
    guard left.count == right.count else { return "\(right.count) elements, not \(left.count)" }
    return zip(left, right).lazy.compactMap { Self.shapeDifference($0, $1) }.first
  }

  private static func numberDifference(_ real: Reply, _ fake: Reply, _ tolerance: Double) -> String? {
    if real == fake { return nil }
    guard real.kind == fake.kind else { return "a \(fake.kind), not a \(real.kind)" }
    if let left = real.number, let right = fake.number {
      return abs(left - right) <= tolerance ? nil : "\(right) is not within \(tolerance) of \(left)"
    }
    guard let left = real.elements, let right = fake.elements else { return "not equal" }
    guard left.count == right.count else { return "\(right.count) elements, not \(left.count)" }
    return zip(left, right).lazy.compactMap { Self.numberDifference($0, $1, tolerance) }.first
  }

  private static func difference(_ real: Reply, _ fake: Reply, except names: [String]) -> String? {
    if real == fake { return nil }
    if let problem = Self.sameKind(real, fake) { return problem }
    guard let left = real.elements, let right = fake.elements else { return "not equal" }
    for index in left.indices {
      let name = index > 0 ? left[index - 1].text.map { String(decoding: $0, as: UTF8.self) } : nil
      let problem =
        if let name, names.contains(name) {
          Self.shapeDifference(left[index], right[index])
        } else {
          Self.difference(left[index], right[index], except: names)
        }
      if let problem { return name.map { "\(problem), after \($0)" } ?? problem }
    }
    return nil
  }
}

extension Comparator {
  /// The comparator a case file names: `unordered`, `approx 2`, `except idle,age`.
  init?(words: [Substring]) {
    switch (words.first, words.count) {
    case ("exact", 1): self = .exact
    case ("unordered", 1): self = .unordered
    case ("pairs", 1): self = .pairs
    case ("scan", 1): self = .scan
    case ("scanpairs", 1): self = .scanPairs
    case ("shape", 1): self = .shape
    case ("approx", 2):
      guard let tolerance = Double(words[1]) else { return nil }
      self = .approximate(tolerance)
    case ("error", 1): self = .error
    case ("except", 2): self = .except(words[1].split(separator: ",").map(String.init))
    case ("ignore", 1): self = .ignore
    default: return nil
    }
  }
}
