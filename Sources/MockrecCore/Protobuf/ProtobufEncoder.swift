/// Writes the message that a JSON value stands for, its fields in the order of the members.
struct ProtobufEncoder {
  let schema: ProtobufSchema

  /// A message of whatever type.
  func message(_ json: JSON, _ name: String, depth: Int) throws(ProtobufError) -> [UInt8] {
    guard depth < ProtobufReader.maximumDepth else { throw ProtobufText.tooDeep }
    if let type = ProtobufWellKnown(name: name), let bytes = try self.wellKnown(type, json, depth: depth) {
      return bytes
    }
    guard let type = self.schema.message(name) else {
      throw ProtobufError(
        "the schema has no message type '\(name)'", nearest: nearestName(to: name, among: self.schema.messageNames))
    }
    guard case .object(let object) = json else {
      throw ProtobufError("a message (\(name)) is an object, not \(json.shown)")
    }
    return try self.members(object.members, type, depth: depth)
  }

  func members(
    _ members: [JSONObject.Member], _ type: ProtobufMessage, depth: Int
  ) throws(ProtobufError) -> [UInt8] {
    var writer = ProtobufWriter()
    var seen: Set<Int> = []
    var oneofs: [Int: String] = [:]
    for member in members {
      try ProtobufError.inside(.name(member.key)) { () throws(ProtobufError) in
        guard let field = self.schema.field(named: member.key, of: type) else {
          return try self.unnamed(member, type, to: &writer, depth: depth)
        }
        if member.value.isNull, !self.hasNull(field) { return }
        guard seen.insert(field.number).inserted else {
          throw ProtobufError("\(field.jsonName) stands here twice")
        }
        if let oneof = field.oneof {
          if let other = oneofs[oneof] {
            let name = type.oneofs.indices.contains(oneof) ? " \(type.oneofs[oneof])" : ""
            throw ProtobufError("\(field.jsonName) and \(other) cannot both be set: the oneof\(name) has one of them")
          }
          oneofs[oneof] = field.jsonName
        }
        try self.write(member.value, field, to: &writer, depth: depth)
      }
    }
    return writer.bytes
  }

  /// A member that is named by its number, as fields are that the schema does not know or fit.
  private func unnamed(
    _ member: JSONObject.Member, _ type: ProtobufMessage, to writer: inout ProtobufWriter, depth: Int
  ) throws(ProtobufError) {
    guard let number = ProtobufTreeWriter.fieldNumber(member.key) else {
      throw ProtobufError(
        "\(type.name) has no field '\(member.key.prefix(64))'",
        nearest: nearestName(to: member.key, among: self.schema.fieldNames(of: type)))
    }
    try ProtobufTreeWriter.write(member.value, number, to: &writer, depth: depth)
  }

  /// Whether null is a value of the field: for all others it says that there is none.
  private func hasNull(_ field: ProtobufField) -> Bool {
    !field.isRepeated && ["google.protobuf.Value", ProtobufWellKnown.nullValue].contains(field.typeName)
  }

  private func write(
    _ json: JSON, _ field: ProtobufField, to writer: inout ProtobufWriter, depth: Int
  ) throws(ProtobufError) {
    guard field.isRepeated else { return try self.element(json, field, to: &writer, depth: depth) }
    if field.kind == .message, let entry = self.schema.message(field.typeName), entry.isMapEntry {
      return try self.map(json, field, entry, to: &writer, depth: depth)
    }
    guard case .array(let elements) = json else {
      throw ProtobufError("\(field.jsonName) is repeated: an array was expected, not \(json.shown)")
    }
    var packed = ProtobufWriter()
    for (index, element) in elements.enumerated() {
      try ProtobufError.inside(.index(index)) { () throws(ProtobufError) in
        if field.isPacked {
          try self.value(element, field, to: &packed, depth: depth)
        } else {
          try self.element(element, field, to: &writer, depth: depth)
        }
      }
    }
    if field.isPacked, !elements.isEmpty { writer.delimited(field.number, packed.bytes) }
  }

