/// One RESP value as it stood on the wire, RESP2 or RESP3.
///
/// Two replies are equal when their bytes are: a null in RESP2's two forms and RESP3's one are three cases, and a
/// double keeps its text.
indirect enum Reply: Hashable {
  case simple([UInt8])
  case error([UInt8])
  case integer(Int64)
  case bulk([UInt8])
  /// `_`, RESP3.
  case null
  /// `$-1`, RESP2.
  case nullBulk
  /// `*-1`, RESP2.
  case nullArray
  case array([Reply])
  /// Keys and values in turn.
  case map([Reply])
  case set([Reply])
  case push([Reply])
  case double([UInt8])
  case boolean(Bool)
  case verbatim([UInt8])
  case bigNumber([UInt8])

  /// The elements of an aggregate; nil for everything else.
  var elements: [Reply]? {
    switch self {
    case .array(let elements), .map(let elements), .set(let elements), .push(let elements): elements
    default: nil
    }
  }

  /// The text of a string-like value or an integer.
  var text: [UInt8]? {
    switch self {
    case .simple(let text), .error(let text), .bulk(let text), .double(let text), .verbatim(let text),
      .bigNumber(let text):
      text
    case .integer(let value): Array(String(value).utf8)
    default: nil
    }
  }

  /// The number that an integer, a double or a string of digits stands for.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .double(let text), .bulk(let text), .simple(let text): Double(String(decoding: text, as: UTF8.self))
    default: nil
    }
  }

  var isError: Bool {
    if case .error = self { true } else { false }
  }

  /// The kind's name, as a failure prints it.
  var kind: String {
    switch self {
    case .simple: "simple"
    case .error: "error"
    case .integer: "integer"
    case .bulk: "bulk"
    case .null: "null"
    case .nullBulk: "null bulk"
    case .nullArray: "null array"
    case .array: "array"
    case .map: "map"
    case .set: "set"
    case .push: "push"
    case .double: "double"
    case .boolean: "boolean"
    case .verbatim: "verbatim"
    case .bigNumber: "big number"
    }
  }
}

extension Reply: CustomStringConvertible {
  var description: String {
    switch self {
    case .simple(let text): "+\(Self.printable(text))"
    case .error(let text): "-\(Self.printable(text))"
    case .integer(let value): ":\(value)"
    case .bulk(let text): "\"\(Self.printable(text))\""
    case .null: "_"
    case .nullBulk: "$-1"
    case .nullArray: "*-1"
    case .array(let elements): "[\(Self.joined(elements))]"
    case .map(let elements): "%{\(Self.joined(elements))}"
    case .set(let elements): "~{\(Self.joined(elements))}"
    case .push(let elements): ">[\(Self.joined(elements))]"
    case .double(let text): ",\(Self.printable(text))"
    case .boolean(let value): value ? "#t" : "#f"
    case .verbatim(let text): "=\"\(Self.printable(text))\""
    case .bigNumber(let text): "(\(Self.printable(text))"
    }
  }

  private static func joined(_ elements: [Reply]) -> String {
    let shown = elements.prefix(60).map(\.description).joined(separator: ", ")
    return elements.count > 60 ? "\(shown), … \(elements.count) in all" : shown
  }

  /// Bytes as text, with everything outside printable ASCII escaped; long values are cut.
  static func printable(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes.prefix(400) {
      switch byte {
      case UInt8(ascii: "\n"): text += "\\n"
      case UInt8(ascii: "\r"): text += "\\r"
      case UInt8(ascii: "\""): text += "\\\""
      case UInt8(ascii: "\\"): text += "\\\\"
      case 0x20..<0x7f: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return bytes.count > 400 ? "\(text)… \(bytes.count) bytes in all" : text
  }
}
