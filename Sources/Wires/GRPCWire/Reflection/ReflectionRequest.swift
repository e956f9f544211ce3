import MockrecCore

/// What a `ServerReflectionRequest` asks for.
///
/// Source: grpc/grpc-proto, grpc/reflection/v1/reflection.proto.
package enum ReflectionRequest: Sendable, Hashable {
  case fileNamed(String)
  /// The file that declares a symbol: a type, field, value of an enum, service, method or extension.
  case fileDeclaring(String)
  /// The file that extends a message type by a field of that number.
  case fileExtending(String, number: Int)
  /// The numbers of a message type's extensions.
  case extensionNumbers(of: String)
  case services

  /// Reads a message. Of several questions in one the last counts, as of any oneof.
  ///
  /// - Returns: Nil where it asks for nothing.
  /// - Throws: Where the bytes are no such message.
  package init?(_ bytes: [UInt8]) throws(ProtobufError) {
    let node = try ProtobufNode(bytes)
    _ = try node.text(1)  // the host, which means nothing here
    switch node.last(of: 3...7) {
    case 3: self = .fileNamed(try node.text(3) ?? "")
    case 4: self = .fileDeclaring(try node.text(4) ?? "")
    case 5:
      guard let child = try node.child(5) else { return nil }
      self = .fileExtending(try child.text(1) ?? "", number: Int(try child.signed(2) ?? 0))
    case 6: self = .extensionNumbers(of: try node.text(6) ?? "")
    case 7:
      _ = try node.text(7)
      self = .services
    default: return nil
    }
  }

  package var bytes: [UInt8] {
    var writer = ProtobufWriter()
    switch self {
    case .fileNamed(let name): writer.delimited(3, name.utf8)
    case .fileDeclaring(let symbol): writer.delimited(4, symbol.utf8)
    case .fileExtending(let type, let number):
      var content = ProtobufWriter()
      content.delimited(1, type.utf8)
      content.varint(2, UInt64(bitPattern: Int64(number)))
      writer.delimited(5, content.bytes)
    case .extensionNumbers(let type): writer.delimited(6, type.utf8)
    case .services: writer.delimited(7, [])
    }
    return writer.bytes
  }
}
