extension ProtobufDecoder {
  /// The short form of a message of the standard library; nil where it has none for these bytes, and an object of its
  /// fields shows them.
  ///
  /// - Throws: Where the type has no other form.
  mutating func wellKnown(
    _ type: ProtobufWellKnown, _ range: Range<Int>, depth: Int
  ) throws(ProtobufError) -> JSON? {
    switch type {
    case .structure: return try self.structure(range, depth: depth)
    case .list: return try self.list(range, depth: depth)
    case .value: return try self.dynamicValue(range, depth: depth)
    case .timestamp: return (try? self.time(range))?.timestamp.map { .string($0) }
    case .duration: return (try? self.time(range))?.duration.map { .string($0) }
    case .fieldMask: return try? self.fieldMask(range)
    case .wrapper(let kind): return try? self.wrapped(kind, range)
    case .any:
      do throws(ProtobufError) {
        return try self.any(range, depth: depth)
      } catch {
        return nil
      }
    }
  }

  private func time(_ range: Range<Int>) throws(ProtobufError) -> ProtobufTime {
    let parts = try self.parts(range, 2)
    let values = try parts.map { (part) throws(ProtobufError) in try part.map(self.written) ?? 0 }
    guard let nanoseconds = Int32(exactly: values[1]) else {
      throw ProtobufError(byte: range.lowerBound, "these are no nanoseconds")
    }
    return ProtobufTime(seconds: values[0], nanoseconds: nanoseconds)
  }

  /// A number that is not 0, which writers leave out.
  private func written(_ record: ProtobufRecord) throws(ProtobufError) -> Int64 {
    let value = try self.integer(record)
    guard value != 0 else { throw ProtobufError(byte: record.offset, "a zero is written that need not be") }
    return value
  }

  private func fieldMask(_ range: Range<Int>) throws(ProtobufError) -> JSON {
    var reader = ProtobufReader(self.bytes, range)
    var paths: [String] = []
    while let record = try reader.next() {
      guard record.number == 1, record.isMinimal, let text = try self.scalar(.string, record)?.string,
        let path = ProtobufPath.json(text)
      else { throw ProtobufError(byte: record.offset, "this is no path of a FieldMask") }
      paths.append(path)
    }
    return .string(paths.joined(separator: ","))
  }

  private func wrapped(_ kind: ProtobufField.Kind, _ range: Range<Int>) throws(ProtobufError) -> JSON {
    guard let record = try self.parts(range, 1)[0] else { return Self.zero(kind) }
    guard let json = try self.scalar(kind, record), !record.isZero else {
      throw ProtobufError(byte: record.offset, "this is no \(kind.word)")
    }
    return json
  }

  private static func zero(_ kind: ProtobufField.Kind) -> JSON {
    switch kind {
    case .bool: false
    case .string, .bytes: ""
    case .int64, .uint64: "0"
    case .double, .float: .number(JSONNumber(0.0) ?? JSONNumber(0))
    default: 0
    }
  }

  private mutating func any(_ range: Range<Int>, depth: Int) throws(ProtobufError) -> JSON? {
    let parts = try self.parts(range, 2)
    guard let record = parts[0], let url = try self.scalar(.string, record)?.string, let slash = url.lastIndex(of: "/")
    else { return nil }
    let name = String(url[url.index(after: slash)...])
    var content = range.upperBound..<range.upperBound
    if let value = parts[1] {
      guard case .delimited(let range) = value.payload, !range.isEmpty else { return nil }
      content = range
    }
    let type = JSONObject.Member(key: "@type", value: .string(url))
    if ProtobufWellKnown(name: name) != nil {
      let value = try self.message(name, content, depth: depth + 1)
      return .object(JSONObject([type, .init(key: "value", value: value)]))
    }
    guard let message = self.schema.message(name), depth + 1 < ProtobufReader.maximumDepth else { return nil }
    return .object(JSONObject([type] + (try self.members(message, content, depth: depth + 1))))
  }
}

// Struct, Value and ListValue, whose forms are JSON itself.
extension ProtobufDecoder {
  private mutating func structure(_ range: Range<Int>, depth: Int) throws(ProtobufError) -> JSON {
    var reader = ProtobufReader(self.bytes, range)
    var members: [JSONObject.Member] = []
    var seen: Set<ExactText> = []
    while let record = try reader.next() {
      guard record.number == 1, record.isMinimal, case .delimited(let entry) = record.payload,
        case let parts = try self.parts(entry, 2), let key = parts[0], let value = parts[1],
        let name = try self.scalar(.string, key)?.string, case .delimited(let content) = value.payload,
        seen.insert(ExactText(name)).inserted
      else { throw ProtobufError(byte: record.offset, "this is no member of a Struct") }
      let json = try self.message("google.protobuf.Value", content, depth: depth + 2)
      members.append(.init(key: name, value: json))
    }
    return .object(JSONObject(members))
  }

  private mutating func list(_ range: Range<Int>, depth: Int) throws(ProtobufError) -> JSON {
    var reader = ProtobufReader(self.bytes, range)
    var elements: [JSON] = []
    while let record = try reader.next() {
      guard record.number == 1, record.isMinimal, case .delimited(let content) = record.payload else {
        throw ProtobufError(byte: record.offset, "this is no element of a ListValue")
      }
      elements.append(try self.message("google.protobuf.Value", content, depth: depth + 1))
    }
    return .array(elements)
  }

  private mutating func dynamicValue(_ range: Range<Int>, depth: Int) throws(ProtobufError) -> JSON {
    var reader = ProtobufReader(self.bytes, range)
    if let record = try reader.next(), reader.isAtEnd, record.isMinimal {
      switch (record.number, record.payload) {
      case (1, .varint(0)): return .null
      case (2, .fixed64(let bits)):
        if let number = Self.number(Double(bitPattern: bits)) { return .number(number) }
      case (3, .delimited), (4, .varint):
        if let json = try self.scalar(record.number == 3 ? .string : .bool, record) { return json }
      case (5, .delimited(let content)):
        return try self.message("google.protobuf.Struct", content, depth: depth + 1)
      case (6, .delimited(let content)):
        return try self.message("google.protobuf.ListValue", content, depth: depth + 1)
      default: break
      }
    }
    throw ProtobufError(byte: range.lowerBound, "this is no Value, or none that JSON has")
  }

  /// Whole numbers are shown as such: most of them were.
  private static func number(_ value: Double) -> JSONNumber? {
    let isWhole = value.magnitude < 1e15 && value == value.rounded() && !(value == 0 && value.sign == .minus)
    return isWhole ? JSONNumber(Int64(value)) : JSONNumber(value)
  }
}

extension ProtobufRecord {
  /// Whether it is the value that a field without presence has when it is not written.
  fileprivate var isZero: Bool {
    switch self.payload {
    case .varint(let value), .fixed64(let value): value == 0
    case .fixed32(let value): value == 0
    case .delimited(let range), .group(let range): range.isEmpty
    }
  }
}
