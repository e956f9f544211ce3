import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1

/// A request's head as swift-nio's decoder read it, or as it was recorded.
struct HTTPRequest: WireRequest {
  private enum Source {
    case received(HTTPRequestHead)
    case recorded(start: [String], fields: Fields)
  }

  private let source: Source
  /// It asks for a WebSocket, and its body is what the client says on that.
  let isDialogue: Bool
  /// Whether it names that protocol: also as no service would grant it.
  private let namesWebSocket: Bool
  /// False where no field of it is one of those that name a session and nothing else.
  private let hasSession: Bool

  init(head: HTTPRequestHead, isDialogue: Bool = false, namesWebSocket: Bool = false, hasSession: Bool = true) {
    self.hasSession = hasSession
    self.source = .received(head)
    self.isDialogue = isDialogue
    self.namesWebSocket = isDialogue || namesWebSocket
  }

  init(_ message: Message) {
    self.hasSession = true
    self.source = .recorded(start: message.start, fields: message.fields)
    self.isDialogue = HTTPWire.asksForWebSocket(message)
    self.namesWebSocket = self.isDialogue
  }

  var method: String {
    switch self.source {
    case .received(let head): head.method.rawValue
    case .recorded(let start, _): start.first ?? ""
    }
  }

  var target: String {
    switch self.source {
    case .received(let head): head.uri
    case .recorded(let start, _): start.count > 1 ? start[1] : ""
    }
  }

  func values(_ name: String) -> [String] {
    let values =
      switch self.source {
      case .received(let head): head.headers[name]
      case .recorded(_, let fields): fields[all: name]
      }
    // The parser leaves what stands behind a value. Source: RFC 9110, section 5.5.
    guard values.contains(where: { $0.utf8.last.map(Self.isBlank) ?? false }) else { return values }
    return values.map { String($0[...].trimmingBlanks) }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private func first(_ name: String) -> String? {
    switch self.source {
    case .received(let head): head.headers.first(name: name)
    case .recorded(_, let fields): fields[first: name]
    }
  }

  /// The same request as the service itself is asked it: what names the service is left out of its target.
  var inOriginForm: HTTPRequest {
    guard case .received(var head) = self.source, !HTTPTarget.isPlain(head.uri), head.uri != "*" else { return self }
    let target = HTTPTarget(head.uri)
    head.uri = (target.path.isEmpty ? "/" : target.path) + (target.query.map { "?\($0)" } ?? "")
    return HTTPRequest(
      head: head, isDialogue: self.isDialogue, namesWebSocket: self.namesWebSocket, hasSession: self.hasSession)
  }

  func session(field: String?) -> SessionMark? {
    guard self.hasSession || field != nil else { return nil }
    return SessionMark(field: field) { self.values($0) }
  }

  var summary: String { "\(self.method) \(self.target)" }

  var message: Message {
    switch self.source {
    case .received(let head):
      Message(
        start: [self.method, self.target, "HTTP/\(head.version.major).\(head.version.minor)"],
        fields: Fields(head.headers))
    case .recorded(_, let fields): Message(start: [self.method, self.target, "HTTP/1.1"], fields: fields)
    }
  }

  func pack(into bytes: inout ByteBuffer) {
    guard case .received(let head) = self.source else { return self.message.pack(into: &bytes) }
    // Each is asked for once: that counts references.
    let (method, target, fields) = (head.method.rawValue, head.uri, head.headers)
    let version = head.version == .http1_1 ? "HTTP/1.1" : "HTTP/\(head.version.major).\(head.version.minor)"
    var length = 2 * MessagePacker.countLength + MessagePacker.length(of: method)
    length += MessagePacker.length(of: target) + MessagePacker.length(of: version)
    for field in fields { length += MessagePacker.length(of: field.name) + MessagePacker.length(of: field.value) }
    MessagePacker.pack(length, into: &bytes) { packer in
      packer.count(3)
      packer.text(method)
      packer.text(target)
      packer.text(version)
      packer.count(fields.count)
      for field in fields {
        packer.text(field.name)
        packer.text(field.value)
      }
    }
  }

  func key(_ rules: MatchRules) -> MatchKey { MatchKey(head: self.headKey(rules)) }

  func keyBuilder(_ rules: MatchRules, limits: WireLimits) -> any KeyBuilder {
    if self.isDialogue {
      return WebSocketKeyBuilder(head: self.headKey(rules), rules: rules, limit: limits.memoryBytes)
    }
    return HTTPKeyBuilder(
      head: self.headKey(rules), kind: BodyKind(contentType: self.first("Content-Type")),
      coding: self.first("Content-Encoding"), rules: rules, limit: limits.memoryBytes)
  }

  /// Method, path, sorted query, and the fields that the rules name: one line each.
  private func headKey(_ rules: MatchRules) -> String {
    var key = self.method
    key += " "
    let uri = self.target
    if uri.utf8.first == UInt8(ascii: "/"), !uri.utf8.contains(where: { $0 == 0x3F || $0 == 0x23 }) {
      key += uri
    } else {
      let target = HTTPTarget(rules.redactor.query(uri))
      key += target.path.isEmpty ? "/" : target.path
      key += target.normalizedQuery(ignoring: rules.ignoredQuery)
    }
    // What it answers is no answer to the same request without.
    if self.namesWebSocket {
      key += "\nupgrade: websocket"
      // What is said on it is of the one that is chosen.
      let protocols = self.values("Sec-WebSocket-Protocol")
      if !protocols.isEmpty { key += " \(protocols.joined(separator: ", "))" }
    }
    for name in rules.headers where !rules.ignoredHeaders.contains(where: { $0.equalsIgnoringCase(name) }) {
      let values = self.values(name).map { rules.redactor.field(name: name, value: $0) }
      key += "\n\(name.lowercased()): \(values.joined(separator: ", "))"
    }
    return key
  }
}

extension Fields {
  /// Fields as swift-nio's decoder read them.
  init(_ headers: HTTPHeaders) {
    self.init()
    // One more is often added, and one changed.
    self.reserveCapacity(headers.count + 1)
    for field in headers { self.append(field.name, field.value) }
  }
}

extension HTTPWire {
  package func request(from message: Message) -> any WireRequest {
    HTTPRequest(message)
  }
}
