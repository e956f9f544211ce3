import MockrecCore

/// Replies as JSON that people read, and back.
///
/// A JSON value stands for the RESP value that is most common for it: a string for a bulk string, a number for an
/// integer, an array for an array, an object for a map (RESP3). Where the reply was another, a list of types beside the
/// JSON says so: the types' bytes in the order in which the values stand, a count before one that repeats (`*3$` is an
/// array of three bulk strings). `n` is a null bulk string, `N` a null array.
enum RESPJSON {
  /// The value as JSON; nil for what JSON cannot show: bytes that are no text, names that are no strings.
  static func json(_ value: RESPValue) -> JSON? {
    switch value {
    case .simple(let text), .bulk(let text): self.string(text)
    case .integer(let digits), .double(let digits):
      self.number(digits).map { .number($0) } ?? self.string(digits)
    case .bigNumber(let digits): self.string(digits)
    case .verbatim(let text): self.string(Array(text.dropFirst(4)))
    case .nullBulk, .nullArray, .null: .null
    case .boolean(let value): .bool(value)
    case .array(let values), .set(let values), .push(let values):
      self.all(values).map { .array($0) }
    case .map(let values): self.object(values).map { .object($0) }
    case .error(let text), .blobError(let text): self.string(text)
    case .attributed: nil
    }
  }

  private static func all(_ values: [RESPValue]) -> [JSON]? {
    var all: [JSON] = []
    for value in values {
      guard let json = self.json(value) else { return nil }
      all.append(json)
    }
    return all
  }

  private static func object(_ values: [RESPValue]) -> JSONObject? {
    var members: [JSONObject.Member] = []
    var names: Set<String> = []
    for index in stride(from: 0, to: values.count - 1, by: 2) {
      guard case .bulk(let name) = values[index], case .string(let key)? = self.string(name),
        names.insert(key).inserted, let value = self.json(values[index + 1])
      else { return nil }
      members.append(.init(key: key, value: value))
    }
    return JSONObject(members)
  }

  private static func string(_ bytes: [UInt8]) -> JSON? { String(validating: bytes, as: UTF8.self).map { .string($0) } }

  private static func number(_ digits: [UInt8]) -> JSONNumber? {
    guard case .number(let number)? = try? JSON.parse(digits) else { return nil }
    return number
  }

  /// The types of the values that are written for JSON, where no list says otherwise.
  static func usual(_ json: JSON, version: Int) -> UInt8 {
    switch json {
    case .null: UInt8(ascii: version == 3 ? "_" : "n")
    case .bool: UInt8(ascii: "#")
    case .number(let number):
      number.description.utf8.allSatisfy { $0 == 0x2D || $0.isDecimal } ? UInt8(ascii: ":") : UInt8(ascii: ",")
    case .string: UInt8(ascii: "$")
    case .array: UInt8(ascii: "*")
    case .object: UInt8(ascii: "%")
    }
  }

