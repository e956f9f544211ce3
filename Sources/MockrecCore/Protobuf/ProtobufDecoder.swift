/// Makes JSON of a message, with the types of a schema.
///
/// What the JSON form cannot say, so that the same bytes would be written again, is refused by what stands nearest: fields
/// that their type does not fit are shown by number, as `ProtobufTree` does; a type of the standard library that its short
/// form does not fit is shown as any other message. A message whose own fields do not lie as writers put them is refused
/// whole.
struct ProtobufDecoder {
  let schema: ProtobufSchema
  let bytes: [UInt8]
  /// The first thing that the schema does not fit, or that a usual writer would have written otherwise.
  private(set) var misfit: ProtobufError?
  /// In fields that are shown by number although their type is known.
  private var bytesReread = 0
  /// How often each byte may be so, on average.
  private static let rereadings = 16

  init(schema: ProtobufSchema, bytes: [UInt8]) {
    self.schema = schema
    self.bytes = bytes
  }

  /// A message of whatever type, in its short form where it has one.
  mutating func message(_ name: String, _ range: Range<Int>, depth: Int) throws(ProtobufError) -> JSON {
    guard depth < ProtobufReader.maximumDepth else { throw ProtobufReader.tooDeep(range.lowerBound) }
    if let type = ProtobufWellKnown(name: name) {
      if let json = try self.wellKnown(type, range, depth: depth) { return json }
    }
    guard let type = self.schema.message(name) else {
      throw ProtobufError(byte: range.lowerBound, "the schema has no message type '\(name)'")
    }
    return .object(JSONObject(try self.members(type, range, depth: depth)))
  }

  mutating func members(
    _ type: ProtobufMessage, _ range: Range<Int>, depth: Int
  ) throws(ProtobufError) -> [JSONObject.Member] {
    var reader = ProtobufReader(self.bytes, range)
    let runs = try reader.runs()
    try self.check(runs, type)
    var members: [JSONObject.Member] = []
    for run in runs {
      if let field = self.schema.field(run[0].number, of: type) {
        do throws(ProtobufError) {
          members.append(.init(key: field.jsonName, value: try self.value(of: field, run, depth: depth)))
          continue
        } catch {
          self.misfit = self.misfit ?? error
        }
        // Whoever nests misfits in misfits would have the innermost read again and again.
        self.bytesReread += run.reduce(0) { $0 + $1.range.count }
        guard self.bytesReread <= Self.rereadings * self.bytes.count else {
          throw ProtobufError(byte: run[0].offset, "too many fields that do not fit their types stand in one another")
        }
      }
      let value = try ProtobufTree(bytes: self.bytes).value(of: run, depth: depth)
      members.append(.init(key: String(run[0].number), value: value))
    }
    return members
  }

  /// Refuses a message whose own fields do not lie as writers put them; before any of them is read, so that messages that
  /// are refused within others cost nothing.
  private func check(_ runs: [[ProtobufRecord]], _ type: ProtobufMessage) throws(ProtobufError) {
    var seen: Set<Int> = []
    var oneofs: Set<Int> = []
    for run in runs {
      if let long = run.first(where: { !$0.isMinimal }) {
        throw ProtobufError(byte: long.offset, "a number takes more bytes than it needs")
      }
      guard let field = self.schema.field(run[0].number, of: type) else { continue }
      guard seen.insert(field.number).inserted else {
        throw ProtobufError(byte: run[0].offset, "\(field.name) stands in more than one place")
      }
      if let oneof = field.oneof, !oneofs.insert(oneof).inserted {
        throw ProtobufError(byte: run[0].offset, "\(field.name) is not the only one of its oneof")
      }
    }
  }

  private mutating func value(
    of field: ProtobufField, _ run: [ProtobufRecord], depth: Int
  ) throws(ProtobufError) -> JSON {
    if field.isRepeated {
      if field.kind == .message, let entry = self.schema.message(field.typeName), entry.isMapEntry {
        return try self.map(entry, run, depth: depth)
      }
      if field.isPacked { return .array(try self.packed(field, run)) }
      var elements: [JSON] = []
      for record in run { elements.append(try self.element(field, record, depth: depth)) }
      return .array(elements)
    }
    guard run.count == 1 else {
      throw ProtobufError(byte: run[1].offset, "\(field.name) stands there \(run.count) times, and is not repeated")
    }
    return try self.element(field, run[0], depth: depth)
  }

  private mutating func packed(_ field: ProtobufField, _ run: [ProtobufRecord]) throws(ProtobufError) -> [JSON] {
    guard run.count == 1, run[0].isMinimal, case .delimited(let range) = run[0].payload, !range.isEmpty else {
      throw ProtobufError(byte: run[0].offset, "\(field.name) is not packed, or in several pieces")
    }
    var reader = ProtobufReader(self.bytes, range)
    var elements: [JSON] = []
    while !reader.isAtEnd {
      elements.append(try self.element(field, try reader.element(field.kind.wireType), depth: 0))
    }
    return elements
  }

