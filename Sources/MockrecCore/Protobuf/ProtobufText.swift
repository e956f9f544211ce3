/// How single values are written in JSON.
///
/// Source: protobuf.dev, ProtoJSON Format.
package enum ProtobufText {
  static var tooDeep: ProtobufError {
    ProtobufError("more than \(ProtobufReader.maximumDepth) messages stand in one another")
  }

  /// With padding, on one line.
  package static func base64(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: base64Text(Array(bytes)).utf8.filter { $0 != .lineFeed }, as: UTF8.self)
  }

  /// Undoes base64 in either alphabet, with padding or without.
  static func bytes(_ json: JSON) throws(ProtobufError) -> [UInt8] {
    guard let text = json.string else { throw ProtobufError("base64 was expected, not \(json.shown)") }
    var decoder = Base64Decoder(capacity: text.utf8.count)
    for byte in text.utf8 {
      let digit = byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
      guard decoder.append(digit) else { throw ProtobufError("this is no base64: \(json.shown)") }
    }
    guard let bytes = decoder.finish() else { throw ProtobufError("this is no base64: \(json.shown)") }
    return bytes
  }

  /// A number, or the name of what JSON has no number for; nil for a NaN with other bits than the usual ones.
  static func json(_ value: Double) -> JSON? {
    if let number = JSONNumber(value) { return .number(number) }
    if value.isNaN { return value.bitPattern == Double.nan.bitPattern ? "NaN" : nil }
    return value < 0 ? "-Infinity" : "Infinity"
  }

  static func json(_ value: Float) -> JSON? {
    if let number = value.isFinite ? JSONNumber(value.description) : nil { return .number(number) }
    if value.isNaN { return value.bitPattern == Float.nan.bitPattern ? "NaN" : nil }
    return value < 0 ? "-Infinity" : "Infinity"
  }

  static func double(_ json: JSON) throws(ProtobufError) -> Double {
    try self.fraction(json, "double") { Double($0) }
  }

  static func float(_ json: JSON) throws(ProtobufError) -> Float {
    try self.fraction(json, "float") { Float($0) }
  }

  private static func fraction<Value: BinaryFloatingPoint>(
    _ json: JSON, _ word: String, _ read: (String) -> Value?
  ) throws(ProtobufError) -> Value {
    switch json {
    case .string("NaN"): return .nan
    case .string("Infinity"): return .infinity
    case .string("-Infinity"): return -.infinity
    default: break
    }
    guard let number = self.number(json), let value = read(number.text) else {
      throw ProtobufError("a \(word) is a number, \"NaN\", \"Infinity\" or \"-Infinity\", not \(json.shown)")
    }
    guard value.isFinite else { throw ProtobufError("\(json.shown) is too large for a \(word)") }
    return value
  }

  /// A whole number within the bounds of its type, as a number or in a string.
  static func integer<Value: FixedWidthInteger>(_ json: JSON, _ word: String) throws(ProtobufError) -> Value {
    guard let number = self.number(json) else {
      throw ProtobufError("a whole number (\(word)) was expected, not \(json.shown)")
    }
    if let value = Value(number.text) { return value }
    if let value = number.int64.flatMap({ Value(exactly: $0) }) { return value }
    throw ProtobufError("\(json.shown) is no whole number from \(Value.min) to \(Value.max), as \(word) is")
  }

  private static func number(_ json: JSON) -> JSONNumber? { json.number ?? json.string.flatMap { JSONNumber($0) } }
}

extension JSON {
  /// The value in a few words, for errors.
  var shown: String {
    switch self {
    case .object: return "an object"
    case .array: return "an array"
    case .string(let text): return JSONString.quote(text.count > 40 ? text.prefix(40) + "…" : text)
    case .number(let number): return number.text.count > 40 ? number.text.prefix(40) + "…" : number.text
    case .null, .bool: return self.description
    }
  }
}
