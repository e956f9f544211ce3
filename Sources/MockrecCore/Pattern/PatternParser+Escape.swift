extension PatternParser {
  /// Reads an escape after its backslash, outside a class.
  mutating func escape(start: Int) throws(PatternError) -> PatternNode {
    if let set = try setEscape() { return .set(set.prepared(ignoringCase: flags.ignoresCase)) }
    if isGeneral {
      let assertion: PatternAssertion? =
        switch next {
        case "b": .wordBoundary
        case "B": .noWordBoundary
        case "A": .textStart
        case "z": .textEnd
        default: nil
        }
      if let assertion {
        offset += 1
        return .assertion(assertion)
      }
      if let next, "1"..."9" ~= next { throw failure("back-references are not supported", at: start) }
    }
    return literal(try scalarEscape(start: start))
  }

  /// Reads an escape that stands for a set of characters; nil, with nothing read, when it does not.
  mutating func setEscape() throws(PatternError) -> ScalarSet? {
    let set: ScalarSet
    switch next {
    case "p", "P":
      return try categoryEscape()
    case "d" where isGeneral: set = .digits
    case "D" where isGeneral: set = .digits.negated()
    case "w" where isGeneral: set = .words
    case "W" where isGeneral: set = .words.negated()
    case "s" where isGeneral: set = .spaces
    case "S" where isGeneral: set = .spaces.negated()
    default: return nil
    }
    offset += 1
    return set
  }

  private mutating func categoryEscape() throws(PatternError) -> ScalarSet {
    var isNegated = next == "P"
    let start = offset - 1
    offset += 1
    var name = ""
    if take("{") {
      if isGeneral, take("^") { isNegated.toggle() }
      while let next, next != "}" {
        name.unicodeScalars.append(next)
        offset += 1
      }
      guard take("}") else { throw failure("this { is not closed", at: start + 2) }
    } else if isGeneral, let next {
      name.unicodeScalars.append(next)
      offset += 1
    }
    guard let mask = GeneralCategories.mask(name) else {
      throw failure("only general categories are supported, as in \\p{L} or \\p{Lu}", at: start)
    }
    let set = ScalarSet(categories: mask)
    return isNegated ? set.negated() : set
  }

  /// Reads an escape that stands for one character.
  mutating func scalarEscape(start: Int) throws(PatternError) -> UInt32 {
    guard let scalar = next else {
      throw failure("a backslash stands at the end; write \\\\ for the character", at: start)
    }
    offset += 1
    switch scalar {
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}": return scalar.value
    default: break
    }
    guard isGeneral else { throw failure("there is no such escape in I-Regexp (RFC 9485)", at: start) }
    switch scalar {
    case "f": return 0x0C
    case "v": return 0x0B
    case "a": return 0x07
    case "e": return 0x1B
    case "0": return 0
    case "x": return try hexEscape(digits: 2, start: start)
    case "u": return try hexEscape(digits: 4, start: start)
    case _ where scalar.isASCII && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil:
      return scalar.value
    default:
      throw failure("there is no escape \\\(scalar)", at: start)
    }
  }

  /// Reads `41` or `{41}` after `\x` or `\u`.
  private mutating func hexEscape(digits: Int, start: Int) throws(PatternError) -> UInt32 {
    let isBraced = take("{")
    var value: UInt32 = 0
    var count = 0
    while count < (isBraced ? 8 : digits), let next, next.isASCII,
      let digit = hexValue(UInt8(truncatingIfNeeded: next.value))
    {
      value = value << 4 | UInt32(digit)
      count += 1
      offset += 1
    }
    guard count > 0, isBraced ? take("}") : count == digits else {
      throw failure("expected \(digits) hexadecimal digits, or some in braces", at: start)
    }
    guard Unicode.Scalar(value) != nil else { throw failure("there is no such Unicode character", at: start) }
    return value
  }
}
