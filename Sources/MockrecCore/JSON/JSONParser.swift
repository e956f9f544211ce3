extension JSON {
  /// Reads one JSON text, strictly by RFC 8259: UTF-8 without a byte order mark, nothing after the value.
  ///
  /// A lone surrogate escape is refused, since no string can hold it.
  ///
  /// - Throws: `JSONError` with the byte where the trouble is, also when the text is beyond `limits`.
  /// - Complexity: O(`bytes.count`).
  public static func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSON {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try parse(buffer, limits: limits)
    }
  }

  /// Reads one JSON text; offsets of errors count UTF-8 bytes.
  public static func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), limits: limits)
  }

  /// Reads one JSON text from memory that the caller holds; nothing of it is kept.
  public static func parse(
    _ buffer: UnsafeBufferPointer<UInt8>, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSON {
    var parser = JSONParser(buffer, limits: limits)
    return try parser.document()
  }
}

/// Builds a value from the tokens that `JSONScanner` passes over.
struct JSONParser {
  private var scanner: JSONScanner
  private let limits: JSONLimits

  init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
    scanner = JSONScanner(bytes)
    self.limits = limits
  }

  mutating func document() throws(JSONError) -> JSON {
    try scanner.checkStart(limits: limits)
    scanner.skipWhitespace()
    let value = try value(depth: 0)
    try scanner.checkEnd()
    return value
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    switch scanner.next {
    case UInt8(ascii: "{"):
      return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["):
      return .array(try array(depth: depth + 1))
    case UInt8(ascii: "\""):
      return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let start = scanner.offset
      try scanner.skipNumber()
      return .number(JSONNumber(scanned: scanner.slice(from: start)))
    case UInt8(ascii: "t"):
      try scanner.skipName("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try scanner.skipName("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try scanner.skipName("null")
      return .null
    default:
      throw scanner.failure("expected a value")
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
    try enter(depth: depth)
    var elements: [JSON] = []
    if scanner.next == UInt8(ascii: "]") {
      scanner.advance()
      return elements
    }
    while true {
      elements.append(try value(depth: depth))
      scanner.skipWhitespace()
      switch scanner.next {
      case UInt8(ascii: ","):
        scanner.advance()
        scanner.skipWhitespace()
      case UInt8(ascii: "]"):
        scanner.advance()
        return elements
      default:
        throw scanner.failure("expected , or ] in an array")
      }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    try enter(depth: depth)
    var members: [JSONObject.Member] = []
    if scanner.next == UInt8(ascii: "}") {
      scanner.advance()
      return JSONObject(members)
    }
    while true {
      guard scanner.next == UInt8(ascii: "\"") else { throw scanner.failure("expected a key in double quotes") }
      let key = try string()
      scanner.skipWhitespace()
      guard scanner.next == UInt8(ascii: ":") else { throw scanner.failure("expected : after a key") }
      scanner.advance()
      scanner.skipWhitespace()
      members.append(JSONObject.Member(key: key, value: try value(depth: depth)))
      scanner.skipWhitespace()
      switch scanner.next {
      case UInt8(ascii: ","):
        scanner.advance()
        scanner.skipWhitespace()
      case UInt8(ascii: "}"):
        scanner.advance()
        return JSONObject(members)
      default:
        throw scanner.failure("expected , or } in an object")
      }
    }
  }

  private mutating func enter(depth: Int) throws(JSONError) {
    guard depth <= limits.maximumDepth else { throw scanner.tooDeep(limits) }
    scanner.advance()
    scanner.skipWhitespace()
  }

  private mutating func string() throws(JSONError) -> String {
    let start = scanner.offset
    let hasEscapes = try scanner.skipString()
    let content = UnsafeBufferPointer(rebasing: scanner.bytes[start + 1..<scanner.offset - 1])
    return hasEscapes ? JSONString.unescape(content) : String(decoding: content, as: UTF8.self)
  }
}

extension JSONScanner {
  /// Refuses what is too long, or starts with a byte order mark.
  func checkStart(limits: JSONLimits) throws(JSONError) {
    guard bytes.count <= limits.maximumBytes else {
      throw JSONError(offset: limits.maximumBytes, message: "longer than \(limits.maximumBytes) bytes")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw JSONError(offset: 0, message: "it starts with a byte order mark, which JSON does not allow")
    }
  }

  /// Refuses anything but white space between here and the end.
  @inline(__always)
  mutating func checkEnd() throws(JSONError) {
    skipWhitespace()
    guard isAtEnd else { throw failure("the value is complete, but more text follows") }
  }

  func tooDeep(_ limits: JSONLimits) -> JSONError {
    JSONError(offset: offset, message: "nested deeper than \(limits.maximumDepth) arrays and objects")
  }
}
