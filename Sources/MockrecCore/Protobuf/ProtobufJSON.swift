/// Protobuf messages as JSON that people read and edit, and back to the very same bytes.
///
/// With a schema it is the JSON that protobuf itself defines, with one difference: it says what the bytes say. Members stand
/// in the order of the fields, a default value that was written is shown, a field that the schema does not know, or does not
/// fit, is a member named by its number. Without a schema a message is a tree of such members (`ProtobufTree`).
///
/// Source: protobuf.dev, ProtoJSON Format.
package struct ProtobufJSON: Sendable {
  package let schema: ProtobufSchema

  package init(schema: ProtobufSchema) { self.schema = schema }

  /// The message as JSON; nil where `bytes` would not give back the same bytes, or the schema lacks the type. The caller
  /// falls back to `tree`.
  ///
  /// That is so where a field stands in several places, or two fields of a oneof are set, or a tag or length takes more bytes
  /// than it needs. Within a message that is itself a field, the same is told by that field's number.
  ///
  /// - Complexity: O(`bytes.count` × depth of nesting); it writes the message once to compare.
  package func json(_ bytes: [UInt8], type: String) -> JSON? {
    var decoder = ProtobufDecoder(schema: self.schema, bytes: bytes)
    guard let json = try? decoder.message(type, bytes.indices, depth: 0), (try? self.bytes(json, type: type)) == bytes
    else { return nil }
    return json
  }

  /// Why a message is not shown, or one of its fields by number although the schema knows it: the first reason, with its
  /// place in the bytes; nil where there is none. For a word to the user.
  package func misfit(_ bytes: [UInt8], type: String) -> ProtobufError? {
    var decoder = ProtobufDecoder(schema: self.schema, bytes: bytes)
    do throws(ProtobufError) {
      _ = try decoder.message(type, bytes.indices, depth: 0)
    } catch {
      return decoder.misfit ?? error
    }
    return decoder.misfit
  }

  /// The message that JSON stands for, its fields in the order of the members.
  ///
  /// Beyond what protobuf's own readers take (names in JSON or in the file, numbers in strings, null for what is not set),
  /// a member may be named by its number and have the form of `tree`.
  ///
  /// - Throws: With the place of the value that does not fit, and the nearest name that would.
  package func bytes(_ json: JSON, type: String) throws(ProtobufError) -> [UInt8] {
    try ProtobufEncoder(schema: self.schema).message(json, type, depth: 0)
  }

  /// A message without a schema; nil where the bytes are no message, or `bytes(tree:)` would not give them back. The caller
  /// keeps the bytes as they are.
  package static func tree(_ bytes: [UInt8]) -> JSON? {
    guard let tree = try? ProtobufTree(bytes: bytes).message(bytes.indices, depth: 0),
      (try? self.bytes(tree: tree)) == bytes
    else { return nil }
    return tree
  }

  /// The message that a tree stands for.
  ///
  /// - Throws: With the place of the value that does not fit.
  package static func bytes(tree: JSON) throws(ProtobufError) -> [UInt8] {
    guard case .object(let object) = tree else { throw ProtobufError("a message is an object, not \(tree.shown)") }
    return try ProtobufTreeWriter.message(object, depth: 0)
  }
}
