/// Takes the secrets out of protobuf messages as they lie in their bytes: what stands under the names of secrets, where
/// the types are known, and in texts what a `Redactor` finds there.
///
/// A secret gives way to a pseudonym that its field can hold: a text, bytes, or a number within its type. All other
/// bytes stay as they are, however oddly they lie, and cleaning twice gives what cleaning once gave. Booleans and the
/// declared values of enums are no secrets.
package struct ProtobufRedaction: Sendable {
  private let schema: ProtobufSchema
  private let redactor: Redactor

  package init(schema: ProtobufSchema, redactor: Redactor) {
    self.schema = schema
    self.redactor = redactor
  }

  /// The message without its secrets.
  ///
  /// Of a message of a known type that ends in the middle, or goes on as none does, stays what can be read of it and one byte
  /// of the rest: nobody can tell what is in that, and it is as broken for who reads it.
  ///
  /// - Parameter type: Its full name; nil where it is not known.
  /// - Complexity: O(`bytes.count` × depth of nesting).
  package func clean(_ bytes: [UInt8], type: String?) -> [UInt8] {
    guard self.redactor.isOn, !bytes.isEmpty else { return bytes }
    let reading = ProtobufSecrets(schema: self.schema, redactor: self.redactor, bytes: bytes)
    guard let type, let known = reading.type(type) else {
      return reading.delimited(bytes.indices, nil, nil, isSecret: false, depth: 0)
    }
    let read = reading.message(bytes.indices, known, isSecret: false, depth: 0)
    // Codecs of another kind are told by the name of a type as well.
    if read.isBroken, bytes[0] == UInt8(ascii: "{") || bytes[0] == UInt8(ascii: "["),
      String(validating: bytes, as: UTF8.self) != nil
    {
      return reading.text(bytes.indices)
    }
    return read.bytes
  }
}

/// One message on its way through `ProtobufRedaction`.
struct ProtobufSecrets {
  let schema: ProtobufSchema
  let redactor: Redactor
  let bytes: [UInt8]

  func type(_ name: String) -> ProtobufMessage? {
    self.schema.message(name) ?? ProtobufWellKnown.fields(of: name)
  }

  // MARK: Messages

  /// A message of a known type, as far as it can be read, and a byte of what cannot.
  func message(
    _ range: Range<Int>, _ type: ProtobufMessage, isSecret: Bool, depth: Int
  ) -> (bytes: [UInt8], isBroken: Bool) {
    var writer = ProtobufWriter()
    var reader = ProtobufReader(self.bytes, range)
    let name = type.isMapEntry || type.name == ProtobufWellKnown.anyName ? self.firstText(range) : nil
    // A map's key names its value.
    let isNamed = type.isMapEntry && name.map(self.redactor.isSecret(name:)) == true
    while !reader.isAtEnd {
      let start = reader.offset
      guard depth < ProtobufReader.maximumDepth, let record = try? reader.next() else {
        writer.append([self.bytes[start]])
        return (writer.bytes, true)
      }
      let field = self.schema.field(record.number, of: type)
      switch (type.name, record.number) {
      case (ProtobufWellKnown.anyName, 1): writer.append(Array(self.bytes[record.range]))
      case (ProtobufWellKnown.anyName, 2):
        self.packed(record, as: name, isSecret: isSecret, to: &writer, depth: depth)
      case (_, 1) where type.isMapEntry: writer.append(Array(self.bytes[record.range]))
      default:
        let isHidden = isSecret || isNamed || (!type.isMapEntry && field.map(self.isSecret) == true)
        self.field(record, field, isSecret: isHidden, to: &writer, depth: depth)
      }
    }
    return (writer.bytes, false)
  }

  private func isSecret(_ field: ProtobufField) -> Bool {
    self.redactor.isSecret(name: field.jsonName)
      || self.redactor.isSecret(name: String(field.name.split(separator: ".").last ?? ""))
  }

  /// Field 1 as a text: a map's key, or the type that an `Any` names.
  private func firstText(_ range: Range<Int>) -> String? {
    var reader = ProtobufReader(self.bytes, range)
    var text: String?
    while let next = try? reader.next() {
      guard next.number == 1, case .delimited(let content) = next.payload else { continue }
      text = String(validating: self.bytes[content], as: UTF8.self)
    }
    return text
  }

  /// What an `Any` holds.
  private func packed(
    _ record: ProtobufRecord, as url: String?, isSecret: Bool, to writer: inout ProtobufWriter, depth: Int
  ) {
    guard case .delimited(let range) = record.payload else {
      return self.field(record, nil, isSecret: isSecret, to: &writer, depth: depth)
    }
    let type = url?.split(separator: "/").last.flatMap { self.type(String($0)) }
    let clean = self.delimited(range, .message, type, isSecret: isSecret, depth: depth)
    self.write(clean, record, range, to: &writer)
  }

