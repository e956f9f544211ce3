/// JSON whose keys and values are as they were spelled, placeholders included: what is not merged stays byte for byte.
indirect enum SpelledJSON: Sendable {
  typealias Member = (key: String, value: SpelledJSON)

  /// A text, a number, a word, a placeholder.
  case scalar(String)
  case array([SpelledJSON])
  /// No key is there twice.
  case object([Member])
}

extension SpelledJSON: Equatable {
  /// By meaning: members in any order, `1.0` as `1`.
  static func == (left: SpelledJSON, right: SpelledJSON) -> Bool {
    switch (left, right) {
    case (.scalar(let a), .scalar(let b)):
      if a.hasSameScalars(as: b) { return true }
      guard let a = left.json, let b = right.json else { return false }
      return a == b
    case (.array(let a), .array(let b)): return a == b
    case (.object(let a), .object(let b)):
      guard a.count == b.count else { return false }
      let values = Dictionary(b.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
      return a.allSatisfy { values[$0.key] == $0.value }
    default: return false
    }
  }

  /// The value, where no placeholder stands outside of texts.
  var json: JSON? { try? JSON.parse(Array(self.spelling.utf8)) }
}

extension SpelledJSON {
  private static let deepest = 128

  /// Reads JSON as it stands in a file; nil for what is none, repeats a key, or is nested too deep.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    var at = 0
    guard let value = Self.value(bytes, &at, depth: 0) else { return nil }
    Self.skipBlanks(bytes, &at)
    guard at == bytes.count else { return nil }
    self = value
  }

  private static func skipBlanks(_ bytes: [UInt8], _ at: inout Int) {
    while at < bytes.count, bytes[at] <= .space { at += 1 }
  }

  private static func value(_ bytes: [UInt8], _ at: inout Int, depth: Int) -> SpelledJSON? {
    self.skipBlanks(bytes, &at)
    guard at < bytes.count, depth < self.deepest else { return nil }
    let isPlaceholder = bytes[at] == .openBrace && at + 1 < bytes.count && bytes[at + 1] == .openBrace
    if bytes[at] == .openBrace, !isPlaceholder { return self.object(bytes, &at, depth: depth) }
    if bytes[at] == UInt8(ascii: "[") { return self.array(bytes, &at, depth: depth) }
    return self.scalar(bytes, &at).map { .scalar($0) }
  }

  private static func object(_ bytes: [UInt8], _ at: inout Int, depth: Int) -> SpelledJSON? {
    var members: [Member] = []
    var keys: Set<String> = []
    at += 1
    self.skipBlanks(bytes, &at)
    while at < bytes.count, bytes[at] != .closeBrace {
      guard bytes[at] == .quote, let key = self.scalar(bytes, &at), keys.insert(key).inserted else { return nil }
      self.skipBlanks(bytes, &at)
      guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { return nil }
      at += 1
      guard let value = self.value(bytes, &at, depth: depth + 1) else { return nil }
      members.append((key, value))
      guard self.next(bytes, &at, before: .closeBrace) else { return nil }
    }
    guard at < bytes.count else { return nil }
    at += 1
    return .object(members)
  }

  private static func array(_ bytes: [UInt8], _ at: inout Int, depth: Int) -> SpelledJSON? {
    var elements: [SpelledJSON] = []
    let end = UInt8(ascii: "]")
    at += 1
    self.skipBlanks(bytes, &at)
    while at < bytes.count, bytes[at] != end {
      guard let value = self.value(bytes, &at, depth: depth + 1) else { return nil }
      elements.append(value)
      guard self.next(bytes, &at, before: end) else { return nil }
    }
    guard at < bytes.count else { return nil }
    at += 1
    return .array(elements)
  }

