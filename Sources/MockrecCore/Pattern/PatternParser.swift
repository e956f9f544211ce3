/// Reads a pattern into a tree, in either syntax.
struct PatternParser {
  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotTakesLineFeed = false
  }

  static let maximumDepth = 200
  static let maximumGroups = 64
  static let maximumRepetition = 1_000

  let scalars: [Unicode.Scalar]
  let syntax: Pattern.Syntax
  var offset = 0
  var flags = Flags()
  private(set) var groupCount = 0

  init(_ text: String, syntax: Pattern.Syntax) {
    scalars = Array(text.unicodeScalars)
    self.syntax = syntax
  }

  var next: Unicode.Scalar? {
    offset < scalars.count ? scalars[offset] : nil
  }

  var isGeneral: Bool { syntax == .general }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    offset += 1
    return true
  }

  func failure(_ message: String, at offset: Int? = nil) -> PatternError {
    PatternError(offset: offset ?? self.offset, message: message)
  }

  mutating func pattern() throws(PatternError) -> PatternNode {
    let node = try choice(depth: 0)
    guard next == nil else { throw failure("this ) closes nothing; write \\) for the character") }
    return node
  }

  private mutating func choice(depth: Int) throws(PatternError) -> PatternNode {
    guard depth <= Self.maximumDepth else {
      throw failure("groups are nested deeper than \(Self.maximumDepth)")
    }
    var branches = [try branch(depth: depth)]
    while take("|") {
      branches.append(try branch(depth: depth))
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func branch(depth: Int) throws(PatternError) -> PatternNode {
    var pieces: [PatternNode] = []
    while let next, next != "|", next != ")" {
      let atom = try atom(depth: depth)
      pieces.append(try quantified(atom))
    }
    return pieces.count == 1 ? pieces[0] : pieces.isEmpty ? .empty : .sequence(pieces)
  }

  private mutating func atom(depth: Int) throws(PatternError) -> PatternNode {
    let start = offset
    guard let scalar = next else { throw failure("expected a character") }
    offset += 1
    switch scalar {
    case "(":
      return try group(start: start, depth: depth)
    case "[":
      return .set(try characterClass(start: start).prepared(ignoringCase: flags.ignoresCase))
    case ".":
      let excluded = isGeneral ? ScalarSet.lineFeed : ScalarSet.lineEnds
      return .set((flags.dotTakesLineFeed ? ScalarSet.all : excluded.negated()).prepared(ignoringCase: false))
    case "\\":
      return try escape(start: start)
    case "*", "+", "?":
      throw failure("there is nothing to repeat before \(scalar); write \\\(scalar) for the character", at: start)
    // By the letter of I-Regexp's grammar these two are plain characters, but the compliance suite of RFC 9535 takes
    // them for anchors.
    case "^":
      return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$":
      return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    case "{" where isGeneral && repetitionBounds(at: start) != nil:
      throw failure("there is nothing to repeat before {; write \\{ for the character", at: start)
    case "{" where !isGeneral, "}" where !isGeneral, "]" where !isGeneral:
      throw failure("\(scalar) must be written as \\\(scalar)", at: start)
    default:
      return literal(scalar.value)
    }
  }

  func literal(_ value: UInt32) -> PatternNode {
    guard flags.ignoresCase else { return .scalar(value) }
    return .set(ScalarSet(value...value).prepared(ignoringCase: true))
  }

  private mutating func group(start: Int, depth: Int) throws(PatternError) -> PatternNode {
    let outerFlags = flags
    var number: Int?
    if isGeneral, take("?") {
      switch try groupKind(start: start) {
      case .plain: break
      case .capturing: number = try nextGroup(start: start)
      case .flagsOnly: return .empty
      }
    } else {
      // I-Regexp has no captures, so its groups only group.
      number = isGeneral ? try nextGroup(start: start) : nil
    }
    let content = try choice(depth: depth + 1)
    guard take(")") else { throw failure("this ( is not closed", at: start) }
    flags = outerFlags
    return number.map { .group($0, content) } ?? content
  }

  private mutating func nextGroup(start: Int) throws(PatternError) -> Int {
    guard groupCount < Self.maximumGroups else {
      throw failure("more than \(Self.maximumGroups) groups; write (?:…) for those that capture nothing", at: start)
    }
    groupCount += 1
    return groupCount
  }

  private enum GroupKind { case plain, capturing, flagsOnly }

  /// Reads what follows `(?`: `:`, `i:`, `i)`, `<name>` or `P<name>`.
  private mutating func groupKind(start: Int) throws(PatternError) -> GroupKind {
    let named = offset
    if take("P"), next != "<" { offset = named }
    if take("<") {
      if next == "=" || next == "!" { throw failure("look-behind is not supported", at: start) }
      let nameStart = offset
      while let next, next == "_" || next.properties.isAlphabetic || next.properties.numericType != nil { offset += 1 }
      guard offset > nameStart, take(">") else { throw failure("expected a name and >") }
      return .capturing
    }
    if next == "=" || next == "!" { throw failure("look-ahead is not supported", at: start) }
    var isOn = true
    while let next {
      offset += 1
      switch next {
      case ":": return .plain
      case ")" where offset - start > 3: return .flagsOnly
      case "-" where isOn: isOn = false
      case "i": flags.ignoresCase = isOn
      case "m": flags.isMultiline = isOn
      case "s": flags.dotTakesLineFeed = isOn
      default: throw failure("there is no such flag; the flags are i, m and s", at: offset - 1)
      }
    }
    throw failure("this ( is not closed", at: start)
  }
}
