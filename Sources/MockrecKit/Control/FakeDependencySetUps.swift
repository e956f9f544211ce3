import Foundation
import HTTPWire
import MockrecCore
import MockrecEngine
import MockrecWire
import Synchronization

/// What was set up as one does with the Fake Dependency Service, by session.
final class FakeDependencySetUps: Sendable {
  private struct Held {
    var setUps: [String: SessionSetUps] = [:]
    /// Those that were opened here, the one used longest ago first.
    var sessions: [String] = []
    var made = 0
  }

  private let held = Mutex(Held())
  /// Sessions that are open at once; another one closes the one used longest ago.
  private static let mostSessions = 2_000

  func of(_ session: Session) -> SessionSetUps {
    self.held.withLock { held in
      // Another session may have had its name.
      if let known = held.setUps[session.name], known.session === session { return known }
      let new = SessionSetUps(session)
      held.setUps[session.name] = new
      return new
    }
  }

  /// Sessions that were opened here.
  var sessions: [String] { self.held.withLock { $0.sessions } }

  /// Of the next set-up, in whatever session: those of the default one answer in all.
  func nextNumber() -> Int {
    self.held.withLock { held in
      held.made += 1
      return held.made
    }
  }

  /// Notes that a session is used.
  ///
  /// - Returns: The one used longest ago, where there are too many.
  func use(_ session: String) -> String? {
    self.held.withLock { held in
      held.sessions.removeAll { $0 == session }
      held.sessions.append(session)
      return held.sessions.count > Self.mostSessions ? held.sessions.removeFirst() : nil
    }
  }

  func forget(_ session: String) {
    self.held.withLock { held in
      held.setUps[session] = nil
      held.sessions.removeAll { $0 == session }
    }
  }
}

/// What was set up in one session. A set-up is there as long as its entries are.
final class SessionSetUps: Sendable {
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

  struct SetUp {
    let layer: EntryLayer
    /// The scenario that counts the calls.
    let scenario: String
    /// In the order in which they are given; the last one stays.
    var replies: [FakeDependencyReply] = []
    /// How many of them have a body that was put there later.
    var patched = 0
    /// In the layer, one text for each reply.
    var entries: [String] = []

    var isThere: Bool { self.layer.has(self.entries) }
  }

  let session: Session
  private let setUps = Mutex<[Address: SetUp]>([:])
  private static let mostReplies = 1_000

  init(_ session: Session) { self.session = session }

  /// Sets up a reply, or the next of a chain.
  ///
  /// - Parameter number: Names the set-up, where there is none yet.
  /// - Complexity: As adding two entries, however long the chain is.
  func add(_ reply: FakeDependencyReply, to address: Address, in layer: EntryLayer, number: Int) throws {
    try self.setUps.withLock { setUps in
      var setUp = Self.present(address, &setUps) ?? SetUp(layer: layer, scenario: "set-up-\(number)")
      let index = setUp.replies.count
      guard index < Self.mostReplies else {
        throw ControlProblem(
          409, "this chain is long enough", "a chain has \(Self.mostReplies) replies; DELETE its session's entries")
      }
      setUp.replies.append(reply)
      let entry = FakeDependencyEntry(address, setUp)
      do throws(Diagnostics) {
        setUp.entries += try layer.add([entry.text(index)])
        // Goes on to the new one now.
        if index > 0 { _ = try layer.change(setUp.entries[index - 1], to: entry.text(index - 1)) }
      } catch {
        throw ControlProblem(400, "this cannot be set up", error.description)
      }
      // Of what is gone nothing is kept for ever.
      if setUps.count >= EntryLayer.most { setUps = setUps.filter { $0.value.isThere } }
      setUps[address] = setUp
    }
  }

  /// Gives the first reply that was given none yet another body.
  ///
  /// - Returns: Whether there is such a reply.
  func give(_ body: [UInt8], type: String, to address: Address) throws -> Bool {
    try self.setUps.withLock { setUps in
      guard var setUp = Self.present(address, &setUps), setUp.patched < setUp.replies.count else { return false }
      let index = setUp.patched
      setUp.replies[index].body = body
      setUp.replies[index].type = type
      setUp.patched += 1
      do throws(Diagnostics) {
        let text = FakeDependencyEntry(address, setUp).text(index)
        guard try setUp.layer.change(setUp.entries[index], to: text) else { return false }
      } catch {
        throw ControlProblem(400, "this cannot be set up", error.description)
      }
      setUps[address] = setUp
      return true
    }
  }

  /// Of those that answer at an address, or did.
  func entries(at address: Address) -> Set<String> { self.setUps.withLock { Set($0[address]?.entries ?? []) } }

  /// What is set up; where an entry of it was taken away, the others go with it.
  private static func present(_ address: Address, _ setUps: inout [Address: SetUp]) -> SetUp? {
    guard let setUp = setUps[address] else { return nil }
    if setUp.isThere { return setUp }
    for entry in setUp.entries { _ = setUp.layer.remove(entry) }
    setUps[address] = nil
    return nil
  }
}

/// One reply that is set up.
struct FakeDependencyReply {
  var status: Int
  var delay: Int
  var fields: [(name: String, value: String)]
  var body: [UInt8]
  var type: String?

  /// - Returns: With it, how it is told to the test.
  static func read(_ json: JSON?) throws(ControlProblem) -> (FakeDependencyReply, JSON) {
    var fields = try ControlFields(json)
    var metadata = try ControlFields(fields.take("responseSetUpMetadata"), path: "responseSetUpMetadata")
    let status = try metadata.number("httpStatus", 200...999) ?? 200
    let delay = try metadata.number("delayMs", 0...600_000) ?? 0
    try metadata.finish(known: ["httpStatus", "delayMs"])
    let headers = fields.take("responseHeaders")
    let content = fields.take("responseBody") ?? .null
    try fields.finish(known: ["responseBody", "responseSetUpMetadata", "responseHeaders"])
    let body = content == .null ? [] : Array((content.string ?? content.description).utf8)
    var reply = FakeDependencyReply(
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
      let list = if case .array(let list) = values { list } else { [values] }
      switch ReplyField.problem(name, "") {
      case .name: throw .wrong(place, "this is no name of a header")
      case .connection: throw .wrong(place, "mockrec says itself how long a body is, and when a connection ends")
      case .value, nil: break
      }
      for value in list {
        guard let text = value.string, ReplyField.problem(name, text) == nil else {
          throw .wrong(place, "the values of a header are texts without line breaks")
        }
        fields.append((name, text))
      }
    }
    return fields
  }

  static func type(of body: [UInt8]) -> String {
    guard let text = String(validating: body, as: UTF8.self) else { return "application/octet-stream" }
    if text.first(where: { !$0.isWhitespace }) == "<" { return "text/xml; charset=utf-8" }
    return (try? JSON.parse(body)) == nil ? "text/plain; charset=utf-8" : "application/json"
  }
}

/// The entries that stand for a set-up: what its query names may stand in a request's URL or in its body.
struct FakeDependencyEntry {
  private let address: SessionSetUps.Address
  private let setUp: SessionSetUps.SetUp

  init(_ address: SessionSetUps.Address, _ setUp: SessionSetUps.SetUp) {
    self.address = address
    self.setUp = setUp
  }

  /// Those of a reply, by its place in the chain.
  func text(_ index: Int) -> String {
    self.requests.map { self.state(required: index) + $0 + "\n" + self.response(index) }.joined(separator: "\n")
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