  /// Steps over a comma, or stays before the end.
  private static func next(_ bytes: [UInt8], _ at: inout Int, before end: UInt8) -> Bool {
    self.skipBlanks(bytes, &at)
    guard at < bytes.count, bytes[at] == end || bytes[at] == UInt8(ascii: ",") else { return false }
    if bytes[at] == end { return true }
    at += 1
    self.skipBlanks(bytes, &at)
    return at < bytes.count && bytes[at] != end
  }

  private static func scalar(_ bytes: [UInt8], _ at: inout Int) -> String? {
    let start = at
    if bytes[at] == .quote {
      at += 1
      while at < bytes.count, bytes[at] != .quote { at += bytes[at] == .backslash ? 2 : 1 }
      at += 1
      guard at <= bytes.count else { return nil }
    } else {
      // A placeholder's text may hold what would end a number.
      var isInside = false
      while at < bytes.count {
        let byte = bytes[at]
        if byte == .openBrace { isInside = true }
        if !isInside, byte <= .space || byte == .closeBrace || ",:[]\"".utf8.contains(byte) { break }
        if isInside, byte == .closeBrace, at + 1 < bytes.count, bytes[at + 1] == .closeBrace {
          isInside = false
          at += 1
        }
        at += 1
      }
      guard !isInside else { return nil }
    }
    return at > start ? String(decoding: bytes[start..<at], as: UTF8.self) : nil
  }

  /// As cassettes show JSON: two spaces a level, as `JSONLayout.pretty` has it.
  var spelling: String {
    var text = ""
    self.print(to: &text, indent: "")
    return text
  }

  private func print(to text: inout String, indent: String) {
    switch self {
    case .scalar(let spelling): text += spelling
    case .array(let elements) where elements.isEmpty: text += "[]"
    case .object(let members) where members.isEmpty: text += "{}"
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        text += "\(index == 0 ? "" : ",")\n\(indent)  "
        element.print(to: &text, indent: indent + "  ")
      }
      text += "\n\(indent)]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        text += "\(index == 0 ? "" : ",")\n\(indent)  \(member.key): "
        member.value.print(to: &text, indent: indent + "  ")
      }
      text += "\n\(indent)}"
    }
  }
}

extension SpelledJSON {
  /// Merges two values that were made of a third: objects by key, arrays by what identifies their elements, or element
  /// by element where no side has more or fewer. nil where they have no parts in common.
  static func merge(
    _ sides: inout ThreeWay, _ base: SpelledJSON?, _ ours: SpelledJSON, _ theirs: SpelledJSON, at path: String
  ) -> SpelledJSON? {
    switch (base, ours, theirs) {
    case (.object(let b), .object(let o), .object(let t)):
      return .object(
        sides.list(b, o, t, at: "\(path).") { self.merge(&$0, $2, $3, $4, at: "\(path).\($1)") })
    case (.array(let b), .array(let o), .array(let t)):
      guard let keyed = self.keyed(b, o, t) else { return nil }
      return .array(
        sides.list(keyed[0], keyed[1], keyed[2], at: "\(path)[]") { self.merge(&$0, $2, $3, $4, at: "\(path)[]\($1)") }
          .map(\.value))
    default: return nil
    }
  }

  private static func keyed(_ b: [SpelledJSON], _ o: [SpelledJSON], _ t: [SpelledJSON]) -> [[Member]]? {
    let lists = [b, o, t]
    let values = lists.map { $0.compactMap(\.json) }
    if zip(lists, values).allSatisfy({ $0.count == $1.count }),
      let name = ArrayIdentity.find(values[0], values[1], isSteady: { _ in true })?.name,
      ArrayIdentity.find(values[0], values[2], isSteady: { _ in true })?.name == name
    {
      return zip(lists, values).map { list, values in
        zip(list, values).map { ($1[name].map { JSON.array([$0]).prettyText } ?? "", $0) }
      }
    }
    guard b.count == o.count, b.count == t.count else { return nil }
    return lists.map { $0.enumerated().map { (String($0), $1) } }
  }
}
