extension ProtobufEncoder {
  /// A message of the standard library from its short form; nil where the JSON is an object of its fields.
  func wellKnown(_ type: ProtobufWellKnown, _ json: JSON, depth: Int) throws(ProtobufError) -> [UInt8]? {
    switch type {
    case .structure: return try self.structure(json, depth: depth)
    case .list: return try self.list(json, depth: depth)
    case .value: return try self.dynamicValue(json, depth: depth)
    case .any: return try self.any(json, depth: depth)
    case .timestamp, .duration, .fieldMask, .wrapper:
      if case .object = json { return nil }
    }
    switch type {
    case .timestamp:
      guard let time = json.string.flatMap({ ProtobufTime(timestamp: $0) }) else {
        throw ProtobufError("a Timestamp is written as in \"2026-11-20T10:00:00.250Z\", not as \(json.shown)")
      }
      return Self.bytes(time)
    case .duration:
      guard let time = json.string.flatMap({ ProtobufTime(duration: $0) }) else {
        throw ProtobufError("a Duration is written in seconds, as in \"1.5s\", not as \(json.shown)")
      }
      return Self.bytes(time)
    case .wrapper(let kind):
      return try self.wrapped(json, kind)
    default:
      guard let text = json.string else {
        throw ProtobufError("a FieldMask is written as paths, as in \"userName,address.city\", not as \(json.shown)")
      }
      var writer = ProtobufWriter()
      for path in text.split(separator: ",") { writer.delimited(1, ProtobufPath.path(String(path)).utf8) }
      return writer.bytes
    }
  }

  private static func bytes(_ time: ProtobufTime) -> [UInt8] {
    var writer = ProtobufWriter()
    if time.seconds != 0 { writer.varint(1, UInt64(bitPattern: time.seconds)) }
    if time.nanoseconds != 0 { writer.varint(2, UInt64(bitPattern: Int64(time.nanoseconds))) }
    return writer.bytes
  }

  private func wrapped(_ json: JSON, _ kind: ProtobufField.Kind) throws(ProtobufError) -> [UInt8] {
    var value = ProtobufWriter()
    try self.scalar(json, kind, to: &value)
    // A field without presence is not written where it is zero: all bytes of that are zeros, also a length's.
    if kind.isPackable ? value.bytes.allSatisfy({ $0 == 0 }) : value.bytes == [0] { return [] }
    var writer = ProtobufWriter()
    writer.tag(1, kind.wireType)
    writer.append(value.bytes)
    return writer.bytes
  }

  /// Nil where no `@type` says what is in it.
  private func any(_ json: JSON, depth: Int) throws(ProtobufError) -> [UInt8]? {
    guard let object = json.object, let type = object["@type"] else { return nil }
    let members = object.members.filter { $0.key != "@type" }
    guard let url = type.string, let slash = url.lastIndex(of: "/"), members.count + 1 == object.count else {
      throw ProtobufError("\"@type\" is one string, as in \"type.googleapis.com/package.Message\"")
    }
    let name = String(url[url.index(after: slash)...])
    let content: [UInt8]
    if ProtobufWellKnown(name: name) != nil {
      guard let value = members.first(where: { $0.key == "value" }), members.count == 1 else {
        throw ProtobufError("a \(name) in an Any has \"@type\" and \"value\", and nothing else")
      }
      content = try ProtobufError.inside(.name("value")) { () throws(ProtobufError) in
        try self.message(value.value, name, depth: depth + 1)
      }
    } else {
      content = try self.message(.object(JSONObject(members)), name, depth: depth + 1)
    }
    var writer = ProtobufWriter()
    writer.delimited(1, url.utf8)
    if !content.isEmpty { writer.delimited(2, content) }
    return writer.bytes
  }

  private func structure(_ json: JSON, depth: Int) throws(ProtobufError) -> [UInt8] {
    guard let object = json.object else { throw ProtobufError("a Struct is an object, not \(json.shown)") }
    var writer = ProtobufWriter()
    var seen: Set<ExactText> = []
    for member in object.members {
      try ProtobufError.inside(.name(member.key)) { () throws(ProtobufError) in
        guard seen.insert(ExactText(member.key)).inserted else { throw ProtobufError("the key stands here twice") }
        var entry = ProtobufWriter()
        entry.delimited(1, member.key.utf8)
        entry.delimited(2, try self.message(member.value, "google.protobuf.Value", depth: depth + 2))
        writer.delimited(1, entry.bytes)
      }
    }
    return writer.bytes
  }

  private func list(_ json: JSON, depth: Int) throws(ProtobufError) -> [UInt8] {
    guard let elements = json.array else { throw ProtobufError("a ListValue is an array, not \(json.shown)") }
    var writer = ProtobufWriter()
    for (index, element) in elements.enumerated() {
      try ProtobufError.inside(.index(index)) { () throws(ProtobufError) in
        writer.delimited(1, try self.message(element, "google.protobuf.Value", depth: depth + 1))
      }
    }
    return writer.bytes
  }

  private func dynamicValue(_ json: JSON, depth: Int) throws(ProtobufError) -> [UInt8] {
    var writer = ProtobufWriter()
    switch json {
    case .null: writer.varint(1, 0)
    case .number:
      writer.tag(2, .fixed64)
      writer.fixed(try ProtobufText.double(json).bitPattern)
    case .string(let text): writer.delimited(3, text.utf8)
    case .bool(let value): writer.varint(4, value ? 1 : 0)
    case .object: writer.delimited(5, try self.message(json, "google.protobuf.Struct", depth: depth + 1))
    case .array: writer.delimited(6, try self.message(json, "google.protobuf.ListValue", depth: depth + 1))
    }
    return writer.bytes
  }
}
