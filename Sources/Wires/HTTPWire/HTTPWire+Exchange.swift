import MockrecCore
import MockrecWire

extension HTTPWire {
  package func exchange(from entry: Entry, in source: SourceText) throws(Diagnostic) -> RecordedExchange {
    guard let response = entry.response else {
      throw Diagnostic(
        "this entry has no response, so there is nothing to serve", at: .init(source, at: entry.span.lowerBound),
        fix: "add a response, such as `HTTP 200`, or move the file to contracts/")
    }
    let requestMarks = try Self.marks(entry.leading, in: source, at: entry.span.lowerBound)
    let replyMarks = try Self.marks(response.leading, in: source, at: response.span.lowerBound)
    guard let status = Int(response.status),
      (200...999).contains(status) || status == HTTPStatus.switching
    else {
      throw Diagnostic(
        "'\(response.status)' is not a status that can be served", at: .init(source, at: response.span.lowerBound),
        fix: "write the status code that the service answers with, such as `HTTP 200`")
    }
    var request = Message(start: [entry.request.verb, try self.target(entry.request, in: source), "HTTP/1.1"])
    request.fields = try Self.fields(entry.request.headers, in: source)
    let isWebSocket = status == HTTPStatus.switching
    guard !isWebSocket || Self.asksForWebSocket(request) else {
      throw Diagnostic(
        "'101' is not a status that can be served to who asks for no WebSocket",
        at: .init(source, at: response.span.lowerBound), fix: "write `Upgrade: websocket` below the request line")
    }
    if requestMarks.isChunked { request.fields.append("Transfer-Encoding", "chunked") }
    request.body = try HTTPBodyReader(source: source, marks: requestMarks).read(entry.request.body, at: entry.span)
    request.body = try Self.withSections(entry.request, body: request.body, fields: &request.fields, in: source)
    request.trailers = requestMarks.trailers
    var reply = Message(start: [replyMarks.version ?? "HTTP/1.1", response.status, HTTPStatus.reason(status)])
    reply.fields = try Self.fields(response.headers, in: source)
    if !isWebSocket {
      reply.body = try HTTPBodyReader(source: source, marks: replyMarks).read(response.body, at: response.span)
    }
    reply.trailers = replyMarks.trailers
    try Self.checkPieces(replyMarks, of: reply.body, in: source, before: response.span.lowerBound)
    reply.body.chunks = replyMarks.chunks
    let ending: Exchange.Ending = replyMarks.wasLeft ? .left : .complete
    var exchange = Exchange(request: request, replies: [.init(reply)], ending: ending)
    if isWebSocket { try Self.read(frames: response.body, into: &exchange, in: source, at: response.span) }
    return RecordedExchange(
      exchange: exchange, times: requestMarks.times,
      digest: requestMarks.digest)
  }

  /// Path and query of the request line, without the service that stands before them.
  private func target(_ request: Request, in source: SourceText) throws(Diagnostic) -> String {
    let template = request.target
    guard let written = template.literal(from: template.beginsWithPlaceholder ? 1 : 0) else {
      throw Self.variable(in: template, source)
    }
    if request.sections.isEmpty, written.utf8.first == UInt8(ascii: "/"), !written.utf8.contains(UInt8(ascii: "#")) {
      return written
    }
    var target = HTTPTarget(written)
    if target.path.isEmpty { target.path = "/" }
    var query = target.query.map(String.init)
    for section in request.sections where section.kind == .query {
      guard case .pairs(let pairs) = section.lines else { continue }
      for pair in pairs {
        let text =
          "\(PercentCoding.encode(try Self.literal(pair.key, in: source)))="
          + PercentCoding.encode(try Self.literal(pair.value, in: source))
        query = query.map { $0 + "&" + text } ?? text
      }
    }
    return target.path + (query.map { "?\($0)" } ?? "")
  }

  /// The body that a `[Form]` section stands for.
  private static func withSections(
    _ request: Request, body: Body, fields: inout Fields, in source: SourceText
  ) throws(Diagnostic) -> Body {
    guard let form = request.sections.first(where: { $0.kind == .form }), case .pairs(let pairs) = form.lines else {
      return body
    }
    var parts: [String] = []
    for pair in pairs {
      let (name, value) = (try self.literal(pair.key, in: source), try self.literal(pair.value, in: source))
      parts.append("\(PercentCoding.encode(name))=\(PercentCoding.encode(value))")
    }
    if !fields.contains("Content-Type") { fields.append("Content-Type", "application/x-www-form-urlencoded") }
    return Body(Array(parts.joined(separator: "&").utf8))
  }

  /// A text of an entry that is served: no variables can stand in it.
  static func literal(_ template: Template, in source: SourceText) throws(Diagnostic) -> String {
    guard let text = template.literal else { throw self.variable(in: template, source) }
    return text
  }

  private static func variable(in template: Template, _ source: SourceText) -> Diagnostic {
    Diagnostic(
      "a variable cannot stand in an entry that is served", at: .init(source, at: template.offset),
      fix: "write the value itself; variables belong into contracts")
  }

  private static func fields(_ headers: [KeyValue], in source: SourceText) throws(Diagnostic) -> Fields {
    var fields = Fields()
    // One more is often added: the length.
    fields.reserveCapacity(headers.count + 1)
    for header in headers {
      fields.append(try self.literal(header.key, in: source), try self.literal(header.value, in: source))
    }
    return fields
  }
}
