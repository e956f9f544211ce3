import GRPCWire
import MockrecCore

/// A service with reflection, after the manner of one of the servers there are.
final class ReflectingService {
  enum Manner: CaseIterable {
    /// A file with all that it imports, each time.
    case grpcio
    /// A file with what it imports, but for what was sent on the stream before.
    case go
    /// A file alone; the stream ends at what is not known.
    case tonic
  }

  var manner = Manner.grpcio
  var versions: Set<ReflectionVersion> = [.v1, .v1alpha]
  /// In the place of what would be answered.
  var replaced: [ReflectionRequest: ReflectionResponse] = [:]
  private(set) var streams: [ReflectionStream] = []
  private let responder: ReflectionResponder

  init(_ files: [[UInt8]], services: [String]? = nil) throws {
    var schema = ProtobufSchema()
    for file in files { try schema.add(file: file) }
    self.responder = ReflectionResponder(schema: schema, services: services ?? schema.services)
  }

  func learn(_ limits: SchemaInquiry.Limits = .init()) async throws -> ReflectedSchema {
    try await SchemaInquiry.run(limits: limits) { try self.answer($0) }
  }

  private func answer(_ stream: ReflectionStream) throws -> ReflectionReplies {
    self.streams.append(stream)
    guard self.versions.contains(stream.version) else { return ReflectionReplies(messages: [], status: 12) }
    var replies: [[UInt8]] = []
    var sent: Set<[UInt8]> = []
    for message in stream.messages {
      let request = try ReflectionRequest(message)
      var response = try ReflectionResponse(self.responder.answer(message))
      if let request, let replaced = self.replaced[request] { response = replaced }
      switch (self.manner, response) {
      case (.go, .files(let files)):
        response = .files(files.filter { !sent.contains($0) })
        sent.formUnion(files)
      case (.tonic, .files(let files)): response = .files(Array(files.prefix(1)))
      case (.tonic, .error(let code, let text)):
        return ReflectionReplies(messages: replies, status: code, statusMessage: text)
      default: break
      }
      replies.append(response?.bytes(answering: message) ?? [])
    }
    return ReflectionReplies(messages: replies)
  }
}
