/// What a file descriptor declares.
struct ProtobufFileContents {
  var file: ProtobufSchema.File
  var messages: [ProtobufMessage] = []
  var enums: [ProtobufEnum] = []
  var services: [(String, [ProtobufMethod])] = []
  /// With the name of the type that each extends.
  var extensions: [(String, ProtobufField)] = []
  /// Full names of everything.
  var declarations: [String] = []
}

/// Reads a `FileDescriptorProto`. Its numbers are written out: descriptor.proto is what everything else is described by.
///
/// Source: google/protobuf/descriptor.proto; protobuf.dev, Feature Settings for Editions.
struct ProtobufFileParser {
  /// What `FeatureSet` says of how fields lie in the bytes; what an inner declaration says takes the place of the outer's.
  private struct Features {
    var isPacked: Bool
    var isDelimited = false

    func applying(_ node: ProtobufNode?) throws(ProtobufError) -> Features {
      var features = self
      // 0 is unknown: nothing is said.
      if let encoding = try node?.number(3), encoding != 0 { features.isPacked = encoding == 1 }
      if let encoding = try node?.number(5), encoding != 0 { features.isDelimited = encoding == 2 }
      return features
    }
  }

  private var contents: ProtobufFileContents

  static func parse(_ bytes: [UInt8]) throws(ProtobufError) -> ProtobufFileContents {
    let node = try ProtobufNode(bytes)
    guard let name = try node.text(1) else { throw ProtobufError(byte: 0, "a file descriptor has no name") }
    let file = ProtobufSchema.File(name: name, dependencies: try node.texts(3), bytes: bytes)
    var parser = ProtobufFileParser(contents: ProtobufFileContents(file: file))
    try parser.file(node)
    return parser.contents
  }

  private mutating func file(_ node: ProtobufNode) throws(ProtobufError) {
    let scope = try node.text(2) ?? ""
    let syntax = try node.text(12) ?? "proto2"
    let features = try Features(isPacked: syntax != "proto2").applying(node.child(8)?.child(50))
    for message in try node.children(4) { try self.message(message, in: scope, features, depth: 1) }
    for type in try node.children(5) { try self.enumeration(type, in: scope) }
    for service in try node.children(6) { try self.service(service, in: scope) }
    for field in try node.children(7) { try self.extensionField(field, in: scope, features) }
  }

  private mutating func message(
    _ node: ProtobufNode, in scope: String, _ outer: Features, depth: Int
  ) throws(ProtobufError) {
    guard depth <= ProtobufReader.maximumDepth else { throw ProtobufReader.tooDeep(node.offset) }
    let name = try self.declare(node, in: scope)
    let options = try node.child(7)
    let features = try outer.applying(options?.child(12))
    let isMapEntry = try options?.flag(7) ?? false
    var maps: Set<String> = []
    for nested in try node.children(3) {
      try self.message(nested, in: name, features, depth: depth + 1)
      if try nested.child(7)?.flag(7) == true { maps.insert("\(name).\(try nested.text(1) ?? "")") }
    }
    for type in try node.children(4) { try self.enumeration(type, in: name) }
    for field in try node.children(6) { try self.extensionField(field, in: name, features) }
    var fields: [ProtobufField] = []
    for field in try node.children(2) {
      try self.declare(field, in: name)
      let type = try Self.typeName(field, 6)
      fields.append(try Self.field(field, features, isOfMap: isMapEntry || maps.contains(type)))
    }
    var oneofs: [String] = []
    for oneof in try node.children(8) {
      try self.declare(oneof, in: name)
      oneofs.append(try oneof.text(1) ?? "")
    }
    self.contents.messages.append(ProtobufMessage(name: name, fields: fields, oneofs: oneofs, isMapEntry: isMapEntry))
  }

