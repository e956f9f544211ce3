/// Reads a JSONPath expression by the grammar of RFC 9535 (collected in its appendix A).
struct JSONPathParser {
  /// How deep filters, parentheses and calls may stand in one another.
  static let maximumDepth = 100

  let scalars: [Unicode.Scalar]
  var offset = 0

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// The scalar here, or NUL at the end: nothing in the grammar is one.
  var next: Unicode.Scalar { peek(0) }

  func peek(_ distance: Int) -> Unicode.Scalar {
    offset + distance < scalars.count ? scalars[offset + distance] : "\0"
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard offset < scalars.count, next == scalar else { return false }
    offset += 1
    return true
  }

  mutating func skipBlanks() {
    while next == " " || next == "\t" || next == "\n" || next == "\r" { offset += 1 }
  }

  func failure(_ message: String, at offset: Int? = nil) -> JSONPathError {
    let isAtEnd = offset == nil && self.offset >= scalars.count
    return JSONPathError(
      offset: offset ?? self.offset, message: isAtEnd ? "the expression ends here; \(message)" : message)
  }

  mutating func expression() throws(JSONPathError) -> JSONPathQuery {
    guard next == "$" else { throw failure("expected $, the root of the document") }
    let query = try query(depth: 0)
    guard offset == scalars.count else { throw failure("expected . or [ or the end") }
    return query
  }

  /// Reads a query from its `$` or `@`.
  mutating func query(depth: Int) throws(JSONPathError) -> JSONPathQuery {
    let isRelative = next == "@"
    offset += 1
    var segments: [JSONPathQuery.Segment] = []
    while true {
      let end = offset
      skipBlanks()
      if next == "[" {
        segments.append(.child(try bracketed(depth: depth)))
      } else if next == ".", peek(1) == "." {
        offset += 2
        segments.append(.descendant(next == "[" ? try bracketed(depth: depth) : [try dotted()]))
      } else if take(".") {
        segments.append(.child([try dotted()]))
      } else {
        offset = end
        return JSONPathQuery(isRelative: isRelative, segments: segments)
      }
    }
  }

  /// Reads what follows a dot: `*` or a name without quotes.
  private mutating func dotted() throws(JSONPathError) -> JSONPathQuery.Selector {
    if take("*") { return .wildcard }
    guard isNameStart(next) else { throw failure("expected a name or *; other names stand in ['…']") }
    var name = String.UnicodeScalarView()
    while isNameStart(next) || isDigit(next) {
      name.append(next)
      offset += 1
    }
    return .name(String(name))
  }

  private func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    "a"..."z" ~= scalar || "A"..."Z" ~= scalar || scalar == "_" || !scalar.isASCII
  }

  func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    "0"..."9" ~= scalar
  }

  private mutating func bracketed(depth: Int) throws(JSONPathError) -> [JSONPathQuery.Selector] {
    offset += 1
    var selectors: [JSONPathQuery.Selector] = []
    repeat {
      skipBlanks()
      selectors.append(try selector(depth: depth))
      skipBlanks()
    } while take(",")
    guard take("]") else { throw failure("expected , or ]") }
    return selectors
  }

  private mutating func selector(depth: Int) throws(JSONPathError) -> JSONPathQuery.Selector {
    switch next {
    case "'", "\"":
      return .name(try string())
    case "*":
      offset += 1
      return .wildcard
    case "?":
      offset += 1
      skipBlanks()
      return .filter(try condition(depth: depth + 1))
    case "-", ":", "0"..."9":
      return try indexOrSlice()
    default:
      throw failure("expected a quoted name, an index, a slice, * or ?")
    }
  }

  private mutating func indexOrSlice() throws(JSONPathError) -> JSONPathQuery.Selector {
    var slice = JSONPathSlice()
    if next != ":" {
      let index = try integer()
      let end = offset
      skipBlanks()
      guard next == ":" else {
        offset = end
        return .index(index)
      }
      slice.start = index
    }
    offset += 1
    skipBlanks()
    if next == "-" || isDigit(next) {
      slice.end = try integer()
      skipBlanks()
    }
    if take(":") {
      skipBlanks()
      if next == "-" || isDigit(next) { slice.step = try integer() }
    }
    return .slice(slice)
  }

  /// Reads an integer within the exact range of a double (RFC 9535 section 2.1).
  private mutating func integer() throws(JSONPathError) -> Int {
    let start = offset
    let isNegative = take("-")
    guard isDigit(next) else { throw failure("expected a digit") }
    let hasZeroInFront = next == "0" && (isNegative || isDigit(peek(1)))
    guard !hasZeroInFront else { throw failure("an integer has no zeros in front, and no -0", at: start) }
    var value = 0
    while isDigit(next) {
      value = value * 10 + Int(next.value - 0x30)
      guard value < 1 << 53 else { throw failure("an integer is within ±(2^53 - 1)", at: start) }
      offset += 1
    }
    return isNegative ? -value : value
  }
}
