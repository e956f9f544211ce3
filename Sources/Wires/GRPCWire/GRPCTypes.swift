import MockrecCore
import Synchronization

/// What is known of the types of messages, by the paths of the calls that they belong to.
final class GRPCTypes: Sendable {
  private let known: Mutex<ProtobufSchema>
  /// The services of reflection that the real service lists; its own files may not describe them.
  private let listed = Mutex<Set<String>>([])
  /// Services that were asked for their types; they are not asked again.
  private let services = Mutex<Set<String>>([])

  init(_ schema: ProtobufSchema = ProtobufSchema(), reflections: Set<String> = []) {
    self.known = Mutex(schema)
    self.listed.withLock { $0 = reflections }
  }

  var reflections: Set<String> { self.listed.withLock { $0 } }

  func list(_ reflections: [String]) { self.listed.withLock { $0.formUnion(reflections) } }

  var schema: ProtobufSchema { self.known.withLock { $0 } }

  func add(_ files: [[UInt8]]) throws(ProtobufError) {
    var schema = self.schema
    for file in files { try schema.add(file: file) }
    self.known.withLock { [schema] in $0 = schema }
  }

  /// Whose messages are asked for.
  enum Side { case request, reply }

  /// What reads and writes the messages of a call.
  func messages(of path: String, _ side: Side) -> GRPCMessages {
    self.known.withLock { schema in
      let method = Self.method(path, in: schema)
      let type = method.map { side == .request ? $0.input : $0.output }
      // Descriptors may be without what they import.
      return GRPCMessages(schema: schema, type: type.flatMap { schema.message($0) }?.name, path: path)
    }
  }

  /// A call as it was declared; nil where it is not known.
  func method(of path: String) -> ProtobufMethod? { Self.method(path, in: self.schema) }

  private static func method(_ path: String, in schema: ProtobufSchema) -> ProtobufMethod? {
    let parts = path.split(separator: "/", maxSplits: 1)
    return parts.count == 2 ? schema.method(String(parts[0]), String(parts[1])) : nil
  }

  /// The service of a call was asked.
  func asked(_ path: String) { self.services.withLock { _ = $0.insert(Self.service(of: path)) } }

  /// Whether the service was asked, and did not tell the types of the call.
  func isUntold(_ path: String) -> Bool { self.services.withLock { $0.contains(Self.service(of: path)) } }

  private static func service(of path: String) -> String { String(path.dropFirst().prefix { $0 != "/" }) }

  /// Whether the types of a call are known.
  func knows(_ path: String) -> Bool {
    self.messages(of: path, .request).type != nil && self.messages(of: path, .reply).type != nil
  }

  /// The first type of a known call that no file describes.
  func missing(_ path: String) -> String? {
    let schema = self.schema
    guard let method = Self.method(path, in: schema) else { return nil }
    return [method.input, method.output].first { schema.message($0) == nil }
  }
}

/// Reads and writes the messages of one call in one direction.
struct GRPCMessages {
  let schema: ProtobufSchema
  /// The full name of their type; nil where it is not known.
  let type: String?
  /// The call's.
  let path: String

  /// What is wrong with the call's name, where what is known of others tells; nil for one whose service nobody described.
  var unknown: (message: String, nearest: String?)? {
    let parts = self.path.split(separator: "/", maxSplits: 1).map(String.init)
    guard self.type == nil, parts.count == 2 else { return nil }
    if let methods = self.schema.methods(of: parts[0]) {
      return (
        "\(parts[0]) has no method \(parts[1])", nearestName(to: parts[1], among: methods.map(\.name))
      )
    }
    return nearestWord(to: parts[0], among: self.schema.services).map {
      ("the descriptors have no service \(parts[0])", $0)
    }
  }

  /// A message as people read it: by its type, else as a tree of numbered fields; nil where it is no protobuf message that
  /// could be given back exactly.
  func json(_ payload: [UInt8]) -> JSON? {
    if let type, let json = ProtobufJSON(schema: self.schema).json(payload, type: type) { return json }
    guard let tree = ProtobufJSON.tree(payload), self.type == nil || (try? self.bytes(tree)) == payload else {
      return nil
    }
    return tree
  }

  /// Why a message, or a field of it, is shown by numbers although its type is known; nil where it is not.
  func misfit(_ payload: [UInt8]) -> String? {
    guard let type, let error = ProtobufJSON(schema: self.schema).misfit(payload, type: type) else { return nil }
    return "does not fit \(type): \(error)"
  }

  /// The message that JSON stands for, by its type or as a tree.
  func bytes(_ json: JSON) throws(ProtobufError) -> [UInt8] {
    guard let type else { return try ProtobufJSON.bytes(tree: json) }
    return try ProtobufJSON(schema: self.schema).bytes(json, type: type)
  }

  /// The message without its secrets: those that stand under the names of secrets, and the shapes of well-known ones.
  func clean(_ payload: [UInt8], _ redactor: Redactor) -> [UInt8] {
    ProtobufRedaction(schema: self.schema, redactor: redactor).clean(payload, type: self.type)
  }
}