  /// A message of an unknown type; nil where the bytes are none.
  func guess(_ range: Range<Int>, isSecret: Bool, depth: Int) -> [UInt8]? {
    guard depth < ProtobufReader.maximumDepth else { return nil }
    var writer = ProtobufWriter()
    var reader = ProtobufReader(self.bytes, range)
    while !reader.isAtEnd {
      guard let record = try? reader.next() else { return nil }
      self.field(record, nil, isSecret: isSecret, to: &writer, depth: depth)
    }
    return writer.bytes
  }

  // MARK: Fields

  private func field(
    _ record: ProtobufRecord, _ field: ProtobufField?, isSecret: Bool, to writer: inout ProtobufWriter, depth: Int
  ) {
    switch record.payload {
    case .delimited(let range):
      let type = field.flatMap { $0.kind == .message ? self.type($0.typeName) : nil }
      let clean = self.delimited(range, field?.kind, type, isSecret: isSecret, depth: depth)
      self.write(clean, record, range, to: &writer)
    case .group(let range):
      let type = field.flatMap { $0.kind == .group ? self.type($0.typeName) : nil }
      let clean =
        type.map { self.message(range, $0, isSecret: isSecret, depth: depth + 1).bytes }
        ?? self.guess(range, isSecret: isSecret, depth: depth + 1)
      guard let clean, !clean.elementsEqual(self.bytes[range]) else {
        return writer.append(Array(self.bytes[record.range]))
      }
      writer.group(record.number, clean)
    case .varint, .fixed64, .fixed32:
      guard isSecret, let hidden = self.number(record.payload, field), hidden != record.payload else {
        return writer.append(Array(self.bytes[record.range]))
      }
      writer.tag(record.number, hidden.wireType)
      writer.append(hidden)
    }
  }

  private func write(
    _ clean: [UInt8], _ record: ProtobufRecord, _ range: Range<Int>, to writer: inout ProtobufWriter
  ) {
    // What stays keeps its spelling, also where its length takes more bytes than it needs.
    guard !clean.elementsEqual(self.bytes[range]) else { return writer.append(Array(self.bytes[record.range])) }
    writer.delimited(record.number, clean)
  }

  func delimited(
    _ range: Range<Int>, _ kind: ProtobufField.Kind?, _ type: ProtobufMessage?, isSecret: Bool, depth: Int
  ) -> [UInt8] {
    let content = Array(self.bytes[range])
    guard !content.isEmpty, !SecretValue(content).isPseudonym else { return content }
    if let type {
      let read = self.message(range, type, isSecret: isSecret, depth: depth + 1)
      guard read.isBroken else { return read.bytes }
      // The descriptors may be of another version.
      return isSecret ? SecretValue(content).pseudonym : self.isText(content) ? self.text(range) : read.bytes
    }
    switch kind {
    case .string?, .bytes?: return isSecret ? SecretValue(content).pseudonym : self.text(range)
    case .message?, .group?:
      if let clean = self.guess(range, isSecret: isSecret, depth: depth + 1) { return clean }
      return isSecret ? SecretValue(content).pseudonym : self.text(range)
    case .bool?, .enumeration?: return content
    case let kind?: return isSecret ? self.numbers(range, kind) ?? SecretValue(content).pseudonym : content
    case nil:
      guard !isSecret else { return SecretValue(content).pseudonym }
      // What a tree shows as a text is none of its messages.
      if content[0] >= 0x20, self.isText(content) { return self.text(range) }
      return self.guess(range, isSecret: false, depth: depth + 1) ?? self.text(range)
    }
  }

  private func isText(_ content: [UInt8]) -> Bool {
    String(validating: content, as: UTF8.self).map(ProtobufTree.isReadable) == true
  }

  /// Bytes that are no text stay as they are.
  func text(_ range: Range<Int>) -> [UInt8] {
    let content = Array(self.bytes[range])
    return String(validating: content, as: UTF8.self) == nil ? content : self.redactor.wholeText(content)
  }
}

extension ProtobufRecord.Payload {
  var wireType: ProtobufWireType {
    switch self {
    case .varint: .varint
    case .fixed64: .fixed64
    case .fixed32: .fixed32
    case .delimited: .delimited
    case .group: .groupStart
    }
  }
}

// MARK: Numbers

extension ProtobufSecrets {
  /// Several numbers under one tag; nil where the bytes are none.
  private func numbers(_ range: Range<Int>, _ kind: ProtobufField.Kind) -> [UInt8]? {
    var reader = ProtobufReader(self.bytes, range)
    var writer = ProtobufWriter()
    while !reader.isAtEnd {
      guard let record = try? reader.element(kind.wireType) else { return nil }
      writer.append(self.pseudonym(record.payload, kind))
    }
    return writer.bytes
  }

