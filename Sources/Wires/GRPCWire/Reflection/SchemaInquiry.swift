import MockrecCore

/// Learns the schema of a service by its server reflection: which services it has, the file of each, and what is imported.
///
/// It asks for several things on each stream, as few streams as it can, and sends nothing itself. Services answer with a
/// file alone, with all that it imports, or with what they have not sent on this stream yet; some end the stream at what
/// they do not know. All are understood.
///
/// Source: grpc/grpc-proto, grpc/reflection/v1/reflection.proto; the servers of grpcio, grpc-go and tonic.
package struct SchemaInquiry: Sendable {
  /// What it asks for and keeps, whatever a service says.
  package struct Limits: Sendable {
    package var files = 4096
    /// Of all files together, and a good bound for the replies of one stream.
    package var bytes = 64 << 20
    package var streams = 32
    package var services = 4096
    package var notes = 64

    package init() {}
  }

  /// On one stream. Most servers send a service's imports again with each service.
  static let servicesAtOnce = 32
  static let filesAtOnce = 256

  /// What is known by now; all of it when there is no further stream.
  package internal(set) var reflected = ReflectedSchema(version: .v1)
  let limits: Limits
  var isListed = false
  /// Services whose files are still to be asked for, the next one last.
  var waiting: [String] = []
  /// The names of files that have been asked for.
  var asked: Set<String> = []
  /// What the stream under way asks.
  var requests: [ReflectionRequest] = []
  var files = ReflectedFiles()
  private var streams = 0
  private var notesLeftOut = 0
  private var isDone = false

  package init(limits: Limits = Limits()) { self.limits = limits }

  /// Learns the schema of a service that is asked by a function.
  ///
  /// - Parameters:
  ///   - ask: Sends a stream and returns all that came. It throws where the service cannot be reached, not for the status
  ///     that a stream ends with; HTTP's 404 is UNIMPLEMENTED (12), as gRPC has it.
  /// - Throws: `ReflectionFailure`, and what `ask` throws.
  package static func run(
    isolation: isolated (any Actor)? = #isolation, limits: Limits = Limits(),
    asking ask: (ReflectionStream) async throws -> ReflectionReplies
  ) async throws -> ReflectedSchema {
    var inquiry = SchemaInquiry(limits: limits)
    while let stream = inquiry.next() { try inquiry.take(try await ask(stream)) }
    return inquiry.reflected
  }

  /// What to ask next; nil when everything is known that can be.
  package mutating func next() -> ReflectionStream? {
    guard !self.isDone else { return nil }
    self.requests = self.isListed ? self.wanted() : [.services]
    if self.requests.isEmpty || self.streams == self.limits.streams {
      if !self.requests.isEmpty { self.note("not all was asked for: \(self.streams) streams did not suffice") }
      self.finish()
      return nil
    }
    self.streams += 1
    return ReflectionStream(version: self.reflected.version, messages: self.requests.map(\.bytes))
  }

  private mutating func wanted() -> [ReflectionRequest] {
    guard !self.files.areFull else { return [] }
    var services: [String] = []
    while services.count < Self.servicesAtOnce, let service = self.waiting.popLast() {
      if self.files.schema.methods(of: service) == nil { services.append(service) }
    }
    // One at least: where there is no room for it, that is noted.
    let room = min(Self.filesAtOnce, max(1, self.limits.files - self.files.count))
    let files = self.files.schema.missingFiles.filter { !self.asked.contains($0) }.prefix(room)
    self.asked.formUnion(files)
    return services.map { .fileDeclaring($0) } + files.map { .fileNamed($0) }
  }

  private mutating func finish() {
    self.isDone = true
    if self.files.areFull {
      self.note(
        "the service's files are too many or too large: what came behind \(self.files.count) of them is missing")
    }
    if self.notesLeftOut > 0 { self.reflected.notes.append("\(self.notesLeftOut) more things could not be had") }
    self.reflected.schema = self.files.schema
  }

  mutating func note(_ text: String) {
    if self.reflected.notes.count < self.limits.notes {
      self.reflected.notes.append(text)
    } else {
      self.notesLeftOut += 1
    }
  }
}
