extension PatternParser {
  /// One thing in a class: a scalar, which may begin a range, or a set.
  private enum Item {
    case scalar(UInt32)
    case set(ScalarSet)
  }

  /// Reads a class after its `[`.
  mutating func characterClass(start: Int) throws(PatternError) -> ScalarSet {
    let isNegated = take("^")
    var set = ScalarSet()
    var isFirst = true
    while true {
      guard let next else { throw failure("this [ is not closed", at: start) }
      if next == "]", !isFirst {
        offset += 1
        break
      }
      if next == "]", !isGeneral { throw failure("a class holds at least one character") }
      try member(of: &set, isFirst: isFirst)
      isFirst = false
    }
    // Case is ignored before the class is turned round, or [^a] would take A.
    return isNegated ? set.negated() : set
  }

  private mutating func member(of set: inout ScalarSet, isFirst: Bool) throws(PatternError) {
    let start = offset
    if next == "-", !isGeneral {
      // I-Regexp has a bare hyphen only at either end.
      guard isFirst || peek(1) == "]" else { throw failure("- stands at either end of a class; write \\- elsewhere") }
      offset += 1
      set.insert(0x2D...0x2D)
      return
    }
    switch try item() {
    case .set(let other):
      set.insert(other)
    case .scalar(let low):
      guard next == "-", peek(1) != "]", peek(1) != nil else {
        set.insert(low...low)
        return
      }
      offset += 1
      if next == "-", !isGeneral { throw failure("write \\- for the character") }
      guard case .scalar(let high) = try item() else {
        throw failure("a range ends in a character, not in a set of them", at: start)
      }
      guard low <= high else { throw failure("the ends of this range stand in the wrong order", at: start) }
      set.insert(low...high)
    }
  }

  private func peek(_ distance: Int) -> Unicode.Scalar? {
    offset + distance < scalars.count ? scalars[offset + distance] : nil
  }

  private mutating func item() throws(PatternError) -> Item {
    let start = offset
    guard let scalar = next else { throw failure("the class is not closed") }
    offset += 1
    switch scalar {
    case "\\":
      if let set = try setEscape() { return .set(set) }
      return .scalar(try scalarEscape(start: start))
    case "[" where isGeneral && next == ":":
      return .set(try namedClass(start: start))
    case "[":
      throw failure("write \\[ for the character; classes in classes are not supported", at: start)
    case "&" where isGeneral && next == "&":
      throw failure("the intersection of classes is not supported; write \\& for the character", at: start)
    default:
      return .scalar(scalar.value)
    }
  }

  /// Reads a POSIX class after its `[`, as in `[[:alpha:]]`.
  private mutating func namedClass(start: Int) throws(PatternError) -> ScalarSet {
    offset += 1
    let isNegated = take("^")
    var name = ""
    while let next, "a"..."z" ~= next {
      name.unicodeScalars.append(next)
      offset += 1
    }
    let set: ScalarSet? =
      switch name {
      case "alpha": ScalarSet(0x41...0x5A, 0x61...0x7A)
      case "digit": ScalarSet(0x30...0x39)
      case "alnum": ScalarSet(0x30...0x39, 0x41...0x5A, 0x61...0x7A)
      case "upper": ScalarSet(0x41...0x5A)
      case "lower": ScalarSet(0x61...0x7A)
      case "punct": ScalarSet(0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E)
      case "space": ScalarSet(0x09...0x0D, 0x20...0x20)
      case "xdigit": ScalarSet(0x30...0x39, 0x41...0x46, 0x61...0x66)
      default: nil
      }
    guard let set, take(":"), take("]") else { throw failure("there is no such named class", at: start) }
    return isNegated ? set.negated() : set
  }
}
