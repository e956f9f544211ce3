import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire
import Synchronization

/// The addresses of Tala's Fake Dependency Service, with which a test says in one call what a service answers, and asks
/// afterwards what came. They stand upon sessions, added entries and the log of requests.
///
/// Source: https://github.com/talamobile/fake-dependency-service, README.
final class FakeDependencySetUps: Sendable {
  /// What a set-up is for.
  struct Address: Hashable {
    var service: String
    /// Behind the service's own, as it was sent.
    var path: String
    /// Sorted, and decoded.
    var query: [[String]]
    /// Any where nil.
    var method: String?
  }

  struct Reply {
    var status: Int
    var delay: Int
    var fields: [(name: String, value: String)]
    var body: [UInt8]
    var type: String?
  }

  struct SetUp {
    /// In the order in which they are given; the last one stays.
    var replies: [Reply] = []
    /// How many of them have a body that was put there later.
    var patched = 0
    /// Of the entry in the session's layer.
    var entry: String?
    /// The scenario that counts the calls.
    var scenario: String
  }

  struct Held {
    /// By session.
    var setUps: [String: [Address: SetUp]] = [:]
    /// Sessions that were opened here, the one used longest ago first.
    var sessions: [String] = []
    var made = 0
  }

  let held = Mutex(Held())
  /// Sessions that are open at once; another one closes the one used longest ago.
  static let mostSessions = 2_000

