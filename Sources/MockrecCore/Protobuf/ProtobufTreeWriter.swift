/// Writes what a `ProtobufTree` shows.
struct ProtobufTreeWriter {
  private static let words = ["@bytes", "@double", "@fixed32", "@fixed64", "@float", "@group"]

  static func message(_ object: JSONObject, depth: Int) throws(ProtobufError) -> [UInt8] {
    guard depth < ProtobufReader.maximumDepth else { throw ProtobufText.tooDeep }
    var writer = ProtobufWriter()
    for member in object.members {
      try ProtobufError.inside(.name(member.key)) { () throws(ProtobufError) in
        guard let number = self.fieldNumber(member.key) else {
          throw ProtobufError("a field of a message without a schema is named by its number, from 1 to 536870911")
        }
        try self.write(member.value, number, to: &writer, depth: depth)
      }
    }
    return writer.bytes
  }

  /// The number that a member's name is; nil for other names.
  static func fieldNumber(_ key: String) -> Int? {
    guard let number = Int(key), 1...0x1FFF_FFFF ~= number, key.utf8.elementsEqual(String(number).utf8) else {
      return nil
    }
    return number
  }

  /// A member's value: one field, or one for each element of an array.
  static func write(_ json: JSON, _ number: Int, to writer: inout ProtobufWriter, depth: Int) throws(ProtobufError) {
    guard case .array(let elements) = json else {
      return try self.field(json, number, to: &writer, depth: depth)
    }
    for (index, element) in elements.enumerated() {
      do throws(ProtobufError) {
        try self.field(element, number, to: &writer, depth: depth)
      } catch {
        try ProtobufError.inside(.index(index)) { () throws(ProtobufError) in throw error }
      }
    }
  }

  private static func field(
    _ json: JSON, _ number: Int, to writer: inout ProtobufWriter, depth: Int
  ) throws(ProtobufError) {
    switch json {
    case .number(let value):
      writer.varint(number, try self.bits(value, 64))
    case .string(let text):
      writer.delimited(number, text.utf8)
    case .object(let object):
      guard let word = object.members.first, word.key.hasPrefix("@") else {
        return writer.delimited(number, try self.message(object, depth: depth + 1))
      }
      guard object.count == 1 else { throw ProtobufError("\(word.key) stands alone in its object") }
      let encoded = try ProtobufError.inside(.name(word.key)) { () throws(ProtobufError) in
        try self.field(word: word.key, word.value, number, depth: depth)
      }
      writer.append(encoded)
    case .null, .bool, .array:
      throw ProtobufError(
        "a field of a message without a schema is a number, a string, an object or an array of these, not \(json.shown)"
      )
    }
  }

  private static func field(
    word: String, _ value: JSON, _ number: Int, depth: Int
  ) throws(ProtobufError) -> [UInt8] {
    var writer = ProtobufWriter()
    switch word {
    case "@bytes":
      writer.delimited(number, try ProtobufText.bytes(value))
    case "@fixed64", "@double":
      writer.tag(number, .fixed64)
      let isFraction = word == "@double"
      writer.fixed(isFraction ? try ProtobufText.double(value).bitPattern : try self.bits(self.number(value), 64))
    case "@fixed32", "@float":
      writer.tag(number, .fixed32)
      let isFraction = word == "@float"
      writer.fixed(
        isFraction
          ? try ProtobufText.float(value).bitPattern
          : UInt32(truncatingIfNeeded: try self.bits(self.number(value), 32)))
    case "@group":
      guard let object = value.object else { throw ProtobufError("a group is an object, not \(value.shown)") }
      writer.group(number, try self.message(object, depth: depth + 1))
    default:
      throw ProtobufError(
        "there is no \(word): bytes are written as one of \(self.words.joined(separator: ", "))",
        nearest: nearestWord(to: word, among: self.words))
    }
    return writer.bytes
  }

  private static func number(_ json: JSON) throws(ProtobufError) -> JSONNumber {
    guard let number = json.number else { throw ProtobufError("a whole number was expected, not \(json.shown)") }
    return number
  }

  /// The bits of a whole number, be it written with a sign or without.
  private static func bits(_ number: JSONNumber, _ width: Int) throws(ProtobufError) -> UInt64 {
    let least = width == 64 ? Int64.min : Int64(Int32.min)
    let most = width == 64 ? UInt64.max : UInt64(UInt32.max)
    if let value = UInt64(number.text), value <= most { return value }
    if let value = number.int64, value >= least, value < 0 || UInt64(value) <= most {
      return UInt64(bitPattern: value)
    }
    throw ProtobufError("\(number.text) is no whole number of \(width) bits")
  }
}
