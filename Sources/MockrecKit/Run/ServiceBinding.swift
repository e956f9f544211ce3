import HTTPWire
import MockrecCore
import MockrecEngine
import MockrecIdentity
import MockrecStore
import MockrecTransport
import MockrecWire

/// A service's settings, made ready for a run.
struct ServiceBinding: Sendable {
  var settings: ServiceSettings
  var service: Service
  /// Names, in lower case, of reply fields that cassettes do not hold.
  var volatile: Set<String>

  /// - Parameter needsOrigin: Whether the run asks the real service; where it is then missing, the user is told.
  init(_ settings: ServiceSettings, needsOrigin: Bool) throws {
    let wire = try Self.wire(settings)
    self.settings = settings
    self.volatile = wire.volatileFields.union(settings.volatileHeaders.map { $0.lowercased() })
    var origin: OriginAddress?
    if needsOrigin {
      let example = "\(wire.schemeNames.first ?? "http")://HOST:PORT"
      guard let real = settings.real else {
        throw Failure.usage(
          Diagnostic(
            "service \(settings.name) has no `real`, so there is nothing to ask",
            fix: settings.origin.map { "add `real: \(example)` at \($0.file):\($0.line)" } ?? "add --real \(example)"))
      }
      do {
        origin = try Self.address(real, settings.realTLS, wire)
      } catch let failure as Failure {
        throw Self.placed(failure, "real", settings)
      }
    }
    self.service = Service(
      name: settings.name, wire: wire, rules: try Self.rules(settings), limits: Self.limits(settings), origin: origin,
      timeout: settings.timeout, missFix: Self.missFix(settings))
    self.service.contractServices = .live
  }

  /// The same where replies of mocks are made: what they sign, they sign with these.
  func signing(with keys: SigningKeys) -> ServiceBinding {
    guard let wire = self.service.wire as? HTTPWire else { return self }
    var binding = self
    binding.service.wire = wire.signing(with: keys)
    return binding
  }

  /// The wire that a service speaks, by its own rules.
  static func wire(_ settings: ServiceSettings) throws -> any Wire {
    let wire: any Wire
    do throws(Diagnostic) {
      wire = try Wires.named(settings.wire).configured(framing: settings.framing, rules: settings.match.bytes)
    } catch {
      throw Failure.usage(error)
    }
    return try (wire as? any SchemaWire).map { try Self.described($0, settings) } ?? wire
  }

  /// The same wire with the schemas that the user gives and that the cassette has.
  private static func described(_ wire: any SchemaWire, _ settings: ServiceSettings) throws -> any Wire {
    var files: [(name: String, bytes: [UInt8])] = []
    if let path = settings.protoDescriptor {
      do {
        files.append((path, try UserFile.read(path).bytes))
      } catch let failure as Failure {
        throw Self.placed(failure, "proto-descriptor", settings)
      }
    }
    let folder = try? CassetteFolder(reading: settings.cassette)
    if let bytes = try folder?.schema(wire.schemaFile) {
      files.append(("\(settings.cassette)/\(wire.schemaFile)", bytes))
    }
    return try Self.described(wire, by: files)
  }

  /// The same wire, knowing what files describe; one that has no schema as it is.
  static func described(_ wire: any Wire, by files: [(name: String, bytes: [UInt8])]) throws -> any Wire {
    do throws(Diagnostic) {
      return try (wire as? any SchemaWire)?.reading(files) ?? wire
    } catch {
      throw Failure.data(Diagnostics([error]))
    }
  }

  /// What is wrong with a key's value, with the service that has it.
  private static func placed(_ failure: Failure, _ key: String, _ settings: ServiceSettings) -> Failure {
    let place = settings.origin.map { " (\($0.file):\($0.line))" } ?? ""
    return Failure(failure.exitStatus, "\(failure.description)\n  service: \(settings.name)\(place), `\(key)`")
  }

  private static func missFix(_ settings: ServiceSettings) -> String {
    if settings.isDiscovered { return "mockrec record -- <your command>" }
    guard let origin = settings.origin else {
      return "mockrec record --wire \(settings.wire) --cassette \(settings.cassette) --real URL -- <your command>"
    }
    guard settings.real != nil else {
      let handler = settings.handler == nil ? "" : ", or have the handler answer it"
      return "write an entry in \(settings.cassette)/\(handler), or loosen `match` in "
        + "\(origin.file):\(origin.matchLine ?? origin.line)"
    }
    return "mockrec record \(settings.name) --mode append -- <your command>, or loosen `match` in "
      + "\(origin.file):\(origin.matchLine ?? origin.line)"
  }

