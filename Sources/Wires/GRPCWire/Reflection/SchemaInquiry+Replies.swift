import MockrecCore

extension SchemaInquiry {
  /// Takes what came on the stream that `next` asked for.
  ///
  /// - Throws: Where the services are not listed: nothing more can be learnt then.
  package mutating func take(_ replies: ReflectionReplies) throws(ReflectionFailure) {
    guard self.isListed else { return try self.list(replies) }
    for (request, reply) in zip(self.requests, replies.messages) { self.take(reply, for: request) }
    guard replies.messages.count < self.requests.count else { return }
    // The stream ended at a request: those behind it have not been looked at.
    let end = ReflectionText.status(replies.status, replies.statusMessage)
    self.refuse(self.requests[replies.messages.count], replies.status == 0 ? "no answer" : end)
    for request in self.requests[(replies.messages.count + 1)...].reversed() {
      switch request {
      case .fileDeclaring(let service): self.waiting.append(service)
      case .fileNamed(let name): self.asked.remove(name)
      default: break
      }
    }
  }

  private mutating func list(_ replies: ReflectionReplies) throws(ReflectionFailure) {
    guard let reply = replies.messages.first else {
      guard replies.status == 12 else { throw .refused(replies.status, replies.statusMessage) }
      guard self.reflected.version == .v1 else { throw .noReflection }
      self.reflected.version = .v1alpha
      return
    }
    switch Self.read(reply) {
    case .success(.services(let names)):
      let all = Set(names).filter { !$0.isEmpty }.sorted()
      let services = all.filter { !ReflectionVersion.isService($0) }
      if services.isEmpty { self.note("the service lists no services but reflection") }
      if services.count > self.limits.services {
        self.note("the service lists \(services.count) services: only \(self.limits.services) are looked at")
      }
      self.reflected.services = Array(services.prefix(self.limits.services))
      // What it has of reflection itself is told to those who ask the fake.
      self.reflected.reflections = all.filter(ReflectionVersion.isService)
      self.waiting = all.filter(ReflectionVersion.isService) + self.reflected.services.reversed()
      self.isListed = true
    case .success(.error(let code, let message)): throw .refused(code, message)
    case .success: throw .unreadable("the answer is another one")
    case .failure(let error): throw .unreadable(error.description)
    }
  }

  private mutating func take(_ reply: [UInt8], for request: ReflectionRequest) {
    switch Self.read(reply) {
    case .success(.files(let files)):
      do throws(ProtobufError) {
        try self.files.add(files, limits: self.limits)
      } catch {
        return self.refuse(request, error.description)
      }
      if !self.isAnswered(request), !self.files.areFull { self.refuse(request, "other files came") }
    case .success(.error(let code, let message)): self.refuse(request, ReflectionText.status(code, message))
    case .success: self.refuse(request, "the answer is another one")
    case .failure(let error): self.refuse(request, error.description)
    }
  }

  private static func read(_ reply: [UInt8]) -> Result<ReflectionResponse?, ProtobufError> {
    Result { () throws(ProtobufError) in try ReflectionResponse(reply) }
  }

  private func isAnswered(_ request: ReflectionRequest) -> Bool {
    switch request {
    case .fileDeclaring(let service): self.files.schema.methods(of: service) != nil
    case .fileNamed(let name): self.files.schema.files[name] != nil
    default: true
    }
  }

  private mutating func refuse(_ request: ReflectionRequest, _ reason: String) {
    switch request {
    case .fileDeclaring(let service) where ReflectionVersion.isService(service): break
    case .fileDeclaring(let service):
      self.note("the types of \(ReflectionText.quoted(service)) are not known: \(reason)")
    case .fileNamed(let name):
      self.note("\(ReflectionText.quoted(name)), which is imported, is not known: \(reason)")
    default: break
    }
  }
}
