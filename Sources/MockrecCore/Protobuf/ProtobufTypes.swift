/// A message type as its file describes it.
package struct ProtobufMessage: Sendable {
  /// With its package and without a dot in front, as in `google.protobuf.Any`.
  package let name: String
  /// As declared; without extensions.
  package let fields: [ProtobufField]
  /// The names of its oneofs; a field says by index which it belongs to.
  package let oneofs: [String]
  /// Whether it is what a map's field is made of: a key with number 1, a value with number 2.
  package let isMapEntry: Bool

  private let numbers: [Int: Int]
  private let names: [String: Int]

  init(name: String, fields: [ProtobufField], oneofs: [String], isMapEntry: Bool) {
    self.name = name
    self.fields = fields
    self.oneofs = oneofs
    self.isMapEntry = isMapEntry
    self.numbers = Dictionary(fields.indices.map { (fields[$0].number, $0) }) { first, _ in first }
    // A name in JSON goes before another field's name in the file.
    let names = fields.indices.map { (fields[$0].jsonName, $0) } + fields.indices.map { (fields[$0].name, $0) }
    self.names = Dictionary(names) { first, _ in first }
  }

  func field(_ number: Int) -> ProtobufField? { self.numbers[number].map { self.fields[$0] } }

  /// The field of that name, in JSON or in the file.
  func field(named name: String) -> ProtobufField? { self.names[name].map { self.fields[$0] } }
}

/// A field of a message type, or an extension of one.
package struct ProtobufField: Sendable {
  /// The numbers are those of `FieldDescriptorProto.Type`. A message that has tags around it is a `group`, also where an
  /// edition's `features.message_encoding` says so.
  package enum Kind: Int, Sendable {
    case double = 1
    case float, int64, uint64, int32, fixed64, fixed32, bool, string, group, message, bytes, uint32, enumeration
    case sfixed32, sfixed64, sint32, sint64
  }

  /// As in the file; of an extension the full name.
  package let name: String
  /// As in JSON; of an extension the full name in brackets.
  package let jsonName: String
  package let number: Int
  package let kind: Kind
  package let isRepeated: Bool
  /// Whether a repeated field's values are written together, under one tag.
  package let isPacked: Bool
  /// The full name of the message or enum; empty for others.
  package let typeName: String
  /// The index of its oneof; nil for fields in none. That of a proto3 `optional` has no other field.
  package let oneof: Int?
}

extension ProtobufField.Kind {
  var wireType: ProtobufWireType {
    switch self {
    case .double, .fixed64, .sfixed64: .fixed64
    case .float, .fixed32, .sfixed32: .fixed32
    case .int64, .uint64, .int32, .bool, .uint32, .enumeration, .sint32, .sint64: .varint
    case .string, .message, .bytes: .delimited
    case .group: .groupStart
    }
  }

  /// Whether several values can stand under one tag.
  var isPackable: Bool { self.wireType != .delimited && self.wireType != .groupStart }

  /// As people write it in a .proto file.
  var word: String {
    self == .enumeration ? "enum" : "\(self)"
  }
}

/// An enum type.
package struct ProtobufEnum: Sendable {
  package let name: String
  /// As declared; several may have one number.
  package let values: [(name: String, number: Int32)]

  private let names: [Int32: String]
  private let numbers: [String: Int32]

  init(name: String, values: [(name: String, number: Int32)]) {
    self.name = name
    self.values = values
    self.names = Dictionary(values.map { ($0.number, $0.name) }) { first, _ in first }
    self.numbers = Dictionary(values.map { ($0.name, $0.number) }) { first, _ in first }
  }

  /// The first name of a number; nil where it has none.
  func name(of number: Int32) -> String? { self.names[number] }

  func number(of name: String) -> Int32? { self.numbers[name] }
}

/// A method of a service.
package struct ProtobufMethod: Sendable, Hashable {
  package let name: String
  /// The full names of the types of requests and answers.
  package let input: String
  package let output: String
  package let isClientStreaming: Bool
  package let isServerStreaming: Bool
}
