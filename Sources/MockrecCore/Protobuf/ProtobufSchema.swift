/// The types and services that descriptors describe: of proto2, proto3 and editions.
///
/// Names are full names without a dot in front. What is declared twice counts as it was added first. A type that is named
/// and not declared, as its file was never added, is no error: fields of it are shown by number.
package struct ProtobufSchema: Sendable {
  /// A `FileDescriptorProto`.
  package struct File: Sendable, Hashable {
    /// As imports spell it, as in `google/protobuf/any.proto`.
    package let name: String
    /// The names of the files that it imports.
    package let dependencies: [String]
    /// The serialized `FileDescriptorProto`, as it was given.
    package let bytes: [UInt8]
  }

  /// By name.
  package private(set) var files: [String: File] = [:]
  private var messages: [String: ProtobufMessage] = [:]
  private var enums: [String: ProtobufEnum] = [:]
  private var methods: [String: [ProtobufMethod]] = [:]
  /// By the type that is extended, and their numbers.
  private var extensions: [String: [Int: ProtobufField]] = [:]
  /// The file that declares each name: of types, fields, values, services, methods and extensions.
  private var declarations: [String: String] = [:]

  package init() {}

  /// Reads a serialized `google.protobuf.FileDescriptorSet`, as `protoc --include_imports --descriptor_set_out` and
  /// `buf build` write it. Files may stand in any order.
  ///
  /// - Throws: The offset is that in the file descriptor where the trouble is.
  package init(fileDescriptorSet bytes: [UInt8]) throws(ProtobufError) {
    for file in try ProtobufNode(bytes).contents(1) { try self.add(file: file) }
  }

  /// Adds a serialized `google.protobuf.FileDescriptorProto`, before or after those that it imports; one that is there
  /// already changes nothing.
  ///
  /// - Throws: Where the bytes are none, have no name, or differ from a file of that name that was added before.
  package mutating func add(file bytes: [UInt8]) throws(ProtobufError) {
    let parsed = try ProtobufFileParser.parse(bytes)
    if let known = self.files[parsed.file.name] {
      guard known.bytes == bytes else {
        throw ProtobufError(byte: 0, "there is another file named \(parsed.file.name), which differs")
      }
      return
    }
    self.files[parsed.file.name] = parsed.file
    self.messages.merge(parsed.messages.map { ($0.name, $0) }) { first, _ in first }
    self.enums.merge(parsed.enums.map { ($0.name, $0) }) { first, _ in first }
    self.methods.merge(parsed.services) { first, _ in first }
    for (extended, field) in parsed.extensions where self.extensions[extended]?[field.number] == nil {
      self.extensions[extended, default: [:]][field.number] = field
    }
    for name in parsed.declarations where self.declarations[name] == nil {
      self.declarations[name] = parsed.file.name
    }
  }
}

extension ProtobufSchema {
  /// All services' names, sorted.
  package var services: [String] { self.methods.keys.sorted() }

  package func message(_ name: String) -> ProtobufMessage? { self.messages[name] }

  package func enumeration(_ name: String) -> ProtobufEnum? { self.enums[name] }

  /// The methods of a service, as declared; nil where there is no such service.
  package func methods(of service: String) -> [ProtobufMethod]? { self.methods[service] }

  /// A method by the two parts of its path, as in `/helloworld.Greeter/SayHello`.
  package func method(_ service: String, _ name: String) -> ProtobufMethod? {
    self.methods[service]?.first { $0.name == name }
  }

  /// The field of that number, be it declared or an extension.
  func field(_ number: Int, of message: ProtobufMessage) -> ProtobufField? {
    message.field(number) ?? self.extensions[message.name]?[number]
  }

  /// The field of that name, in JSON or in the file, be it declared or an extension (`[package.name]`).
  func field(named name: String, of message: ProtobufMessage) -> ProtobufField? {
    if let field = message.field(named: name) { return field }
    return name.hasPrefix("[") ? self.extensions[message.name]?.values.first { $0.jsonName == name } : nil
  }

  /// The names that a message's members in JSON can have.
  func fieldNames(of message: ProtobufMessage) -> [String] {
    message.fields.map(\.jsonName) + self.extensions[message.name, default: [:]].values.map(\.jsonName).sorted()
  }

  /// Sorted, so that of two that are equally near always the same one is named.
  var messageNames: [String] { self.messages.keys.sorted() }
}

// What server reflection is asked for.
extension ProtobufSchema {
  /// The file that declares a type, field, value of an enum, service, method or extension of that full name.
  package func file(declaring symbol: String) -> File? {
    self.declarations[symbol].flatMap { self.files[$0] }
  }

  /// The file that extends a message type by a field of that number.
  package func file(extending message: String, number: Int) -> File? {
    self.extensions[message]?[number].flatMap { self.file(declaring: $0.name) }
  }

  /// The numbers of the known extensions of a message type, sorted.
  package func extensionNumbers(of message: String) -> [Int] {
    self.extensions[message, default: [:]].keys.sorted()
  }

  /// The names of files that are imported and were not added, sorted.
  package var missingFiles: [String] {
    let imported = Set(self.files.values.flatMap(\.dependencies))
    return imported.filter { self.files[$0] == nil }.sorted()
  }

  /// A serialized `FileDescriptorSet` of all files, each behind those that it imports and otherwise by name: the same
  /// bytes whatever order the files were added in.
  package var fileDescriptorSet: [UInt8] {
    var writer = ProtobufWriter()
    var seen: Set<String> = []
    for name in self.files.keys.sorted() {
      // Without recursion: a chain of imports may be as long as a stranger likes.
      var waiting = [(name: name, areImportsWritten: false)]
      while let next = waiting.popLast() {
        guard let file = self.files[next.name] else { continue }
        if next.areImportsWritten {
          writer.delimited(1, file.bytes)
        } else if seen.insert(next.name).inserted {
          waiting.append((next.name, true))
          waiting += file.dependencies.reversed().map { ($0, false) }
        }
      }
    }
    return writer.bytes
  }
}
