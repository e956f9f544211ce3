/// A value of an overlay file or of a model's options, and where it stands.
package struct OverlayNode: Sendable {
  package enum Content: Sendable {
    case empty
    case text(String)
    case list([OverlayNode])
    case mapping([(key: OverlayNode, value: OverlayNode)])
  }

  package var content: Content
  package var place: Diagnostic.Place
  /// Whether a text was in quotes: `"2"` is no number.
  package var isQuoted: Bool

  package init(_ content: Content, at place: Diagnostic.Place, isQuoted: Bool = false) {
    self.content = content
    self.place = place
    self.isQuoted = isQuoted
  }

  /// What it is, as a noun for people.
  package var kind: String {
    switch self.content {
    case .empty: "empty"
    case .text: "a text"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  package var isEmpty: Bool { if case .empty = self.content { true } else { false } }

  package func problem(_ message: String, nearest: String? = nil, fix: String) -> Diagnostic {
    Diagnostic(message, at: self.place, nearest: nearest, fix: fix)
  }
}

// What a value has to be, or a problem that says so.
extension OverlayNode {
  package func text(_ name: String) throws(Diagnostic) -> String {
    guard case .text(let text) = self.content else {
      throw self.problem("`\(name)` is a text, not \(self.kind)", fix: "write `\(name): VALUE`")
    }
    return text
  }

  package func integer(_ name: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
    guard case .text(let text) = self.content, let number = Int(text), range.contains(number) else {
      throw self.problem(
        "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound)\(self.shown)",
        fix: "write such a number")
    }
    return number
  }

  package func number(_ name: String, in range: ClosedRange<Double>) throws(Diagnostic) -> Double {
    guard case .text(let text) = self.content, let number = Double(text), range.contains(number) else {
      throw self.problem(
        "`\(name)` is a number from \(range.lowerBound) to \(range.upperBound)\(self.shown)",
        fix: "write such a number")
    }
    return number
  }

  package func duration(_ name: String) throws(Diagnostic) -> Duration {
    guard case .text(let text) = self.content, let duration = Duration(parsing: text) else {
      throw self.problem("`\(name)` is a time\(self.shown)", fix: "write it with its unit: 500ms, 2s, 1m, 1h")
    }
    return duration
  }

  /// A number of bytes, with a unit or without.
  package func bytes(_ name: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
    if case .text(let text) = self.content, let bytes = ByteSize(parsing: text)?.bytes ?? Int(text),
      range.contains(bytes)
    {
      return bytes
    }
    throw self.problem(
      "`\(name)` is a number of bytes from \(range.lowerBound) to \(range.upperBound)\(self.shown)",
      fix: "write it with its unit: 100B, 64KB, 1MiB")
  }

  package func flag(_ name: String) throws(Diagnostic) -> Bool {
    guard case .text(let text) = self.content, let flag = ["true": true, "false": false][text] else {
      throw self.problem("`\(name)` is true or false\(self.shown)", fix: "write `\(name): true`")
    }
    return flag
  }

  package func list(_ name: String) throws(Diagnostic) -> [OverlayNode] {
    switch self.content {
    case .list(let list): return list
    case .text: return [self]
    default: throw self.problem("`\(name)` is a list, not \(self.kind)", fix: "write `\(name): [A, B]`")
    }
  }

  /// One of several words.
  package func word<Word>(_ name: String, of: Word.Type) throws(Diagnostic) -> Word
  where Word: RawRepresentable<String> & CaseIterable {
    let words = Word.allCases.map(\.rawValue)
    guard case .text(let text) = self.content, let word = Word(rawValue: text) else {
      var nearest: String?
      if case .text(let text) = self.content { nearest = nearestWord(to: text, among: words) }
      throw self.problem(
        "`\(name)` is one of \(words.joined(separator: ", "))\(self.shown)", nearest: nearest,
        fix: "write one of these words")
    }
    return word
  }

  private var shown: String {
    if case .text(let text) = self.content { ", and not `\(text)`" } else { ", and not \(self.kind)" }
  }

  /// A value that stands in no file: all of it at one place.
  package init(_ value: JSON, at place: Diagnostic.Place) {
    let content: Content =
      switch value {
      case .null: .empty
      case .string(let text): .text(text)
      case .bool, .number: .text(value.description)
      case .array(let list): .list(list.map { OverlayNode($0, at: place) })
      case .object(let object):
        .mapping(
          object.members.map { (OverlayNode(.text($0.key), at: place), OverlayNode($0.value, at: place)) })
      }
    self.init(content, at: place, isQuoted: value.string != nil)
  }

  /// The value as JSON: texts without quotes are numbers, booleans and null where they look so.
  package var json: JSON {
    switch self.content {
    case .empty: return .null
    case .text(let text):
      if self.isQuoted { return .string(text) }
      if let flag = ["true": true, "false": false][text] { return .bool(flag) }
      if let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
        let value = try? JSON.parse(text)
      {
        return value
      }
      return .string(text)
    case .list(let list): return .array(list.map(\.json))
    case .mapping(let pairs):
      return .object(
        JSONObject(
          pairs.compactMap { pair in
            if case .text(let key) = pair.key.content { .init(key: key, value: pair.value.json) } else { nil }
          }))
    }
  }
}

/// The fields of a mapping, taken one by one; what is left in the end is a problem.
package struct OverlayFields: Sendable {
  package struct Field: Sendable {
    package var name: String
    package var key: OverlayNode
    package var value: OverlayNode
  }

  package private(set) var fields: [Field] = []
  package let node: OverlayNode
  /// What the mapping is, as a noun for people.
  package let owner: String

  package init(_ node: OverlayNode, of owner: String) throws(Diagnostic) {
    self.node = node
    self.owner = owner
    switch node.content {
    case .empty: return
    case .mapping(let pairs):
      for pair in pairs {
        self.fields.append(Field(name: try pair.key.text("a key"), key: pair.key, value: pair.value))
      }
    default:
      throw node.problem("\(owner) is a mapping, not \(node.kind)", fix: "write `{key: value}`, or lines below it")
    }
  }

  package mutating func take(_ name: String) -> OverlayNode? {
    guard let index = self.fields.firstIndex(where: { $0.name == name }) else { return nil }
    return self.fields.remove(at: index).value
  }

  /// - Throws: A problem for the first field that nobody took.
  package func finish(known: [String]) throws(Diagnostic) {
    guard let field = self.fields.first else { return }
    let nearest = nearestWord(to: field.name, among: known)
    throw field.key.problem(
      "\(self.owner) has no `\(field.name)`", nearest: nearest.map { "`\($0)`" },
      fix: nearest.map { "write `\($0):`, or remove it" } ?? "write one of \(known.joined(separator: ", "))")
  }
}