  /// - Parameters:
  ///   - isOfMap: Whether it is a map or in the entry of one: such messages have a length in front, whatever the features.
  ///   - extensionName: The full name of an extension; nil for other fields.
  private static func field(
    _ node: ProtobufNode, _ outer: Features, isOfMap: Bool, extensionName: String? = nil
  ) throws(ProtobufError) -> ProtobufField {
    let name = try node.text(1) ?? ""
    guard let number = try node.number(3), 1...0x1FFF_FFFF ~= number else {
      throw ProtobufError(byte: node.offset, "field '\(name)' has no number from 1 to 536870911")
    }
    guard var kind = try ProtobufField.Kind(rawValue: Int(truncatingIfNeeded: node.number(5) ?? 0)) else {
      throw ProtobufError(byte: node.offset, "field '\(name)' has a type that is not known")
    }
    let options = try node.child(8)
    var features = try outer.applying(options?.child(21))
    if let isPacked = try options?.flag(2) { features.isPacked = isPacked }
    if kind == .message, features.isDelimited, !isOfMap { kind = .group }
    let isRepeated = try node.number(4) == 3
    let jsonName = try node.text(10) ?? self.jsonName(name)
    return ProtobufField(
      name: extensionName ?? name, jsonName: extensionName.map { "[\($0)]" } ?? jsonName, number: Int(number),
      kind: kind,
      isRepeated: isRepeated,
      isPacked: isRepeated && kind.isPackable && features.isPacked,
      typeName: try self.typeName(node, 6), oneof: try node.number(9).map { Int(truncatingIfNeeded: $0) })
  }

  private mutating func extensionField(
    _ node: ProtobufNode, in scope: String, _ features: Features
  ) throws(ProtobufError) {
    let name = try self.declare(node, in: scope)
    let field = try Self.field(node, features, isOfMap: false, extensionName: name)
    self.contents.extensions.append((try Self.typeName(node, 2), field))
  }

  private mutating func enumeration(_ node: ProtobufNode, in scope: String) throws(ProtobufError) {
    let name = try self.declare(node, in: scope)
    var values: [(name: String, number: Int32)] = []
    for value in try node.children(2) {
      // A value's name stands beside its enum's, not in it.
      try self.declare(value, in: scope)
      values.append((try value.text(1) ?? "", try value.signed(2) ?? 0))
    }
    self.contents.enums.append(ProtobufEnum(name: name, values: values))
  }

  private mutating func service(_ node: ProtobufNode, in scope: String) throws(ProtobufError) {
    let name = try self.declare(node, in: scope)
    var methods: [ProtobufMethod] = []
    for method in try node.children(2) {
      try self.declare(method, in: name)
      methods.append(
        ProtobufMethod(
          name: try method.text(1) ?? "", input: try Self.typeName(method, 2), output: try Self.typeName(method, 3),
          isClientStreaming: try method.flag(5) ?? false, isServerStreaming: try method.flag(6) ?? false))
    }
    self.contents.services.append((name, methods))
  }

  /// The full name of a declaration, which is noted.
  @discardableResult
  private mutating func declare(_ node: ProtobufNode, in scope: String) throws(ProtobufError) -> String {
    let own = try node.text(1) ?? ""
    let name = scope.isEmpty ? own : "\(scope).\(own)"
    self.contents.declarations.append(name)
    return name
  }

  /// A type's full name, without the dot that protoc puts in front.
  private static func typeName(_ node: ProtobufNode, _ number: Int) throws(ProtobufError) -> String {
    let name = try node.text(number) ?? ""
    return name.hasPrefix(".") ? String(name.dropFirst()) : name
  }

  /// `user_id` becomes `userId`: what protoc writes where no `json_name` is given. Descriptors that a server reflects may
  /// lack it.
  static func jsonName(_ name: String) -> String {
    var result: [UInt8] = []
    var isBehindLine = false
    for byte in name.utf8 {
      if byte == UInt8(ascii: "_") {
        isBehindLine = true
      } else {
        let isSmall = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
        result.append(isBehindLine && isSmall ? byte - 0x20 : byte)
        isBehindLine = false
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