  /// A number in the place of a secret one; nil where it is none.
  private func number(_ payload: ProtobufRecord.Payload, _ field: ProtobufField?) -> ProtobufRecord.Payload? {
    if field?.kind == .enumeration, let type = self.schema.enumeration(field?.typeName ?? ""),
      case .varint(let value) = payload, type.name(of: Int32(truncatingIfNeeded: value)) != nil
    {
      return nil
    }
    return self.pseudonym(payload, field?.kind)
  }

  private func pseudonym(_ payload: ProtobufRecord.Payload, _ kind: ProtobufField.Kind?) -> ProtobufRecord.Payload {
    switch (payload, kind) {
    case (.varint, .bool?): payload
    case (.varint(let value), .sint32?), (.varint(let value), .sint64?):
      .varint(UInt64(bitPattern: Self.pseudonym(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)) << 1))
    case (.varint(let value), _): .varint(UInt64(bitPattern: Self.pseudonym(Int64(bitPattern: value))))
    case (.fixed64(let bits), .double?): .fixed64(Self.pseudonym(Double(bitPattern: bits)).bitPattern)
    case (.fixed64(let bits), nil) where ProtobufTree.isUsual(Double(bitPattern: bits)):
      .fixed64(Self.pseudonym(Double(bitPattern: bits)).bitPattern)
    case (.fixed64(let bits), _): .fixed64(UInt64(bitPattern: Self.pseudonym(Int64(bitPattern: bits))))
    case (.fixed32(let bits), .float?): .fixed32(Self.pseudonym(Float(bitPattern: bits)).bitPattern)
    case (.fixed32(let bits), nil) where ProtobufTree.isUsual(Float(bitPattern: bits)):
      .fixed32(Self.pseudonym(Float(bitPattern: bits)).bitPattern)
    case (.fixed32(let bits), _):
      .fixed32(UInt32(truncatingIfNeeded: Self.pseudonym(Int64(Int32(bitPattern: bits)))))
    case (.delimited, _), (.group, _): payload
    }
  }

  /// Within 32 bits.
  private static func pseudonym(_ value: Int64) -> Int64 { SecretValue(Array(String(value).utf8)).wholeNumber }

  private static func pseudonym(_ value: Double) -> Double {
    Double(Int64(exactly: value).map(self.pseudonym) ?? SecretValue(Array(value.description.utf8)).wholeNumber)
  }

  /// A `Float` has 24 bits for a whole number.
  private static func pseudonym(_ value: Float) -> Float {
    let least: Float = 16_700_000
    if least...(least + 65_535) ~= value, value == value.rounded() { return value }
    return least + Float(SecretValue(Array(value.description.utf8)).wholeNumber % 65_536)
  }
}

extension ProtobufWriter {
  /// A number without its tag.
  mutating func append(_ number: ProtobufRecord.Payload) {
    switch number {
    case .varint(let value): self.varint(value)
    case .fixed64(let bits): self.fixed(bits)
    case .fixed32(let bits): self.fixed(bits)
    case .delimited, .group: break
    }
  }
}

// MARK: Types of the standard library

extension ProtobufWellKnown {
  static let anyName = "google.protobuf.Any"

  /// The fields of those types of which descriptors say nothing where they were made without what they import.
  static func fields(of name: String) -> ProtobufMessage? {
    func field(_ number: Int, _ name: String, _ kind: ProtobufField.Kind, _ type: String = "") -> ProtobufField {
      ProtobufField(
        name: name, jsonName: name, number: number, kind: kind, isRepeated: false, isPacked: false, typeName: type,
        oneof: nil)
    }
    func message(_ fields: [ProtobufField], isMapEntry: Bool = false) -> ProtobufMessage {
      ProtobufMessage(name: name, fields: fields, oneofs: [], isMapEntry: isMapEntry)
    }
    switch name {
    case self.anyName: return message([field(1, "type_url", .string), field(2, "value", .bytes)])
    case "google.rpc.Status":
      return message([
        field(1, "code", .int32), field(2, "message", .string), field(3, "details", .message, self.anyName),
      ])
    case "google.protobuf.Struct":
      return message([field(1, "fields", .message, "google.protobuf.Struct.FieldsEntry")])
    case "google.protobuf.Struct.FieldsEntry":
      return message(
        [field(1, "key", .string), field(2, "value", .message, "google.protobuf.Value")], isMapEntry: true)
    case "google.protobuf.ListValue": return message([field(1, "values", .message, "google.protobuf.Value")])
    case "google.protobuf.Value":
      return message([
        field(1, "null_value", .enumeration, self.nullValue), field(2, "number_value", .double),
        field(3, "string_value", .string), field(4, "bool_value", .bool),
        field(5, "struct_value", .message, "google.protobuf.Struct"),
        field(6, "list_value", .message, "google.protobuf.ListValue"),
      ])
    default:
      guard case .wrapper(let kind)? = ProtobufWellKnown(name: name) else { return nil }
      return message([field(1, "value", kind)])
    }
  }
}
