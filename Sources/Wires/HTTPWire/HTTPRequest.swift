import MockrecCore
import MockrecWire
import NIOHTTP1

/// A request's head as swift-nio's decoder read it.
struct HTTPRequest: WireRequest {
  var head: HTTPRequestHead

  var summary: String { "\(self.head.method.rawValue) \(self.head.uri)" }

  var message: Message {
    Message(
      start: [self.head.method.rawValue, self.head.uri, "HTTP/\(self.head.version.major).\(self.head.version.minor)"],
      fields: Fields(self.head.headers.map { ($0.name, $0.value) }))
  }

  func key(_ rules: MatchRules) -> MatchKey { MatchKey(head: self.headKey(rules)) }

  func keyBuilder(_ rules: MatchRules, limits: WireLimits) -> any KeyBuilder {
    HTTPKeyBuilder(
      head: self.headKey(rules), kind: BodyKind(contentType: self.head.headers.first(name: "Content-Type")),
      coding: self.head.headers.first(name: "Content-Encoding"), rules: rules, limit: limits.memoryBytes)
  }

  /// Method, path, sorted query, and the fields that the rules name: one line each.
  private func headKey(_ rules: MatchRules) -> String {
    var key = self.head.method.rawValue
    key += " "
    let uri = self.head.uri
    if uri.utf8.first == UInt8(ascii: "/"), !uri.utf8.contains(where: { $0 == 0x3F || $0 == 0x23 }) {
      key += uri
    } else {
      let target = HTTPTarget(rules.redactor.query(uri))
      key += target.path.isEmpty ? "/" : target.path
      key += target.normalizedQuery(ignoring: rules.ignoredQuery)
    }
    for name in rules.headers where !rules.ignoredHeaders.contains(where: { $0.equalsIgnoringCase(name) }) {
      let values = self.head.headers[name].map { rules.redactor.field(name: name, value: $0) }
      key += "\n\(name.lowercased()): \(values.joined(separator: ", "))"
    }
    return key
  }
}

extension HTTPWire {
  package func request(from message: Message) -> any WireRequest {
    HTTPRequest(
      head: HTTPRequestHead(
        version: .http1_1, method: HTTPMethod(rawValue: message.method), uri: message.target,
        headers: HTTPHeaders(message.fields.map { ($0.name, $0.value) })))
  }
}