  private mutating func map(
    _ entry: ProtobufMessage, _ run: [ProtobufRecord], depth: Int
  ) throws(ProtobufError) -> JSON {
    guard let keyField = entry.field(1), let valueField = entry.field(2) else {
      throw ProtobufError(byte: run[0].offset, "\(entry.name) has no key and value")
    }
    var members: [JSONObject.Member] = []
    var seen: Set<ExactText> = []
    for record in run {
      guard record.isMinimal, case .delimited(let range) = record.payload,
        case let parts = try self.parts(range, 2), let key = parts[0], let value = parts[1]
      else { throw ProtobufError(byte: record.offset, "a map's entry has no key or no value") }
      let name = try self.element(keyField, key, depth: depth)
      // The keys' types allow strings, integers (of 64 bits: strings here) and booleans.
      let text = name.string ?? name.description
      guard seen.insert(ExactText(text)).inserted else {
        throw ProtobufError(byte: record.offset, "a map has the key \(name.shown) twice")
      }
      members.append(.init(key: text, value: try self.element(valueField, value, depth: depth + 1)))
    }
    return .object(JSONObject(members))
  }

  /// The fields of a message that has none but those up to `count`, each once at most, in the order of their numbers.
  func parts(_ range: Range<Int>, _ count: Int) throws(ProtobufError) -> [ProtobufRecord?] {
    var reader = ProtobufReader(self.bytes, range)
    var parts = [ProtobufRecord?](repeating: nil, count: count)
    var last = 0
    while let record = try reader.next() {
      guard record.isMinimal, record.number > last, record.number <= count else {
        throw ProtobufError(byte: record.offset, "field \(record.number) stands where no writer would put it")
      }
      last = record.number
      parts[last - 1] = record
    }
    return parts
  }

  mutating func element(
    _ field: ProtobufField, _ record: ProtobufRecord, depth: Int
  ) throws(ProtobufError) -> JSON {
    guard record.isMinimal else { throw ProtobufError(byte: record.offset, "a number takes more bytes than it needs") }
    switch (field.kind, record.payload) {
    case (.message, .delimited(let range)), (.group, .group(let range)):
      return try self.message(field.typeName, range, depth: depth + 1)
    case (.enumeration, .varint):
      guard let number = Int32(exactly: try self.integer(record)) else { break }
      return try self.enumValue(number, field.typeName, record.offset)
    default:
      if let json = try self.scalar(field.kind, record) { return json }
    }
    throw ProtobufError(byte: record.offset, "\(field.name) is no \(field.kind.word) here")
  }

  private func enumValue(_ number: Int32, _ type: String, _ offset: Int) throws(ProtobufError) -> JSON {
    if type == ProtobufWellKnown.nullValue, number == 0 { return .null }
    guard let type = self.schema.enumeration(type) else {
      throw ProtobufError(byte: offset, "the schema has no enum type '\(type)'")
    }
    return type.name(of: number).map { .string($0) } ?? .number(JSONNumber(number))
  }

  /// A varint as a signed number, as `int64` has it.
  func integer(_ record: ProtobufRecord) throws(ProtobufError) -> Int64 {
    guard case .varint(let value) = record.payload else {
      throw ProtobufError(byte: record.offset, "a varint was expected")
    }
    return Int64(bitPattern: value)
  }

  /// Nil where the value is none of its kind, or none that is written so.
  func scalar(_ kind: ProtobufField.Kind, _ record: ProtobufRecord) throws(ProtobufError) -> JSON? {
    switch record.payload {
    case .varint(let value): Self.scalar(kind, varint: value)
    case .fixed64(let bits):
      switch kind {
      case .double: ProtobufText.json(Double(bitPattern: bits))
      case .fixed64: .string(String(bits))
      case .sfixed64: .string(String(Int64(bitPattern: bits)))
      default: nil
      }
    case .fixed32(let bits):
      switch kind {
      case .float: ProtobufText.json(Float(bitPattern: bits))
      case .fixed32: .number(JSONNumber(bits))
      case .sfixed32: .number(JSONNumber(Int32(bitPattern: bits)))
      default: nil
      }
    case .delimited(let range):
      switch kind {
      case .string: String(validating: self.bytes[range], as: UTF8.self).map { .string($0) }
      case .bytes: .string(ProtobufText.base64(self.bytes[range]))
      default: nil
      }
    case .group: nil
    }
  }

  private static func scalar(_ kind: ProtobufField.Kind, varint value: UInt64) -> JSON? {
    switch kind {
    case .int64: .string(String(Int64(bitPattern: value)))
    case .uint64: .string(String(value))
    case .int32: Int32(exactly: Int64(bitPattern: value)).map { .number(JSONNumber($0)) }
    case .uint32: UInt32(exactly: value).map { .number(JSONNumber($0)) }
    case .bool: value <= 1 ? .bool(value == 1) : nil
    case .sint32: UInt32(exactly: value).map { .number(JSONNumber(Int32(truncatingIfNeeded: zigzag(UInt64($0))))) }
    case .sint64: .string(String(zigzag(value)))
    default: nil
    }
  }

  private static func zigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
