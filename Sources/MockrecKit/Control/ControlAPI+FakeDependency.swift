import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire

/// The addresses of Tala's Fake Dependency Service, with which a test says in one call what a service answers, and asks
/// afterwards what came. They stand upon sessions, added entries and the log of requests.
///
/// Source: https://github.com/talamobile/fake-dependency-service, README.
extension ControlAPI {
  private static let place = "/mock-service/{service}/mock-resources/{path}"
  private static let methodField = "X-Fake-Dependency-Http-Method"
  private static let contentParameter = "verifyMockContent"

  private static let metadataSchema = ControlAPI.object([
    "httpStatus": .members([("type", .string("integer")), ("default", .count(200))]),
    "delayMs": .members([("type", .string("integer")), ("default", .count(0))]),
  ])
  private static let setUpSchema = ControlAPI.object([
    "responseBody": .members([("description", .string("JSON; a text is sent as it is."))]),
    "responseSetUpMetadata": ControlAPI.metadataSchema,
    "responseHeaders": .members([
      ("type", .string("object")),
      (
        "additionalProperties",
        .members([("type", .string("array")), ("items", .members([("type", .string("string"))]))])
      ),
    ]),
  ])

  var setUpRoutes: [ControlRoute] {
    [
      self.now("POST", Self.place, "Sets up a reply, or the next of a chain.", body: Self.setUpSchema, takesRest: true)
      {
        try self.setUp($0)
      },
      self.now("PATCH", Self.place, "Gives a reply any body.", status: 204, takesRest: true) { try self.patch($0) },
      self.now("GET", Self.place, "What was sent to it.", takesRest: true) { try self.sent($0) },
    ]
  }

  /// The service, and the request as it is its, where one is asked under the address of the Fake Dependency Service.
  func mocked(_ message: Message) -> (run: any SessionRun, request: any WireRequest)? {
    guard message.start.count > 1 else { return nil }
    let parts = message.start[1].split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count > 2, parts[0].isEmpty, parts[1] == "mock-service" else { return nil }
    let (name, query) = Self.cut(parts[2])
    let rest = parts.count > 3 ? "/" + parts[3] : "/" + query
    guard Self.cut(rest).0.split(separator: "/").first != "mock-resources",
      let run = self.runs.first(where: { $0.name == PercentCoding.decode(name) }), Self.isHTTP(run)
    else { return nil }
    var message = message
    message.start[1] = rest
    return (run, run.binding.service.wire.request(from: message))
  }

  private static func isHTTP(_ run: any SessionRun) -> Bool { run.binding.service.wire.name == Wires.http.name }

  private static func cut(_ target: some StringProtocol) -> (Substring, Substring) {
    let target = Substring(target)
    let end = target.firstIndex(of: "?") ?? target.endIndex
    return (target[..<end], target[end...])
  }

