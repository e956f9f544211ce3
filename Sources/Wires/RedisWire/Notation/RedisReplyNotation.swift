import MockrecCore
import MockrecWire

/// How a reply's bytes are written into an entry, and read back byte for byte.
///
/// A status or an error stands on the response line (`REDIS OK`, `REDIS -ERR no such key`). Everything else is JSON; what
/// JSON cannot show, and what a subscription got, are the bytes themselves.
struct RedisReplyNotation {
  /// Replies longer than this lie in files.
  static let longestText = 256 * 1024
  static let longestBinary = 256

  var status = ""
  var text: BodyText?
  var marks: [Mark] = []

  init(_ bytes: [UInt8], version: Int, file: (_ bytes: [UInt8], _ extension: String) throws -> String) rethrows {
    guard !bytes.isEmpty else { return }
    if bytes.count <= Self.longestText, let values = RESPValue.all(in: bytes), values.count == 1,
      let value = values.first
    {
      if self.write(value, version), (try? Self.read(self, version: version)) == bytes { return }
      // Whatever was begun goes.
      self = RedisReplyNotation()
    }
    self.text = bytes.count <= Self.longestBinary ? BodyText(hex: bytes) : BodyText(file: try file(bytes, "resp"))
  }

  private init() {}

  private mutating func write(_ value: RESPValue, _ version: Int) -> Bool {
    switch value {
    case .simple(let text), .error(let text):
      let isError = value.isError
      guard let text = String(validating: text, as: UTF8.self), !text.isEmpty, Self.fitsLine(text) else { return false }
      self.status = isError ? "-" + text : text
      return isError || !text.hasPrefix("-")
    default:
      guard let json = RESPJSON.json(value) else { return false }
      let compact = Array(json.description.utf8)
      guard let text = BodyText(json: JSONLayout.pretty(compact) ?? compact) else { return false }
      self.text = text
      var none: ArraySlice<UInt8> = []
      if RESPJSON.value(json, version: version, types: &none) != value {
        self.marks = [Mark("types", RESPJSON.spelling(RESPJSON.types(of: value)))]
      }
      return true
    }
  }

  /// Whether a text can stand on the response line as it is.
  private static func fitsLine(_ text: String) -> Bool {
    !text.hasPrefix(" ") && !text.hasSuffix(" ")
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !"#\\{}".unicodeScalars.contains($0) && $0.isASCII }
  }

  /// The reply's bytes; nil where they stand in a file.
  static func read(_ notation: RedisReplyNotation, version: Int) throws(Problem) -> [UInt8]? {
    let types = notation.marks.first { $0.name == "types" }
    return try self.bytes(status: notation.status, body: notation.text, types: types?.value, version: version)
  }

  struct Problem: Error {
    var message: String
    var fix: String?
  }

  /// The bytes of a reply as it is written; nil where they stand in a file.
  static func bytes(
    status: String, body: BodyText?, types: String?, version: Int
  ) throws(Problem) -> [UInt8]? {
    if !status.isEmpty {
      guard body == nil else {
        throw Problem(message: "a reply is a status or has a body, not both", fix: "leave one of them out")
      }
      return status.hasPrefix("-")
        ? RESPValue.error(Array(status.dropFirst().utf8)).bytes : RESPValue.simple(Array(status.utf8)).bytes
    }
    switch body {
    case nil: return []
    case .hex(let bytes, _), .base64(let bytes, _): return bytes
    case .file: return nil
    case .multiline(let text): return try self.bulk(text.text)
    case .oneline(let text): return try self.bulk(text)
    case .xml(let text): return try self.bulk(text)
    case .messages: throw Problem(message: BodyText.severalMessages, fix: nil)
    case .json(let template):
      guard let text = template.literal else {
        throw Problem(message: "a variable cannot stand in a reply that is served", fix: "write the value itself")
      }
      guard let json = try? JSON.parse(Array(text.utf8)) else { throw Problem(message: "this is not JSON", fix: nil) }
      var list = (types.map { RESPJSON.types(spelt: $0) ?? [] } ?? [])[...]
      guard types == nil || !list.isEmpty, let value = RESPJSON.value(json, version: version, types: &list),
        list.isEmpty
      else {
        throw Problem(
          message: "the types `\(types ?? "")` are not those of this reply",
          fix: "leave the mark `# @types` out for the usual ones")
      }
      return value.bytes
    }
  }

  private static func bulk(_ template: Template) throws(Problem) -> [UInt8] {
    guard let text = template.literal else {
      throw Problem(message: "a variable cannot stand in a reply that is served", fix: "write the value itself")
    }
    return RESPValue.bulk(Array(text.utf8)).bytes
  }
}
