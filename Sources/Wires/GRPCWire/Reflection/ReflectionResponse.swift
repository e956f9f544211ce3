import MockrecCore

/// What a `ServerReflectionResponse` answers.
///
/// Source: grpc/grpc-proto, grpc/reflection/v1/reflection.proto.
package enum ReflectionResponse: Sendable, Hashable {
  /// Serialized `FileDescriptorProto`s.
  case files([[UInt8]])
  case extensionNumbers([Int], of: String)
  case services([String])
  /// A gRPC status code and its text.
  case error(Int, String)

  static let invalid = Self.error(3, "invalid argument")
  static let notFound = Self.error(5, "not found")

  /// The message.
  ///
  /// - Parameters:
  ///   - request: The request as it came, which the answer holds.
  package func bytes(answering request: [UInt8]) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.delimited(2, request)
    var content = ProtobufWriter()
    switch self {
    case .files(let files):
      for file in files { content.delimited(1, file) }
      writer.delimited(4, content.bytes)
    case .extensionNumbers(let numbers, let type):
      content.delimited(1, type.utf8)
      content.packed(2, numbers.map { UInt64(bitPattern: Int64($0)) })
      writer.delimited(5, content.bytes)
    case .services(let names):
      for name in names {
        var service = ProtobufWriter()
        service.delimited(1, name.utf8)
        content.delimited(1, service.bytes)
      }
      writer.delimited(6, content.bytes)
    case .error(let code, let message):
      content.varint(1, UInt64(bitPattern: Int64(code)))
      content.delimited(2, message.utf8)
      writer.delimited(7, content.bytes)
    }
    return writer.bytes
  }

  /// Reads a message.
  ///
  /// - Returns: Nil where it answers nothing, or with the numbers of extensions, which are never asked for.
  /// - Throws: Where the bytes are no such message.
  package init?(_ bytes: [UInt8]) throws(ProtobufError) {
    let node = try ProtobufNode(bytes)
    guard let number = node.last(of: 4...7), let content = try node.child(number) else { return nil }
    switch number {
    case 4: self = .files(try content.contents(1))
    case 6:
      var names: [String] = []
      for service in try content.children(1) { names.append(try service.text(1) ?? "") }
      self = .services(names)
    case 7: self = .error(Int(try content.signed(1) ?? 0), try content.text(2) ?? "")
    default: return nil
    }
  }
}