  private func address(_ request: ControlRequest) throws(ControlProblem) -> (
    any SessionRun, SessionSetUps.Address
  ) {
    let name = request.place("service")
    guard let run = self.runs.first(where: { $0.name == name }) else {
      let names = self.runs.map(\.name)
      let nearest = nearestWord(to: name, among: names).map { "; nearest: \($0)" } ?? ""
      throw .missing("service", "no service is called '\(name)'\(nearest); name it in mockrec.yaml")
    }
    guard Self.isHTTP(run) else {
      throw .missing("service", "\(name) speaks \(run.binding.service.wire.name), and this is for HTTP")
    }
    let method = request.fields[first: Self.methodField].map { $0.uppercased() }
    if let method, !method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) || method.isEmpty {
      throw .wrong(Self.methodField, "'\(method)' is no method; leave the field out for any")
    }
    let query = request.query.filter { $0.name != Self.contentParameter }.map { [$0.name, $0.value] }
    return (
      run,
      SessionSetUps.Address(
        service: name, path: "/" + request.place("path"), query: query.sorted { $0.lexicographicallyPrecedes($1) },
        method: method)
    )
  }

  /// The session that a request belongs to; nil where it names one that there is not.
  private func sessionIfAny(_ request: ControlRequest) -> Session? {
    guard let id = request.fields[first: SessionTable.requestID] else { return self.table.common }
    return self.table[id]
  }

  private func sessionToSetUp(_ request: ControlRequest) throws -> Session {
    guard let id = request.fields[first: SessionTable.requestID] else { return self.table.common }
    if let session = self.table[id] { return session }
    let session = Session(id, sharesEntries: true)
    do {
      try self.open(session, field: SessionTable.requestID)
    } catch let problem as ControlProblem where problem.status == 409 {
      // Another call has opened it meanwhile.
      guard let session = self.table[id] else { throw problem }
      return session
    }
    self.table.countRequestIDs()
    return session
  }

  /// Notes that a session is used, and closes the one used longest ago where there are too many.
  private func touch(_ session: Session) {
    guard session.sharesEntries else { return }
    let old = self.setUps.use(session.name)
    if let old, let session = self.table[old], self.table.close(session) { self.giveBack(session) }
  }

  private func setUp(_ request: ControlRequest) throws -> ControlAnswer {
    let (run, address) = try self.address(request)
    let (reply, said) = try FakeDependencyReply.read(try request.json())
    let session = try self.sessionToSetUp(request)
    let layer = try self.layer(session, run)
    try self.setUps.of(session).add(reply, to: address, in: layer, number: self.setUps.nextNumber())
    self.touch(session)
    return ControlAnswer(200, said)
  }

  private func patch(_ request: ControlRequest) throws -> ControlAnswer {
    let (_, address) = try self.address(request)
    let missing = ControlProblem.missing(
      "set-up", "set it up first: POST to the same address, with the same X-Request-ID")
    guard let session = self.sessionIfAny(request) else { throw missing }
    let type = request.fields[first: "Content-Type"] ?? FakeDependencyReply.type(of: request.body)
    guard try self.setUps.of(session).give(request.body, type: type, to: address) else { throw missing }
    self.touch(session)
    return ControlAnswer(204)
  }

  private func layer(_ session: Session, _ run: any SessionRun) throws(ControlProblem) -> EntryLayer {
    guard let layer = try self.scope(session, run).layer else {
      throw .missing("cassette", "\(run.name) is played by a model")
    }
    return layer
  }

  /// What was sent to a mock.
  private func sent(_ request: ControlRequest) throws -> ControlAnswer {
    let (run, address) = try self.address(request)
    let content = request.query.first { $0.name == Self.contentParameter }?.value.lowercased() ?? "list"
    guard ["list", "detailed", "last"].contains(content) else {
      throw ControlProblem.wrong(Self.contentParameter, "`\(Self.contentParameter)` is list, detailed or last")
    }
    let session = self.sessionIfAny(request)
    if let session { self.touch(session) }
    let found = session.map { self.requests(to: address, in: $0) } ?? []
    let service = run.binding.service
    let redactor = service.rules.redactor
    if content == "last" {
      guard let last = found.last else { return ControlAnswer(bytes: [], type: "application/octet-stream") }
      let body = Self.body(last, redactor)
      if let hidden = body.hidden { throw ControlProblem(409, "this is not shown", hidden) }
      let type = last.request.message.fields[first: "Content-Type"] ?? "application/octet-stream"
      return ControlAnswer(bytes: body.bytes, type: type)
    }
    let payloads = found.map { Self.payload($0, redactor) }
    guard content == "detailed" else { return ControlAnswer(200, .array(payloads)) }
    let requests = zip(found, payloads).map { entry, payload in
      let clean = service.wire.redact(Exchange(request: entry.request.message), with: redactor).request
      return JSON.members([("payload", payload), ("headers", Self.headers(clean.fields))])
    }
    return ControlAnswer(200, .members([("count", .count(requests.count)), ("requests", .array(requests))]))
  }

  private static func body(_ entry: RequestLog.Request, _ redactor: Redactor) -> ShownBody {
    ShownBody(entry.body, of: entry.bodyBytes, fields: entry.request.message.fields, redactor: redactor)
  }

  private static func headers(_ fields: Fields) -> JSON {
    var names: [String] = []
    for field in fields where !names.contains(field.name.lowercased()) { names.append(field.name.lowercased()) }
    return .members(names.map { name in (name, .array(fields[all: name].map { .string($0) })) })
  }

  /// A request's body: an object of JSON as it is, anything else as text, that of GET and DELETE as none.
  private static func payload(_ entry: RequestLog.Request, _ redactor: Redactor) -> JSON {
    guard !["GET", "DELETE"].contains(entry.request.message.start.first) else { return .string("") }
    let body = Self.body(entry, redactor)
    if let json = body.json, case .object = json { return json }
    return .string(body.hidden ?? String(decoding: body.bytes, as: UTF8.self))
  }

  /// The requests that a set-up answered, in its own session; one of the default session, in all that share it.
  private func requests(
    to address: SessionSetUps.Address, in session: Session
  ) -> [RequestLog.Request] {
    let (entries, others) = (self.setUps.of(session).entries(at: address), self.setUps.sessions)
    guard !entries.isEmpty else { return [] }
    var filter = RequestLog.Filter()
    filter.service = address.service
    func answered(_ log: RequestLog, _ prefix: String = "") -> [RequestLog.Request] {
      log.requests(filter).filter { request in
        guard case .added(let name)? = request.answer.source, name.hasPrefix(prefix) else { return false }
        // Of several entries of one text, the further ones are called e1#2.
        return entries.contains(String(name.dropFirst(prefix.count).prefix { $0 != "#" }))
      }
    }
    let own = answered(session.log)
    guard session === self.table.common else { return own }
    let shared = others.compactMap { self.table[$0] }.flatMap { answered($0.log, RequestLog.Answer.common) }
    return shared.isEmpty ? own : (own + shared).sorted { $0.at < $1.at }
  }
}