  func forget(_ session: String) {
    self.held.withLock { held in
      held.setUps[session] = nil
      held.sessions.removeAll { $0 == session }
    }
  }
}

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
    any SessionRun, FakeDependencySetUps.Address
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
      FakeDependencySetUps.Address(
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
    let old = self.setUps.held.withLock { held -> String? in
      held.sessions.removeAll { $0 == session.name }
      held.sessions.append(session.name)
      return held.sessions.count > FakeDependencySetUps.mostSessions ? held.sessions.removeFirst() : nil
    }
    if let old, let session = self.table[old], self.table.close(session) { self.giveBack(session) }
  }

  private func setUp(_ request: ControlRequest) throws -> ControlAnswer {
    let (run, address) = try self.address(request)
    let (reply, said) = try Self.reply(try request.json())
    let session = try self.sessionToSetUp(request)
    try self.change(address, in: session, of: run) { $0.replies.append(reply) }
    self.touch(session)
    return ControlAnswer(200, said)
  }

  private func patch(_ request: ControlRequest) throws -> ControlAnswer {
    let (run, address) = try self.address(request)
    let missing = ControlProblem.missing(
      "set-up", "set it up first: POST to the same address, with the same X-Request-ID")
    guard let session = self.sessionIfAny(request) else { throw missing }
    try self.change(address, in: session, of: run) { setUp throws(ControlProblem) in
      guard setUp.patched < setUp.replies.count else { throw missing }
      setUp.replies[setUp.patched].body = request.body
      setUp.replies[setUp.patched].type = request.fields[first: "Content-Type"] ?? Self.type(of: request.body)
      setUp.patched += 1
    }
    self.touch(session)
    return ControlAnswer(204)
  }

  /// Changes what is set up, and the entries that stand for it.
  private func change(
    _ address: FakeDependencySetUps.Address, in session: Session, of run: any SessionRun,
    _ body: (inout FakeDependencySetUps.SetUp) throws(ControlProblem) -> Void
  ) throws {
    guard let layer = try self.scope(session, run).layer else {
      throw ControlProblem.missing("cassette", "\(run.name) is played by a model")
    }
    try self.setUps.held.withLock { held in
      held.made += 1
      var setUp =
        held.setUps[session.name]?[address] ?? FakeDependencySetUps.SetUp(scenario: "set-up-\(held.made)")
      try body(&setUp)
      let text = FakeDependencyEntry(address, setUp).text
      do throws(Diagnostics) {
        if let entry = setUp.entry, try layer.change(entry, to: text) {
        } else {
          setUp.entry = try layer.add([text]).first
        }
      } catch {
        throw ControlProblem(400, "this cannot be set up", error.description)
      }
      held.setUps[session.name, default: [:]][address] = setUp
    }
  }

  /// - Returns: With it, how it is told to the test.
  private static func reply(_ json: JSON?) throws(ControlProblem) -> (FakeDependencySetUps.Reply, JSON) {
    var fields = try ControlFields(json)
    var metadata = try ControlFields(fields.take("responseSetUpMetadata"), path: "responseSetUpMetadata")
    let status = try metadata.number("httpStatus", 200...999) ?? 200
    let delay = try metadata.number("delayMs", 0...600_000) ?? 0
    try metadata.finish(known: ["httpStatus", "delayMs"])
    let headers = fields.take("responseHeaders")
    let content = fields.take("responseBody") ?? .null
    try fields.finish(known: ["responseBody", "responseSetUpMetadata", "responseHeaders"])
    let body = content == .null ? [] : Array((content.string ?? content.description).utf8)
    var reply = FakeDependencySetUps.Reply(
      status: status, delay: delay, fields: try Self.fields(headers), body: body,
      type: body.isEmpty ? nil : content.string == nil ? "application/json" : Self.type(of: body))
    if let own = reply.fields.first(where: { $0.name.equalsIgnoringCase("Content-Type") }) {
      reply.type = own.value
      reply.fields.removeAll { $0.name.equalsIgnoringCase("Content-Type") }
    }
    var said: [(String, JSON)] = [
      ("responseBody", content),
      ("responseSetUpMetadata", .members([("httpStatus", .count(status)), ("delayMs", .count(delay))])),
    ]
    if let headers { said.append(("responseHeaders", headers)) }
    return (reply, .members(said))
  }

  private static func fields(_ json: JSON?) throws(ControlProblem) -> [(name: String, value: String)] {
    guard let json else { return [] }
    guard case .object(let object) = json else {
      throw .wrong("responseHeaders", "`responseHeaders` is an object with a list of values for each name")
    }
    var fields: [(name: String, value: String)] = []
    for (name, values) in object.members.map({ ($0.key, $0.value) }) {
      let place = "responseHeaders/\(name)"
      guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
        throw .wrong(place, "this is no name of a header")
      }
      guard !["content-length", "transfer-encoding", "connection"].contains(name.lowercased()) else {
        throw .wrong(place, "mockrec says itself how long a body is, and when a connection ends")
      }
      let list = if case .array(let list) = values { list } else { [values] }
      for value in list {
        guard let text = value.string, text.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
          throw .wrong(place, "the values of a header are texts without line breaks")
        }
        fields.append((name, text))
      }
    }
    return fields
  }

  private static func type(of body: [UInt8]) -> String {
    guard let text = String(validating: body, as: UTF8.self) else { return "application/octet-stream" }
    if text.first(where: { !$0.isWhitespace }) == "<" { return "text/xml; charset=utf-8" }
    return (try? JSON.parse(body)) == nil ? "text/plain; charset=utf-8" : "application/json"
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
    let clean = found.map { entry in
      var message = entry.request.message
      message.body = Body(entry.body)
      return service.wire.redact(Exchange(request: message), with: service.rules.redactor).request
    }
    if content == "last" {
      let type = clean.last?.fields[first: "Content-Type"] ?? "application/octet-stream"
      return ControlAnswer(bytes: clean.last?.body.bytes ?? [], type: type)
    }
    let payloads = clean.map { self.payload($0, of: service) }
    guard content == "detailed" else { return ControlAnswer(200, .array(payloads)) }
    let requests = zip(clean, payloads).map { message, payload in
      JSON.members([("payload", payload), ("headers", Self.headers(message.fields))])
    }
    return ControlAnswer(200, .members([("count", .count(requests.count)), ("requests", .array(requests))]))
  }

  private static func headers(_ fields: Fields) -> JSON {
    var names: [String] = []
    for field in fields where !names.contains(field.name.lowercased()) { names.append(field.name.lowercased()) }
    return .members(names.map { name in (name, .array(fields[all: name].map { .string($0) })) })
  }

  /// A request's body: an object of JSON as it is, anything else as text, that of GET and DELETE as none.
  private func payload(_ message: Message, of service: Service) -> JSON {
    guard !["GET", "DELETE"].contains(message.start.first) else { return .string("") }
    let body = service.wire.decoded(
      message.body.bytes ?? [], fields: message.fields, limit: RequestLog.longestBody)
    if let json = try? JSON.parse(body), case .object = json { return json }
    return .string(String(decoding: body, as: UTF8.self))
  }

  /// The requests that a set-up answered, in its own session; one of the default session, in all that share it.
  private func requests(
    to address: FakeDependencySetUps.Address, in session: Session
  ) -> [RequestLog.Request] {
    let (entry, others) = self.setUps.held.withLock { held in
      (held.setUps[session.name]?[address]?.entry, held.sessions)
    }
    guard let entry else { return [] }
    var filter = RequestLog.Filter()
    filter.service = address.service
    func answered(_ log: RequestLog, by id: String) -> [RequestLog.Request] {
      log.requests(filter).filter { request in
        guard case .added(let name)? = request.answer.source else { return false }
        return name == id || name.hasPrefix(id + "#")
      }
    }
    let own = answered(session.log, by: entry)
    guard session === self.table.common else { return own }
    let shared = others.compactMap { self.table[$0] }.flatMap { answered($0.log, by: RequestLog.Answer.common + entry) }
    return shared.isEmpty ? own : (own + shared).sorted { $0.at < $1.at }
  }
}

