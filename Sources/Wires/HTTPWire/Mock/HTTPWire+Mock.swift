import MockrecCoding
import MockrecCore
import MockrecIdentity
import MockrecWire

extension HTTPWire {
  package func mock(
    _ entry: Entry, in source: SourceText, rules: MatchRules, services: ContractServices
  ) throws(Diagnostic) -> (mock: Mock, plain: Entry)? {
    let template = entry.request.target
    let target = HTTPTarget(template.literal(from: template.beginsWithPlaceholder ? 1 : 0) ?? "")
    let isRecorded = template.spelling.contains("\\u{")
    let path = HTTPRequestPattern.PathPattern(template: String(target.path), isLiteral: isRecorded)
    if !isRecorded { try Self.checkBraces(target, of: template, in: source) }
    let asserts = RequestRules(entry.request, in: source)
    let scenario = try ScenarioStep(entry, in: source)
    let reply = try entry.response.flatMap { response throws(Diagnostic) in
      try HTTPMockReply(response, captures: path.captureNames, keys: self.keys, in: source)
    }
    let isAny = entry.request.verb == HTTPRequestPattern.anyMethod
    guard asserts != nil || !scenario.isEmpty || !path.isLiteral || reply != nil || isAny else { return nil }
    if let problem = asserts?.problems(services).first { throw problem }
    var plain = entry
    plain.request.sections.removeAll { $0.kind == .asserts }
    plain.response = entry.response.map(HTTPMockReply.plain)
    let request = try self.exchange(from: plain, in: source).exchange.request
    var pattern = HTTPRequestPattern(method: entry.request.verb, path: path)
    pattern.query = HTTPTarget(request.target).pairs.map { pair in
      (HTTPTarget.decoded(pair.name), TextPattern(literal: HTTPTarget.decoded(pair.value ?? "")))
    }
    let body = self.digest(of: request, rules)
    var mock = Mock(
      pattern: pattern, isExact: path.isLiteral,
      specificity: path.specificity + [
        pattern.query.count + (asserts?.count ?? 0) + (body == nil ? 0 : 1), isAny ? 0 : 1, scenario.required.count,
      ], scenario: scenario, isUnconditional: asserts == nil && body == nil && scenario.required.isEmpty
    ) { asked in
      var found: [Mismatch] = []
      if let body, body != asked.key.body { found.append(Mismatch("body", recorded: "its body", asked: "another one")) }
      guard let asserts else { return found }
      let message = asked.request.message
      let body = Self.body(of: asked)
      let answer = Answer(
        version: "HTTP/1.1", status: nil, fields: message.fields, body: body ?? [], rawBody: asked.body ?? [],
        url: message.target)
      let judged = body == nil ? asserts.withoutBody : asserts
      return found
        + judged.failures(answer, in: asked.scope).map { failure in
          Mismatch(failure.message, recorded: failure.expected, asked: failure.actual)
        }
    }
    if asserts?.readsBody == true {
      mock.doubt = { asked in
        guard Self.body(of: asked) == nil else { return nil }
        return MockFailure("the rules of this mock ask for the body of a request that is longer than mocks look at")
      }
    }
    if let reply {
      mock.publishes = reply.signs
      mock.render = { asked throws(MockFailure) in
        try reply.render(
          asked, body: Self.body(of: asked), captures: path.captures(HTTPTarget(asked.request.message.target).path))
      }
    }
    return (mock, plain)
  }

  /// Braces that stand for nothing are no part of a path that somebody wrote: he meant them to.
  private static func checkBraces(
    _ target: HTTPTarget, of template: Template, in source: SourceText
  ) throws(Diagnostic) {
    func problem(_ text: Substring, _ message: String, fix: String) -> Diagnostic {
      let bytes = Array(text.utf8)
      let rest = source.bytes[min(template.offset, source.bytes.count)...]
      let place = rest.indices.first { rest[$0...].starts(with: bytes) } ?? template.offset
      return Diagnostic(message, at: Diagnostic.Place(source, at: place), fix: fix)
    }
    for segment in target.path.split(separator: "/") where segment.contains(where: { "{}".contains($0) }) {
      guard HTTPRequestPattern.PathPattern.captured(String(segment)) == nil else { continue }
      throw problem(
        segment, "`\(segment)` is no `{name}`: that stands for a whole segment",
        fix:
          "write `{name}` between two slashes, `*` for a part of a segment, and a brace itself as `\\u{7b}` or `\\u{7d}`"
      )
    }
    for (name, value) in target.pairs {
      guard let value, HTTPRequestPattern.PathPattern.captured(String(value)) != nil else { continue }
      throw problem(
        value, "`\(value)` stands for a segment of a path, and not for a parameter",
        fix:
          "take it out of the line and write below it [Asserts] and `query \(JSONString.quote(HTTPTarget.decoded(name))) exists`; "
          + "the reply has it as {{request.query.\(name)}}; a brace itself is `\\u{7b}`")
    }
  }

  /// A request's body, its coding undone; nil where that is too long to be looked at.
  private static func body(of asked: MockRequest) -> [UInt8]? {
    guard let body = asked.body else { return nil }
    do throws(ContentCodingError) {
      return try self.content(of: body, fields: asked.request.message.fields, limit: self.longestAsked)
    } catch {
      return error == .tooLarge(limit: self.longestAsked) ? nil : body
    }
  }

  /// Bytes of a request's body that rules and templates look at, its coding undone.
  private static let longestAsked = 4 << 20

  /// What a request's body has to be equal to; nil without one.
  private func digest(of request: Message, _ rules: MatchRules) -> UInt64? {
    guard let bytes = request.body.bytes, !bytes.isEmpty else { return nil }
    let builder = HTTPRequest(request).keyBuilder(rules, limits: WireLimits())
    bytes.withUnsafeBytes { builder.feed($0) }
    return builder.finish().body
  }

  /// The public keys of tokens that mocks sign, where an issuer has them.
  package func published(to request: any WireRequest) -> Message? {
    let message = request.message
    guard message.method == "GET", HTTPTarget(message.target).path == OIDCEndpoint.jwks.path,
      let keys = try? self.keys?.jwks()
    else { return nil }
    return Message(
      start: ["HTTP/1.1", "200", "OK"],
      fields: Fields([("Content-Type", "application/json"), ("Content-Length", "\(keys.description.utf8.count)")]),
      body: Body(Array(keys.description.utf8)))
  }

  package func mockFailureReply(_ failure: MockFailure) -> Message {
    let status =
      switch failure.kind {
      case .broken: 500
      case .late: 504
      case .busy: 503
      }
    return Self.own(
      [String(status), HTTPStatus.reason(status)], mark: "error",
      [("error", .string("the mock cannot answer this request")), ("reason", .string(failure.reason))])
  }
}
