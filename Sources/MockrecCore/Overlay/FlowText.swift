/// Reads what stands in one line as overlays have it in YAML: `250ms`, `uniform: [10ms, 50ms]`, `{normal: {mean: 1s}}`.
///
/// The outermost braces of a mapping may be left out. Texts have no quotes, and none of the characters `,:{}[]`.
struct FlowText {
  private let bytes: [UInt8]
  private let source: SourceText
  /// Of the text's first byte in the source.
  private let offset: Int
  private let wanted: String
  private var at = 0

  private static let deepest = 8

  /// - Parameter wanted: What the text is to be, for messages.
  init(_ text: String, in source: SourceText, at offset: Int, wanted: String) {
    self.bytes = Array(text.utf8)
    self.source = source
    self.offset = offset
    self.wanted = wanted
  }

  mutating func node() throws(Diagnostic) -> OverlayNode {
    let start = self.place
    let first = try self.value(depth: 0)
    var node = first
    if self.take(":") { node = try self.mapping(from: first, at: start, depth: 0) }
    guard self.at == self.bytes.count else { throw self.problem }
    return node
  }

  private var place: Diagnostic.Place { .init(self.source, at: self.offset + self.at) }

  private var problem: Diagnostic { Diagnostic("this is not \(self.wanted)", at: self.place) }

  private mutating func skipBlanks() {
    while self.at < self.bytes.count, self.bytes[self.at] == .space { self.at += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    self.skipBlanks()
    guard self.at < self.bytes.count, self.bytes[self.at] == UInt8(ascii: character) else { return false }
    self.at += 1
    return true
  }

  private mutating func value(depth: Int) throws(Diagnostic) -> OverlayNode {
    self.skipBlanks()
    guard depth < Self.deepest else { throw self.problem }
    let start = self.place
    if self.take("[") { return try self.list(at: start, depth: depth) }
    guard self.take("{") else { return try self.text() }
    let mapping = try self.mapping(from: nil, at: start, depth: depth)
    guard self.take("}") else { throw self.problem }
    return mapping
  }

  private mutating func text() throws(Diagnostic) -> OverlayNode {
    let (start, place) = (self.at, self.place)
    while self.at < self.bytes.count, !",:{}[]".utf8.contains(self.bytes[self.at]) { self.at += 1 }
    let text = String(decoding: self.bytes[start..<self.at], as: UTF8.self)[...].trimmingBlanks
    guard !text.isEmpty else {
      self.at = start
      throw self.problem
    }
    return OverlayNode(.text(String(text)), at: place)
  }

  private mutating func list(at start: Diagnostic.Place, depth: Int) throws(Diagnostic) -> OverlayNode {
    var elements: [OverlayNode] = []
    repeat { elements.append(try self.value(depth: depth + 1)) } while self.take(",")
    guard self.take("]") else { throw self.problem }
    return OverlayNode(.list(elements), at: start)
  }

  /// - Parameter key: The first key, where it and its colon have been read.
  private mutating func mapping(
    from key: OverlayNode?, at start: Diagnostic.Place, depth: Int
  ) throws(Diagnostic) -> OverlayNode {
    var pairs: [(key: OverlayNode, value: OverlayNode)] = []
    if let key { pairs.append((key, try self.value(depth: depth + 1))) }
    while pairs.isEmpty || self.take(",") {
      self.skipBlanks()
      let key = try self.text()
      guard self.take(":") else { throw self.problem }
      pairs.append((key, try self.value(depth: depth + 1)))
    }
    return OverlayNode(.mapping(pairs), at: start)
  }
}

extension Mark {
  /// The value as overlays have theirs.
  ///
  /// - Parameters:
  ///   - wanted: What it is to be, for messages.
  ///   - offset: As of `place`.
  package func node(_ wanted: String, in source: SourceText, before offset: Int) throws(Diagnostic) -> OverlayNode {
    let start = self.offset(in: source, before: offset) + "# @\(self.name) ".utf8.count
    var text = FlowText(self.value, in: source, at: start, wanted: wanted)
    return try text.node()
  }
}
