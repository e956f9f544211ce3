/// A message without a schema: an object with a member for each field, or for fields of one number that follow each other,
/// under the number. Fields of one number that others stand between are members of the same key.
///
/// | in JSON | in the bytes |
/// | --- | --- |
/// | `-7` | a varint, read as a signed number of 64 bits; up to 2⁶⁴ − 1 when written |
/// | `"text"` | bytes with a length in front, which are printable UTF-8 |
/// | `{"1": …}` | the same, where they are a message |
/// | `{"@bytes": "AP8="}` | the same, where they are neither, as base64 |
/// | `{"@fixed64": -7}`, `{"@double": 0.5}` | eight bytes; what looks like a usual fraction is shown as one |
/// | `{"@fixed32": -7}`, `{"@float": 0.5}` | four bytes |
/// | `{"@group": {"1": …}}` | a group of proto2 |
/// | `[…, …]` | several fields, one behind the other |
struct ProtobufTree {
  let bytes: [UInt8]

  /// - Throws: Where the bytes are no message, or one that the tree cannot give back, as numbers are longer than they need
  ///   be.
  func message(_ range: Range<Int>, depth: Int) throws(ProtobufError) -> JSON {
    guard depth < ProtobufReader.maximumDepth else { throw ProtobufReader.tooDeep(range.lowerBound) }
    var reader = ProtobufReader(self.bytes, range)
    var members: [JSONObject.Member] = []
    for run in try reader.runs() {
      members.append(.init(key: String(run[0].number), value: try self.value(of: run, depth: depth)))
    }
    return .object(JSONObject(members))
  }

  /// The fields of one number that follow each other.
  func value(of run: [ProtobufRecord], depth: Int) throws(ProtobufError) -> JSON {
    var values: [JSON] = []
    for record in run {
      guard record.isMinimal else {
        throw ProtobufError(byte: record.offset, "a number takes more bytes than it needs")
      }
      values.append(try self.value(record.payload, depth: depth))
    }
    return values.count == 1 ? values[0] : .array(values)
  }

  private func value(_ payload: ProtobufRecord.Payload, depth: Int) throws(ProtobufError) -> JSON {
    switch payload {
    case .varint(let value):
      .number(JSONNumber(Int64(bitPattern: value)))
    case .fixed64(let bits):
      if Self.isUsual(Double(bitPattern: bits)), let fraction = JSONNumber(Double(bitPattern: bits).description) {
        ["@double": .number(fraction)]
      } else {
        ["@fixed64": .number(JSONNumber(Int64(bitPattern: bits)))]
      }
    case .fixed32(let bits):
      if Self.isUsual(Float(bitPattern: bits)), let fraction = JSONNumber(Float(bitPattern: bits).description) {
        ["@float": .number(fraction)]
      } else {
        ["@fixed32": .number(JSONNumber(Int32(bitPattern: bits)))]
      }
    case .delimited(let range):
      self.delimited(range, depth: depth)
    case .group(let range):
      ["@group": try self.message(range, depth: depth + 1)]
    }
  }

  /// Whether it is of a size that measures and prices have: all others are more likely to be whole numbers.
  static func isUsual(_ value: Double) -> Bool { (1e-9..<1e15).contains(value.magnitude) }
  static func isUsual(_ value: Float) -> Bool { (1e-6..<1e9).contains(value.magnitude) }

  private func delimited(_ range: Range<Int>, depth: Int) -> JSON {
    let content = self.bytes[range]
    let text = String(validating: content, as: UTF8.self).flatMap { Self.isReadable($0) ? $0 : nil }
    // A message may begin with what would be a line's end or a tab in a text, and no text does that is a message.
    let isMessageSooner = content.first.map { $0 < 0x20 } ?? false
    if let text, !isMessageSooner { return .string(text) }
    if let message = try? self.message(range, depth: depth + 1) { return message }
    return text.map { .string($0) } ?? ["@bytes": .string(ProtobufText.base64(content))]
  }

  static func isReadable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      if scalar.isASCII { return 0x20..<0x7F ~= scalar.value || 9...10 ~= scalar.value || scalar.value == 13 }
      switch scalar.properties.generalCategory {
      case .control, .privateUse, .unassigned, .surrogate: return false
      default: return true
      }
    }
  }
}