  private func map(
    _ json: JSON, _ field: ProtobufField, _ entry: ProtobufMessage, to writer: inout ProtobufWriter, depth: Int
  ) throws(ProtobufError) {
    guard case .object(let object) = json else {
      throw ProtobufError("\(field.jsonName) is a map: an object was expected, not \(json.shown)")
    }
    guard let keyField = entry.field(1), let valueField = entry.field(2) else {
      throw ProtobufError("the schema's map \(entry.name) has no key and value")
    }
    var seen: Set<ExactText> = []
    for member in object.members {
      try ProtobufError.inside(.name(member.key)) { () throws(ProtobufError) in
        guard seen.insert(ExactText(member.key)).inserted else { throw ProtobufError("the key stands here twice") }
        var pair = ProtobufWriter()
        let key: JSON =
          keyField.kind == .bool && ["true", "false"].contains(member.key)
          ? .bool(member.key == "true") : .string(member.key)
        try self.element(key, keyField, to: &pair, depth: depth)
        try self.element(member.value, valueField, to: &pair, depth: depth + 1)
        writer.delimited(field.number, pair.bytes)
      }
    }
  }

  /// A tag and a value.
  private func element(
    _ json: JSON, _ field: ProtobufField, to writer: inout ProtobufWriter, depth: Int
  ) throws(ProtobufError) {
    if field.kind == .group {
      return writer.group(field.number, try self.message(json, field.typeName, depth: depth + 1))
    }
    writer.tag(field.number, field.kind.wireType)
    try self.value(json, field, to: &writer, depth: depth)
  }

  private func value(
    _ json: JSON, _ field: ProtobufField, to writer: inout ProtobufWriter, depth: Int
  ) throws(ProtobufError) {
    switch field.kind {
    case .message, .group: writer.delimited(try self.message(json, field.typeName, depth: depth + 1))
    case .enumeration: writer.varint(UInt64(bitPattern: Int64(try self.enumNumber(json, field.typeName))))
    default: try self.scalar(json, field.kind, to: &writer)
    }
  }

  private func enumNumber(_ json: JSON, _ name: String) throws(ProtobufError) -> Int32 {
    switch json {
    case .null where name == ProtobufWellKnown.nullValue: return 0
    case .number: return try ProtobufText.integer(json, "enum")
    case .string(let text):
      guard let type = self.schema.enumeration(name) else {
        throw ProtobufError("the schema has no enum type '\(name)': a number was expected, not \(json.shown)")
      }
      if let number = type.number(of: text) { return number }
      throw ProtobufError(
        "\(name) has no value \(json.shown)", nearest: nearestName(to: text, among: type.values.map(\.name)))
    default: throw ProtobufError("an enum (\(name)) is a name or a number, not \(json.shown)")
    }
  }

  /// A value without its tag.
  func scalar(_ json: JSON, _ kind: ProtobufField.Kind, to writer: inout ProtobufWriter) throws(ProtobufError) {
    switch kind {
    case .double: writer.fixed(try ProtobufText.double(json).bitPattern)
    case .float: writer.fixed(try ProtobufText.float(json).bitPattern)
    case .int64: writer.varint(UInt64(bitPattern: try ProtobufText.integer(json, kind.word)))
    case .uint64: writer.varint(try ProtobufText.integer(json, kind.word))
    case .int32, .enumeration:
      writer.varint(UInt64(bitPattern: Int64(try ProtobufText.integer(json, kind.word) as Int32)))
    case .uint32: writer.varint(UInt64(try ProtobufText.integer(json, kind.word) as UInt32))
    case .fixed64: writer.fixed(try ProtobufText.integer(json, kind.word) as UInt64)
    case .sfixed64: writer.fixed(try ProtobufText.integer(json, kind.word) as Int64)
    case .fixed32: writer.fixed(try ProtobufText.integer(json, kind.word) as UInt32)
    case .sfixed32: writer.fixed(try ProtobufText.integer(json, kind.word) as Int32)
    case .sint32: writer.varint(UInt64(UInt32(truncatingIfNeeded: Self.zigzag(try self.sint32(json)))))
    case .sint64: writer.varint(Self.zigzag(try ProtobufText.integer(json, kind.word)))
    case .bool:
      guard let value = json.bool else { throw ProtobufError("true or false was expected, not \(json.shown)") }
      writer.varint(value ? 1 : 0)
    case .string:
      guard let text = json.string else { throw ProtobufError("a string was expected, not \(json.shown)") }
      writer.delimited(text.utf8)
    case .bytes: writer.delimited(try ProtobufText.bytes(json))
    case .message, .group: throw ProtobufError("a single value was expected, not \(json.shown)")
    }
  }

  private func sint32(_ json: JSON) throws(ProtobufError) -> Int64 {
    Int64(try ProtobufText.integer(json, "sint32") as Int32)
  }

  private static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1 ^ value >> 63)
  }
}