  /// Writes the value that JSON stands for.
  ///
  /// - Parameter types: The list of types; is used up from its front. Empty for the usual ones.
  static func value(_ json: JSON, version: Int, types: inout ArraySlice<UInt8>) -> RESPValue? {
    let type = types.popFirst() ?? self.usual(json, version: version)
    switch (type, json) {
    case (UInt8(ascii: "_"), .null): return .null
    case (UInt8(ascii: "n"), .null): return .nullBulk
    case (UInt8(ascii: "N"), .null): return .nullArray
    case (UInt8(ascii: "#"), .bool(let value)): return .boolean(value)
    case (UInt8(ascii: ":"), _): return self.text(json).map { .integer($0) }
    case (UInt8(ascii: ","), _): return self.text(json).map { .double($0) }
    case (UInt8(ascii: "("), _): return self.text(json).map { .bigNumber($0) }
    case (UInt8(ascii: "+"), _): return self.text(json).map { .simple($0) }
    case (UInt8(ascii: "-"), _): return self.text(json).map { .error($0) }
    case (UInt8(ascii: "!"), _): return self.text(json).map { .blobError($0) }
    case (UInt8(ascii: "="), _): return self.text(json).map { .verbatim(Array("txt:".utf8) + $0) }
    case (UInt8(ascii: "$"), _): return self.text(json).map { .bulk($0) }
    case (UInt8(ascii: "*"), .array(let all)): return self.values(all, version, &types).map { .array($0) }
    case (UInt8(ascii: "~"), .array(let all)): return self.values(all, version, &types).map { .set($0) }
    case (UInt8(ascii: ">"), .array(let all)): return self.values(all, version, &types).map { .push($0) }
    case (UInt8(ascii: "%"), .object(let object)), (UInt8(ascii: "*"), .object(let object)):
      var values: [RESPValue] = []
      for member in object.members {
        guard let value = self.value(member.value, version: version, types: &types) else { return nil }
        values += [.bulk(Array(member.key.utf8)), value]
      }
      // A client of RESP2 gets a map as a list.
      return version == 3 ? .map(values) : .array(values)
    default: return nil
    }
  }

  private static func values(_ all: [JSON], _ version: Int, _ types: inout ArraySlice<UInt8>) -> [RESPValue]? {
    var values: [RESPValue] = []
    for json in all {
      guard let value = self.value(json, version: version, types: &types) else { return nil }
      values.append(value)
    }
    return values
  }

  private static func text(_ json: JSON) -> [UInt8]? {
    switch json {
    case .string(let text): Array(text.utf8)
    case .number(let number): Array(number.description.utf8)
    default: nil
    }
  }

  /// The types of a value and of all that stands in it.
  static func types(of value: RESPValue) -> [UInt8] {
    switch value {
    case .simple: [UInt8(ascii: "+")]
    case .error: [UInt8(ascii: "-")]
    case .blobError: [UInt8(ascii: "!")]
    case .integer: [UInt8(ascii: ":")]
    case .bulk: [UInt8(ascii: "$")]
    case .nullBulk: [UInt8(ascii: "n")]
    case .nullArray: [UInt8(ascii: "N")]
    case .null: [UInt8(ascii: "_")]
    case .boolean: [UInt8(ascii: "#")]
    case .double: [UInt8(ascii: ",")]
    case .bigNumber: [UInt8(ascii: "(")]
    case .verbatim: [UInt8(ascii: "=")]
    case .array(let values): [UInt8(ascii: "*")] + values.flatMap(self.types)
    case .set(let values): [UInt8(ascii: "~")] + values.flatMap(self.types)
    case .push(let values): [UInt8(ascii: ">")] + values.flatMap(self.types)
    case .map(let values):
      [UInt8(ascii: "%")]
        + stride(from: 1, to: values.count, by: 2).flatMap { self.types(of: values[$0]) }
    case .attributed: []
    }
  }

  /// `*3$:` for an array, three bulk strings and an integer.
  static func spelling(_ types: [UInt8]) -> String {
    var text = ""
    var index = 0
    while index < types.count {
      let end = types[index...].firstIndex { $0 != types[index] } ?? types.endIndex
      if end - index > 1 { text += String(end - index) }
      text.unicodeScalars.append(UnicodeScalar(types[index]))
      index = end
    }
    return text
  }

  /// nil for a text that is no list of types, or one of more than a million.
  static func types(spelt text: String) -> [UInt8]? {
    var types: [UInt8] = []
    var count = 0
    for byte in text.utf8 {
      if byte.isDecimal {
        count = count * 10 + Int(byte - 0x30)
      } else {
        types += Array(repeating: byte, count: max(1, count))
        count = 0
      }
      guard count <= 1 << 20, types.count <= 1 << 20 else { return nil }
    }
    return count == 0 ? types : nil
  }
}

extension UInt8 {
  fileprivate var isDecimal: Bool { self >= 0x30 && self <= 0x39 }
}
