/// Lays out one JSON text: checks and copies its tokens in a single pass, with no allocation for each.
struct JSONRenderer: ~Copyable {
  private var scanner: JSONScanner
  private(set) var output: JSONOutput
  private let layout: JSONLayout
  private let indentByte: UInt8
  private let indentWidth: Int
  private let isMultiline: Bool
  /// The containers around this place.
  private var open = ContainerStack()
  /// How many of them indent what stands in them.
  private var level = 0

  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt8>, layout: JSONLayout) {
    let limits = JSONLayout.limits
    scanner = JSONScanner(text)
    output = JSONOutput(capacity: min(text.count + text.count / 2, limits.maximumBytes), maximum: limits.maximumBytes)
    self.layout = layout
    switch layout.indent {
    case .none: (isMultiline, indentByte, indentWidth) = (false, 0x20, 0)
    case .spaces(let count): (isMultiline, indentByte, indentWidth) = (true, 0x20, count)
    case .tab: (isMultiline, indentByte, indentWidth) = (true, 0x09, 1)
    }
  }

  /// Lays out the whole text into `output`.
  ///
  /// All of it is one function once compiled, whose state stays in registers.
  @inline(__always)
  mutating func render() throws(JSONError) {
    try scanner.checkStart(limits: JSONLayout.limits)
    scanner.skipWhitespace()
    repeat {
      while try enterContainer() {}
    } while try leaveForNextValue()
    try scanner.checkEnd()
    if layout.hasFinalNewline { try lineEnd() }
  }

  /// Copies the value here; true when it is a container with something in it, and its first value comes next.
  @inline(__always)
  private mutating func enterContainer() throws(JSONError) -> Bool {
    switch scanner.next {
    case UInt8(ascii: "{"):
      guard try enter(isArray: false) else { return false }
      try key()
      return true
    case UInt8(ascii: "["):
      return try enter(isArray: true)
    case UInt8(ascii: "\""):
      let start = scanner.offset
      _ = try scanner.skipString()
      try output.put(start, scanner.offset, of: scanner.bytes)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let start = scanner.offset
      try scanner.skipNumber()
      try output.put(start, scanner.offset, of: scanner.bytes)
    case UInt8(ascii: "t"):
      try name("true")
    case UInt8(ascii: "f"):
      try name("false")
    case UInt8(ascii: "n"):
      try name("null")
    default:
      throw scanner.failure("expected a value")
    }
    return false
  }

  /// After a value: closes what ends here and goes on to the next value; false at the end of the outermost one.
  @inline(__always)
  private mutating func leaveForNextValue() throws(JSONError) -> Bool {
    while open.count > 0 {
      scanner.skipWhitespace()
      let isArray = open.isTopArray
      switch (scanner.next, isArray) {
      case (UInt8(ascii: ","), _):
        scanner.advance()
        try comma(isArray: isArray)
        scanner.skipWhitespace()
        if !isArray { try key() }
        return true
      case (UInt8(ascii: "]"), true), (UInt8(ascii: "}"), false):
        try leave(isArray: isArray)
      default:
        throw scanner.failure(isArray ? "expected , or ] in an array" : "expected , or } in an object")
      }
    }
    return false
  }

  @inline(__always)
  private mutating func name(_ word: StaticString) throws(JSONError) {
    let start = scanner.offset
    try scanner.skipName(word)
    try output.put(start, scanner.offset, of: scanner.bytes)
  }

  @inline(__always)
  private mutating func key() throws(JSONError) {
    guard scanner.next == UInt8(ascii: "\"") else { throw scanner.failure("expected a key in double quotes") }
    let start = scanner.offset
    _ = try scanner.skipString()
    try output.put(start, scanner.offset, of: scanner.bytes)
    scanner.skipWhitespace()
    guard scanner.next == UInt8(ascii: ":") else { throw scanner.failure("expected : after a key") }
    scanner.advance()
    scanner.skipWhitespace()
    if layout.colon == .wide { try output.put(0x20) }
    try output.put(UInt8(ascii: ":"))
    if layout.colon != .tight { try output.put(0x20) }
  }

  @inline(__always)
  private mutating func enter(isArray: Bool) throws(JSONError) -> Bool {
    guard open.count < ContainerStack.capacity else { throw scanner.tooDeep(JSONLayout.limits) }
    try output.put(scanner.next)
    scanner.advance()
    scanner.skipWhitespace()
    let isEmpty = scanner.next == (isArray ? UInt8(ascii: "]") : UInt8(ascii: "}"))
    if isEmpty {
      switch layout.empty {
      case .closed: break
      case .open: try output.put(0x20)
      case .split: try lineStart()
      }
      try output.put(scanner.next)
      scanner.advance()
      return false
    }
    open.push(isArray: isArray)
    if isArray, layout.hasInlineArrays {
      try output.put(0x20)
    } else {
      level += 1
      if isMultiline { try lineStart() }
    }
    return true
  }

  @inline(__always)
  private mutating func leave(isArray: Bool) throws(JSONError) {
    open.pop()
    if isArray, layout.hasInlineArrays {
      try output.put(0x20)
    } else {
      level -= 1
      if isMultiline { try lineStart() }
    }
    try output.put(scanner.next)
    scanner.advance()
  }

  @inline(__always)
  private mutating func comma(isArray: Bool) throws(JSONError) {
    try output.put(UInt8(ascii: ","))
    if isArray, layout.hasInlineArrays {
      try output.put(0x20)
    } else {
      if layout.hasCommaSpace { try output.put(0x20) }
      if isMultiline { try lineStart() }
    }
  }

  @inline(__always)
  private mutating func lineStart() throws(JSONError) {
    try lineEnd()
    try output.put(indentByte, count: level * indentWidth)
  }

  @inline(__always)
  private mutating func lineEnd() throws(JSONError) {
    if layout.hasCRLF { try output.put(0x0D) }
    try output.put(0x0A)
  }
}

/// Whether each of the containers around a place is an array, one bit each.
private struct ContainerStack {
  /// The depth limit of layouts.
  static let capacity = 512

  private(set) var count = 0
  /// The innermost up to 64 containers, the last one in the lowest bit.
  private var bits: UInt64 = 0
  /// Those around them, 64 in each; empty for nearly every text.
  private var outer: [UInt64] = []

  @inline(__always)
  var isTopArray: Bool { bits & 1 == 1 }

  @inline(__always)
  mutating func push(isArray: Bool) {
    if count & 63 == 0, count > 0 { outer.append(bits) }
    bits = bits << 1 | (isArray ? 1 : 0)
    count += 1
  }

  @inline(__always)
  mutating func pop() {
    count -= 1
    bits >>= 1
    if count & 63 == 0, let last = outer.popLast() { bits = last }
  }
}
