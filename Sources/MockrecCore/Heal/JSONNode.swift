/// A JSON value as it stands in a text: what it is made of, and where.
struct JSONNode {
  enum Kind {
    case scalar
    case object([Member])
    case array([JSONNode])
  }

  struct Member {
    var name: String
    /// From the quote of its name to the end of its value.
    var range: Range<Int>
    var value: JSONNode
  }

  var range: Range<Int>
  var kind: Kind

  /// The places of a text's values; nil for a text that is not JSON.
  static func read(_ text: [UInt8]) -> JSONNode? {
    text.withUnsafeBufferPointer { bytes in
      var scanner = JSONScanner(bytes)
      scanner.skipWhitespace()
      guard let node = try? self.value(&scanner, depth: 0) else { return nil }
      scanner.skipWhitespace()
      return scanner.isAtEnd ? node : nil
    }
  }

  private static func value(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) -> JSONNode {
    let start = scanner.offset
    var kind = Kind.scalar
    switch scanner.next {
    case UInt8(ascii: "{"): kind = .object(try self.members(&scanner, depth: depth + 1))
    case UInt8(ascii: "["): kind = .array(try self.elements(&scanner, depth: depth + 1))
    case UInt8(ascii: "\""): _ = try scanner.skipString()
    case UInt8(ascii: "t"): try scanner.skipName("true")
    case UInt8(ascii: "f"): try scanner.skipName("false")
    case UInt8(ascii: "n"): try scanner.skipName("null")
    default: try scanner.skipNumber()
    }
    return JSONNode(range: start..<scanner.offset, kind: kind)
  }

  private static func members(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) -> [Member] {
    var members: [Member] = []
    try self.list(&scanner, closing: UInt8(ascii: "}"), depth: depth) { scanner throws(JSONError) in
      let start = scanner.offset
      _ = try scanner.skipString()
      let name = try JSON.parse(Array(scanner.slice(from: start))).string ?? ""
      scanner.skipWhitespace()
      guard scanner.next == UInt8(ascii: ":") else { throw scanner.failure("expected `:`") }
      scanner.advance()
      scanner.skipWhitespace()
      let value = try self.value(&scanner, depth: depth)
      members.append(Member(name: name, range: start..<scanner.offset, value: value))
    }
    return members
  }

  private static func elements(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) -> [JSONNode] {
    var elements: [JSONNode] = []
    try self.list(&scanner, closing: UInt8(ascii: "]"), depth: depth) { scanner throws(JSONError) in
      elements.append(try self.value(&scanner, depth: depth))
    }
    return elements
  }

  private static func list(
    _ scanner: inout JSONScanner, closing: UInt8, depth: Int, _ item: (inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard depth <= JSONLayout.limits.maximumDepth else { throw scanner.failure("nested too deep") }
    scanner.advance()
    scanner.skipWhitespace()
    while scanner.next != closing {
      try item(&scanner)
      scanner.skipWhitespace()
      guard scanner.next == UInt8(ascii: ",") else { break }
      scanner.advance()
      scanner.skipWhitespace()
    }
    guard scanner.next == closing else { throw scanner.failure("expected the end") }
    scanner.advance()
  }
}
