import MockrecCore

/// Server reflection over a schema, in either version.
///
/// It answers as grpcio's `ReflectionServicer` does, but for methods: those are symbols, as the protocol has it, and grpcio
/// finds none.
///
/// Source: grpc/grpc-proto, grpc/reflection/v1/reflection.proto; grpcio-reflection 1.85, `grpc_reflection/v1alpha/_base.py`.
package struct ReflectionResponder: Sendable {
  private let schema: ProtobufSchema
  private let services: [String]

  /// - Parameters:
  ///   - services: The names that are listed.
  package init(schema: ProtobufSchema, services: [String]) {
    self.schema = schema
    self.services = services.sorted()
  }

  /// The answer to a message of the stream.
  ///
  /// - Throws: Where the bytes are no request. A server ends the stream then, with INTERNAL (13).
  /// - Complexity: O(the bytes of the files that it holds).
  package func answer(_ message: [UInt8]) throws(ProtobufError) -> [UInt8] {
    let response = try ReflectionRequest(message).map(self.response) ?? .invalid
    return response.bytes(answering: message)
  }

  private func response(to request: ReflectionRequest) -> ReflectionResponse {
    switch request {
    case .fileNamed(let name): self.files(self.schema.files[name])
    case .fileDeclaring(let symbol): self.files(self.schema.file(declaring: symbol))
    case .fileExtending(let type, let number): self.files(self.schema.file(extending: type, number: number))
    case .extensionNumbers(let type):
      self.schema.message(type) == nil
        ? .notFound : .extensionNumbers(self.schema.extensionNumbers(of: type), of: type)
    case .services: .services(self.services)
    }
  }

  /// A file, followed by all that it imports, each once.
  private func files(_ file: ProtobufSchema.File?) -> ReflectionResponse {
    guard let file else { return .notFound }
    var files: [[UInt8]] = []
    var seen: Set<String> = []
    // Without recursion: a chain of imports may be as long as a stranger likes.
    var waiting = [file.name]
    while let name = waiting.popLast() {
      guard let file = self.schema.files[name], seen.insert(name).inserted else { continue }
      files.append(file.bytes)
      waiting += file.dependencies.reversed()
    }
    return .files(files)
  }
}
