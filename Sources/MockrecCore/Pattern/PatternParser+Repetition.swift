extension PatternParser {
  /// The atom with the quantifier that follows it, if one does.
  mutating func quantified(_ atom: PatternNode) throws(PatternError) -> PatternNode {
    let start = offset
    let minimum: Int
    let maximum: Int?
    switch next {
    case "*": (minimum, maximum) = (0, nil)
    case "+": (minimum, maximum) = (1, nil)
    case "?": (minimum, maximum) = (0, 1)
    case "{":
      guard let bounds = repetitionBounds(at: offset) else {
        if isGeneral { return atom }
        throw failure("expected a count, as in {2} or {2,3}; write \\{ for the character")
      }
      (minimum, maximum) = (bounds.minimum, bounds.maximum)
      offset = bounds.end - 1
    default:
      return atom
    }
    offset += 1
    guard minimum <= Self.maximumRepetition, maximum ?? 0 <= Self.maximumRepetition else {
      throw failure("a count is at most \(Self.maximumRepetition)", at: start)
    }
    if let maximum, maximum < minimum { throw failure("the counts stand in the wrong order", at: start) }
    let isLazy = isGeneral && take("?")
    if let next, next == "*" || next == "+" || next == "?" || (next == "{" && repetitionBounds(at: offset) != nil) {
      throw failure("a quantifier follows a quantifier; put what is to be repeated in (?:…)")
    }
    return .repetition(atom, minimum: minimum, maximum: maximum, isLazy: isLazy)
  }

  /// Reads `{2}`, `{2,}` or `{2,3}` without passing over it; nil when the brace means itself.
  func repetitionBounds(at start: Int) -> (minimum: Int, maximum: Int?, end: Int)? {
    var place = start + 1
    guard start < scalars.count, scalars[start] == "{", let minimum = count(&place) else { return nil }
    var maximum: Int? = minimum
    if place < scalars.count, scalars[place] == "," {
      place += 1
      maximum = count(&place)
    }
    guard place < scalars.count, scalars[place] == "}" else { return nil }
    return (minimum, maximum, place + 1)
  }

  private func count(_ place: inout Int) -> Int? {
    var value: Int?
    while place < scalars.count, "0"..."9" ~= scalars[place] {
      // Held just past the bound, whatever follows.
      value = min((value ?? 0) * 10 + Int(scalars[place].value - 0x30), Self.maximumRepetition + 1)
      place += 1
    }
    return value
  }
}
