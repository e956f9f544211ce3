/// What a query gives, a predicate judges and a variable holds. A query that finds nothing gives no value at all.
package enum ContractValue: Sendable, Hashable {
  case json(JSON)
  case bytes([UInt8])
  case date(Timestamp)
  /// What an XPath selects, of which only the number is known.
  case nodes(Int)
  /// A regular expression between slashes, as an argument.
  case pattern(String)
  /// An argument that was read ahead, so that it is not read again for every value.
  case read(ReadArgument)

  package static func text(_ text: String) -> ContractValue { .json(.string(text)) }
  package static func number(_ number: some FixedWidthInteger) -> ContractValue { .json(.number(JSONNumber(number))) }
  static func list(_ values: [JSON]) -> ContractValue { .json(.array(values)) }

  /// Why a word that wants something else cannot use it: `number 42, which is no string`.
  package func isNo(_ wanted: String) -> WordError { .unfit(self, "which is no \(wanted)") }

  /// None of them is nothing, one is itself, several are a list.
  static func oneOrList(_ values: [JSON]) -> ContractValue? {
    values.count > 1 ? .list(values) : values.first.map { .json($0) }
  }

  package var json: JSON? { if case .json(let json) = self { json } else { nil } }
  var string: String? { self.json?.string }
  var number: JSONNumber? { self.json?.number }
  var list: [JSON]? { self.json?.array }

  /// As a noun for people.
  package var kind: String {
    switch self {
    case .bytes: "bytes"
    case .date: "date"
    case .nodes: "node set"
    case .pattern, .read(.pattern): "pattern"
    case .read(.path): "JSONPath"
    case .read(.format), .read(.offset): "date format"
    case .json(.array): "list"
    case .json(let json): json.kind
    }
  }

  /// As people read it, no longer than about `Excerpt.limit` bytes.
  var shown: String {
    switch self {
    case .json(let json): Excerpt.json(json)
    case .bytes(let bytes): Excerpt.bytes(bytes)
    case .date(let moment): moment.text
    case .nodes(let count): "\(count) node\(count == 1 ? "" : "s")"
    case .pattern(let text): "/\(text)/"
    case .read(let argument): argument.text
    }
  }
}

/// An argument in the form in which its word uses it.
package enum ReadArgument: Sendable, Hashable {
  case path(JSONPath)
  case pattern(Pattern)
  case format(DateFormat)
  case offset(DateOffset)

  /// As written.
  var text: String {
    switch self {
    case .path(let path): path.text
    case .pattern(let pattern): pattern.text
    case .format(let format): format.text
    case .offset(let offset): offset.text
    }
  }
}

/// What of a long value is shown.
enum Excerpt {
  /// In bytes. What is longer is cut or described: a finding must not hold a second copy of a large body.
  static let limit = 2000

  static func json(_ json: JSON) -> String {
    switch json {
    case .string(let text):
      return JSONString.quote(self.text(text))
    case .array(let elements) where elements.count > self.limit / 2: return "[… \(elements.count) elements]"
    case .object(let object) where object.count > self.limit / 5: return "{… \(object.count) members}"
    default:
      let text = json.description
      guard text.utf8.count > self.limit else { return text }
      switch json {
      case .array(let elements): return "[… \(elements.count) elements]"
      case .object(let object): return "{… \(object.count) members}"
      default: return self.text(text)
      }
    }
  }

  static func text(_ text: String) -> String {
    guard text.utf8.count > self.limit else { return text }
    let scalars = text.unicodeScalars
    return String(scalars.prefix(self.limit / 4)) + "… (\(text.utf8.count) bytes)"
  }

  static func bytes(_ bytes: [UInt8]) -> String {
    let shown = bytes.prefix(32).map(self.hex).joined()
    return bytes.count > 32 ? "hex,\(shown)…; (\(bytes.count) bytes)" : "hex,\(shown);"
  }

  static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