/// The entries that stand for a set-up: what its query names may stand in a request's URL or in its body.
struct FakeDependencyEntry {
  private let address: FakeDependencySetUps.Address
  private let setUp: FakeDependencySetUps.SetUp

  init(_ address: FakeDependencySetUps.Address, _ setUp: FakeDependencySetUps.SetUp) {
    self.address = address
    self.setUp = setUp
  }

  var text: String {
    self.requests.flatMap { request in
      self.setUp.replies.indices.map { self.state(required: $0) + request + "\n" + self.response($0) }
    }.joined(separator: "\n")
  }

  private var requests: [String] {
    let line = "\(self.address.method ?? "ANY") {{\(self.address.service)}}\(Self.escaped(self.address.path))"
    let query = self.address.query
    guard !query.isEmpty else { return [line + "\n"] }
    let pairs = query.map { "\(PercentCoding.encode($0[0]))=\(PercentCoding.encode($0[1]))" }
    var requests = [line + "?" + pairs.joined(separator: "&") + "\n"]
    let json = query.map { pair in
      let path = pair[0].split(separator: ".").map {
        "['\($0.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))']"
      }
      return "jsonpath \(Self.quoted("$" + path.joined())) toString == \(Self.quoted(pair[1]))"
    }
    // Below the root, whatever that is called.
    let xml = query.map { pair in
      let steps = pair[0].split(separator: ".").map { "/*[local-name()=\"\($0.replacing("\"", with: ""))\"]" }
      return "xpath \(Self.quoted("string(/*" + steps.joined() + ")")) == \(Self.quoted(pair[1]))"
    }
    let form = query.map { pair in
      "body matches \(Self.quoted("(^|&)" + Self.pattern(pair[0]) + "=" + Self.pattern(pair[1]) + "(&|$)"))"
    }
    for rules in [json, xml, form] { requests.append(line + "\n[Asserts]\n" + rules.joined(separator: "\n") + "\n") }
    return requests
  }

  /// Calls are counted by a scenario whose state is the number of the next one.
  private func state(required index: Int) -> String {
    guard self.setUp.replies.count > 1 else { return "" }
    return "# @state \(self.setUp.scenario)=\(index == 0 ? ScenarioStep.first : String(index + 1))\n"
  }

  private func response(_ index: Int) -> String {
    let reply = self.setUp.replies[index]
    var text = ""
    if index + 1 < self.setUp.replies.count { text += "# @state \(self.setUp.scenario)=\(index + 2)\n" }
    if reply.delay > 0 { text += "# @delay \(reply.delay)ms\n" }
    text += "HTTP \(reply.status)\n"
    let fields = (reply.type.map { [("Content-Type", $0)] } ?? []) + reply.fields.map { ($0.name, $0.value) }
    for (name, value) in fields {
      text += "\(Template(escapingKey: name).spelling): \(Template(escapingHeaderValue: value).spelling)\n"
    }
    return reply.body.isEmpty ? text : text + self.body(reply.body) + "\n"
  }

  /// As readable as it can be.
  private func body(_ bytes: [UInt8]) -> String {
    if (try? JSON.parse(bytes)) != nil, BodyText(json: bytes) != nil, let first = bytes.first,
      [0x5B, 0x7B].contains(first)
    {
      return String(decoding: bytes, as: UTF8.self)
    }
    return "base64,\(Data(bytes).base64EncodedString());"
  }

  /// What has a meaning in the path of a mock stands for itself.
  private static func escaped(_ path: String) -> String {
    path.unicodeScalars.map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || "/-._~%!$&'()+,;=:@".unicodeScalars.contains(scalar)
        ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }.joined()
  }

  private static func quoted(_ text: String) -> String { "\"\(Template(escapingQuoted: text).spelling)\"" }

  /// A text as a pattern that matches it as a form may spell it.
  private static func pattern(_ text: String) -> String {
    PercentCoding.encode(text).unicodeScalars.map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || scalar == "%" ? String(scalar) : "\\" + String(scalar)
    }.joined()
  }
}
