/// Reads XML into values that compare as JSON does, so that an element that goes is found where it stood.
///
/// An element is an object: `@name` for an attribute, a list for all children of a name, `#text` for its text; one with
/// text alone is a string. Comments, processing instructions and blanks around text say nothing. Names are compared as
/// written, prefixes and all.
///
/// Source: XML 1.0, sections 2 and 3, without document type declarations: a text that has one is not read.
struct MarkupReader {
  private static let maximumDepth = 100

  private let bytes: [UInt8]
  private var at = 0

  /// The root element as an object of one member; nil for what is not well-formed, and for HTML.
  static func read(_ text: String) -> JSON? {
    var reader = MarkupReader(bytes: Array(text.utf8))
    guard reader.skipMisc(), let root = reader.element(depth: 0), reader.skipMisc(), reader.at == reader.bytes.count
    else { return nil }
    return root.name.lowercased() == "html" ? nil : JSON.object(JSONObject([.init(key: root.name, value: root.value)]))
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func sees(_ word: StaticString) -> Bool {
    word.withUTF8Buffer { self.bytes[self.at...].starts(with: $0) }
  }

  private mutating func skip(_ word: StaticString) -> Bool {
    guard self.sees(word) else { return false }
    self.at += word.utf8CodeUnitCount
    return true
  }

  /// Goes behind the next `word`; false where there is none.
  private mutating func skip(past word: StaticString) -> Bool {
    while self.at < self.bytes.count {
      if self.skip(word) { return true }
      self.at += 1
    }
    return false
  }

  private mutating func skipBlanks() {
    while self.at < self.bytes.count, self.bytes[self.at] <= 0x20 { self.at += 1 }
  }

  /// What may stand before and behind the root element.
  private mutating func skipMisc() -> Bool {
    _ = self.skip("\u{FEFF}")
    while true {
      self.skipBlanks()
      if self.skip("<?") {
        guard self.skip(past: "?>") else { return false }
      } else if self.skip("<!--") {
        guard self.skip(past: "-->") else { return false }
      } else {
        return true
      }
    }
  }

  private mutating func name() -> String? {
    let start = self.at
    while self.at < self.bytes.count, self.bytes[self.at] > 0x20, !"<>/='\"&".utf8.contains(self.bytes[self.at]) {
      self.at += 1
    }
    guard self.at > start, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self.bytes[start]) else { return nil }
    return String(decoding: self.bytes[start..<self.at], as: UTF8.self)
  }

  private mutating func element(depth: Int) -> (name: String, value: JSON)? {
    guard depth < Self.maximumDepth, self.skip("<"), let name = self.name() else { return nil }
    var members: [JSONObject.Member] = []
    while true {
      self.skipBlanks()
      if self.skip("/>") { return (name, Self.value(members, children: [], text: "")) }
      if self.skip(">") { break }
      guard let attribute = self.attribute() else { return nil }
      members.append(attribute)
    }
    var (children, text): ([(name: String, value: JSON)], [UInt8]) = ([], [])
    while !self.skip("</") {
      if self.skip("<!--") {
        guard self.skip(past: "-->") else { return nil }
      } else if self.skip("<?") {
        guard self.skip(past: "?>") else { return nil }
      } else if self.skip("<![CDATA[") {
        let start = self.at
        guard self.skip(past: "]]>") else { return nil }
        text += self.bytes[start..<(self.at - 3)]
      } else if self.sees("<") {
        guard let child = self.element(depth: depth + 1) else { return nil }
        children.append(child)
      } else {
        guard let piece = self.characters(until: UInt8(ascii: "<")) else { return nil }
        text += piece
      }
    }
    guard self.name() == name else { return nil }
    self.skipBlanks()
    guard self.skip(">") else { return nil }
    return (name, Self.value(members, children: children, text: String(decoding: text, as: UTF8.self)))
  }

  private mutating func attribute() -> JSONObject.Member? {
    guard let name = self.name() else { return nil }
    self.skipBlanks()
    guard self.skip("=") else { return nil }
    self.skipBlanks()
    guard let quote = self.bytes.indices.contains(self.at) ? self.bytes[self.at] : nil,
      quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
    else { return nil }
    self.at += 1
    guard let value = self.characters(until: quote), self.at < self.bytes.count else { return nil }
    self.at += 1
    return .init(key: "@\(name)", value: .string(String(decoding: value, as: UTF8.self)))
  }

  /// Text with its references resolved; nil at the end of the bytes and for references that are not XML's own.
  private mutating func characters(until end: UInt8) -> [UInt8]? {
    var text: [UInt8] = []
    while self.at < self.bytes.count, self.bytes[self.at] != end {
      if self.bytes[self.at] == UInt8(ascii: "&") {
        guard let close = self.bytes[self.at...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
          let scalar = Self.scalar(String(decoding: self.bytes[(self.at + 1)..<close], as: UTF8.self))
        else { return nil }
        text += Array(String(scalar).utf8)
        self.at = close + 1
      } else {
        text.append(self.bytes[self.at])
        self.at += 1
      }
    }
    return self.at < self.bytes.count ? text : nil
  }

  private static func scalar(_ reference: String) -> Unicode.Scalar? {
    switch reference {
    case "lt": "<"
    case "gt": ">"
    case "amp": "&"
    case "quot": "\""
    case "apos": "'"
    case _ where reference.hasPrefix("#x"): UInt32(reference.dropFirst(2), radix: 16).flatMap { Unicode.Scalar($0) }
    case _ where reference.hasPrefix("#"): UInt32(reference.dropFirst()).flatMap { Unicode.Scalar($0) }
    default: nil
    }
  }

  /// Blanks and line ends around text are the writer's layout.
  private static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
      let last = scalars.lastIndex(where: { $0.value > 0x20 })
    else { return "" }
    return String(scalars[first...last])
  }

  private static func value(
    _ attributes: [JSONObject.Member], children: [(name: String, value: JSON)], text: String
  ) -> JSON {
    let text = Self.trimmed(text)
    if attributes.isEmpty, children.isEmpty { return .string(text) }
    var (order, byName): ([ExactText], [ExactText: [JSON]]) = ([], [:])
    for child in children {
      if byName[ExactText(child.name)] == nil { order.append(ExactText(child.name)) }
      byName[ExactText(child.name), default: []].append(child.value)
    }
    var members = attributes + order.map { .init(key: $0.text, value: .array(byName[$0] ?? [])) }
    if !text.isEmpty { members.append(.init(key: "#text", value: .string(text))) }
    return .object(JSONObject(members))
  }
}

extension JSONLocation {
  /// A place in what `MarkupReader` read, as an XPath: `/ListBucketResult/Contents[2]/Key`.
  var xpath: String {
    self.steps.reduce(into: "") { path, step in
      switch step {
      case .name("#text"): path += "/text()"
      case .name(let name): path += "/\(name)"
      case .index(0): break
      case .index(let index): path += "[\(index + 1)]"
      }
    }
  }
}