  /// What the user is to hear of a real service that anybody may pretend to be; nil where none may.
  var warning: String? {
    guard self.service.origin?.tls?.verifies == false else { return nil }
    return "warning: \(self.service.name): the real service's certificate is not looked at (insecure): anybody may "
      + "answer in its place\n"
  }

  /// The real service's address as contracts use it; nil where the run does not ask it.
  var real: String? {
    self.service.origin.map { "\($0.scheme)://\($0.authority)\($0.basePath)" }
  }

  private static func address(_ real: RealAddress, _ tls: ClientTLS, _ wire: any Wire) throws -> OriginAddress {
    let url: RealURL
    do throws(Diagnostic) {
      url = try real.url()
      try OriginTLS.check(tls)
    } catch {
      throw Failure.usage(error)
    }
    if url.userInfo != nil, !wire.takesCredentials {
      throw Failure.usage(
        Diagnostic(
          "`real` has credentials in its URL, which are not sent", fix: "leave them out: the client sends its own"))
    }
    let scheme = wire.schemes[url.scheme.lowercased()] ?? (port: 80, usesTLS: false)
    // A protocol that is not known has no usual port.
    guard url.port != nil || scheme.port != 0 else {
      throw Failure.usage(Diagnostic("`real` has no port: \(url)", fix: "write \(url.scheme)://\(url.host):PORT"))
    }
    var origin = OriginAddress(
      scheme: url.scheme, host: url.host, port: url.port ?? scheme.port, basePath: url.basePath,
      tls: scheme.usesTLS ? tls : nil)
    if let userInfo = url.userInfo {
      let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        .map { String($0).removingPercentEncoding ?? String($0) }
      // `redis://secret@host` means a password to some and a user to others: only the colon tells.
      origin.credentials = .init(user: parts[0], password: parts.count > 1 ? parts[1] : "")
    }
    return origin
  }

  /// What makes its requests equal, and what is secret.
  static func rules(_ settings: ServiceSettings) throws -> MatchRules {
    var redaction = settings.redaction.isOn ? RedactionRules.standard : .off
    for name in settings.redaction.names { redaction.add(name) }
    for name in settings.redaction.keep { redaction.remove(name) }
    // What does not parse was refused where it was read.
    redaction.patterns = settings.redaction.patterns.compactMap { try? Pattern($0) }
    var rules = MatchRules(redactor: Redactor(redaction))
    rules.headers = settings.match.headers
    rules.ignoredHeaders = settings.match.ignoredHeaders
    rules.ignoredQuery = Set(settings.match.ignoredQuery)
    for path in settings.match.ignoredJSON {
      do throws(JSONPathError) {
        rules.ignoredJSON.append(try JSONPath(path))
      } catch {
        throw Failure(
          ExitStatus.data, Diagnostic("'\(path)' in `match` of \(settings.name): \(error.message)").description)
      }
    }
    return rules
  }

  private static func limits(_ settings: ServiceSettings) -> WireLimits {
    var limits = WireLimits()
    limits.bodyBytes = settings.limits.body.map(\.bytes)
    limits.headBytes = settings.limits.header.bytes
    return limits
  }
}

extension Redactor {
  /// Takes out what is a secret of any of these services, as where texts are of no single one.
  init(of services: [ServiceSettings]) {
    var rules = RedactionRules.standard
    for service in services where service.redaction.isOn {
      for name in service.redaction.names { rules.add(name) }
      rules.patterns += service.redaction.patterns.compactMap { try? Pattern($0) }
    }
    self.init(rules)
  }
}

extension ServiceBinding {
  /// An answer as its recorder would keep it, redacted; nil for wires whose entries are not healed.
  func recordable(_ answer: Answer) -> Message? {
    guard let wire = self.service.wire as? HTTPWire, answer.status != 101 else { return nil }
    var reply = Message(
      start: [answer.version, answer.status.map(String.init) ?? "", answer.statusText], fields: answer.fields)
    if let origin = self.service.origin { reply = wire.incoming(reply, from: origin) }
    reply.body = Body(answer.rawBody)
    let exchange = Exchange(request: Message(start: ["GET", "/", "HTTP/1.1"]), replies: [.init(reply)])
    return wire.redact(exchange, with: self.service.rules.redactor).reply
  }

  /// An answer without secrets, and without what names the real service's own address: as a cassette would hold it.
  func comparable(_ answer: Answer) -> Answer {
    var answer = answer
    if let origin = self.service.origin {
      let head = self.service.wire.incoming(Message(start: [], fields: answer.fields), from: origin)
      answer = answer.replacing(fields: head.fields)
    }
    return answer.redacted(with: self.service.rules.redactor)
  }
}
