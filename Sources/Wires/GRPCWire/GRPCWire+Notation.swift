import MockrecCore
import MockrecWire

extension GRPCWire {
  /// Metadata that says when or by which run rather than what.
  package var volatileFields: Set<String> { ["date", "x-request-id", "x-envoy-upstream-service-time"] }

  package func entry(
    for exchange: Exchange, service: String, times: Int, digest: UInt64?, volatile: Set<String>,
    file: (_ bytes: [UInt8], _ extension: String) throws -> String
  ) throws -> Entry {
    let sent = exchange.request
    let asked = try GRPCBody(messages: self.types.messages(of: sent.callPath, .request))
      .written(sent.body, coding: sent.fields[first: Self.codingField], file: file)
    var leading = [Trivia.comment("# mockrec 1")]
    if times > 1 { leading.append(Mark("times", String(times)).trivia) }
    if let digest { leading.append(Mark("digest", String(digest, radix: 16)).trivia) }
    leading += asked.leading
    let request = Request(
      verb: Self.verb, target: Template(placeholder: service, escapingURL: " \(sent.callPath.dropFirst())"),
      headers: sent.fields.filter(Self.isShown).map(Self.header), body: asked.text)
    guard let got = exchange.reply else { return Entry(leading: leading, request: request, response: nil) }
    let body = try GRPCBody(messages: self.types.messages(of: sent.callPath, .reply))
      .written(got.body, coding: got.fields[first: Self.codingField], file: file)
    var before: [Trivia] = [.blank]
    if got.start.count > 1, got.start[1] != "200" { before.append(Mark("http", got.start[1]).trivia) }
    before += body.leading
    let heard = GRPCInterleaving.heard(exchange)
    if heard.count > 2 || heard.contains(where: { $0.messages != nil }) {
      before.append(Mark("heard", heard.map(\.name).joined(separator: " ")).trivia)
    }
    if exchange.ending == .left { before.append(Mark("ends", "client").trivia) }
    let (initial, trailing) = Self.metadata(got)
    let aside = trailing.filter { !Self.isOfStatus($0.name) }
    before += aside.filter { !volatile.contains($0.name.lowercased()) }
      .map { Mark(trailer: $0).trivia }
    let shown = initial.filter { Self.isShown($0) && !volatile.contains($0.name.lowercased()) }
    let response = Response(
      leading: before, verb: Self.verb, status: Self.status(exchange),
      headers: (shown + trailing.filter { Self.isOfStatus($0.name) && !$0.value.isEmpty }).map(Self.header),
      body: body.text)
    return Entry(leading: leading, request: request, response: response)
  }

  /// What says how a call went over its connection, or which library made it, not what was said. How messages are
  /// compressed is told by a mark.
  private static let leftOut: Set<String> = [
    "host", "te", "content-length", "transfer-encoding", "accept-encoding", "grpc-accept-encoding", timeoutField,
    "user-agent", GRPCStatus.field, codingField,
  ]

  static func isShown(_ field: Fields.Field) -> Bool {
    let name = field.name.lowercased()
    return !self.leftOut.contains(name) && !(name == "content-type" && field.value == self.mediaType)
  }

  /// Metadata that belongs to the status.
  static func isOfStatus(_ name: String) -> Bool { name == GRPCStatus.messageField || name == GRPCStatus.detailsField }

  private static func header(_ field: Fields.Field) -> KeyValue {
    let value = field.name == GRPCStatus.messageField ? GRPCStatus.decoded(field.value) : field.value
    return KeyValue(key: Template(escapingKey: field.name), value: Template(escapingHeaderValue: value))
  }

  /// What stands before the messages, and what behind: all of it behind, where a status is all there is.
  static func metadata(_ reply: Message) -> (initial: [Fields.Field], trailing: [Fields.Field]) {
    guard reply.fields.contains(GRPCStatus.field) else {
      return (reply.fields.list, reply.trailers.filter { $0.name != GRPCStatus.field })
    }
    return ([], reply.fields.filter { Self.isShown($0) && $0.name != "content-type" })
  }

  /// The name of the status that a call ended with.
  static func status(_ exchange: Exchange) -> String {
    guard exchange.ending != .left else { return "CANCELLED" }
    return exchange.reply.map(Self.status) ?? ""
  }

  static func status(_ reply: Message) -> String {
    let number = reply.trailers[first: GRPCStatus.field] ?? reply.fields[first: GRPCStatus.field]
    return number.map(GRPCStatus.name) ?? "UNKNOWN"
  }

  package func exchange(from entry: Entry, in source: SourceText) throws(Diagnostic) -> RecordedExchange {
    guard let response = entry.response else {
      throw Diagnostic(
        "this entry has no response, so there is nothing to serve", at: .init(source, at: entry.span.lowerBound),
        fix: "add a response, such as `GRPC OK` and a message below, or move the file to contracts/")
    }
    guard let status = GRPCStatus.number(response.status) else {
      throw Diagnostic(
        "'\(response.status)' is not a status that can be served", at: .init(source, at: response.span.lowerBound),
        nearest: nearestWord(to: response.status, among: GRPCStatus.names),
        fix: "write the status that the service answers with, such as `GRPC OK`")
    }
    let asked = try GRPCMarks(entry.leading, in: source, at: entry.span.lowerBound)
    var marks = try GRPCMarks(response.leading, in: source, at: response.span.lowerBound)
    let path = try self.path(entry.request, in: source)
    var request = Message(start: ["POST", path, "HTTP/2"])
    let sent = try GRPCBody(messages: self.types.messages(of: path, .request), call: Self.callOffset(entry.request))
      .read(entry.request.body, asked, in: source, at: entry.span.lowerBound)
    request.fields = try Self.fields(entry.request.headers, in: source)
    if let coding = sent.coding { request.fields.append(Self.codingField, coding) }
    request.body = sent.body
    var reply = Message(start: ["HTTP/2", marks.httpStatus ?? "200", ""])
    let got = try GRPCBody(messages: self.types.messages(of: path, .reply), call: Self.callOffset(entry.request))
      .read(response.body, marks, in: source, at: response.span.lowerBound)
    reply.body = got.body
    reply.trailers = Fields([(GRPCStatus.field, String(status))])
    for field in try Self.fields(response.headers, in: source) {
      guard Self.isOfStatus(field.name.lowercased()) else {
        reply.fields.append(field.name, field.value)
        continue
      }
      let isMessage = field.name.equalsIgnoringCase(GRPCStatus.messageField)
      reply.trailers.append(field.name.lowercased(), isMessage ? GRPCStatus.encoded(field.value) : field.value)
    }
    for field in marks.trailers { reply.trailers.append(field.name, field.value) }
    if let coding = got.coding { reply.fields.append(Self.codingField, coding) }
    // A service that does not know a call says so without hearing all of it.
    if status == 12, got.body.bytes?.isEmpty == true, marks.heard.isEmpty {
      marks.heard = [GRPCHeard(messages: min(1, sent.ends.count), delay: 0)]
    }
    if !marks.heard.isEmpty || got.ends.count > 1 || marks.wasLeft {
      let all = Array(repeating: GRPCHeard(messages: nil, delay: 0), count: got.ends.count + 1)
      (request.body.chunks, reply.body.chunks) = GRPCInterleaving.pieces(
        client: sent.ends, server: got.ends, heard: marks.heard.isEmpty ? all : marks.heard)
    }
    return RecordedExchange(
      exchange: Exchange(request: request, replies: [.init(reply)], ending: marks.wasLeft ? .left : .complete),
      times: asked.times, digest: asked.digest)
  }

  /// The call that a request line names, as the path that is asked for.
  private func path(_ request: Request, in source: SourceText) throws(Diagnostic) -> String {
    guard let written = request.target.literal(from: 1) else {
      throw Diagnostic(
        "a variable cannot stand in an entry that is served", at: .init(source, at: request.target.offset),
        fix: "write the value itself; variables belong into contracts")
    }
    return try Self.path(written, at: .init(source, at: Self.callOffset(request)))
  }

  /// Where a request line names its call: behind the service in braces.
  static func callOffset(_ request: Request) -> Int {
    let target = request.target
    guard target.beginsWithPlaceholder, case .placeholder(_, let spelling)? = target.pieces.first else {
      return target.offset
    }
    let spaces = target.spelling.utf8.dropFirst(spelling.utf8.count).prefix { $0 == 0x20 || $0 == 0x09 }
    return target.offset + spelling.utf8.count + spaces.count
  }

  static func path(_ written: String, at place: Diagnostic.Place) throws(Diagnostic) -> String {
    let name = written.filter { $0 != " " && $0 != "\t" }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw Diagnostic(
        "'\(name)' names no call", at: place,
        fix: "write the service and the method: `GRPC {{greeter}} helloworld.Greeter/SayHello`")
    }
    return "/" + name
  }

  private static func fields(_ headers: [KeyValue], in source: SourceText) throws(Diagnostic) -> Fields {
    var fields = Fields()
    for header in headers {
      guard let name = header.key.literal, let value = header.value.literal else {
        throw Diagnostic(
          "a variable cannot stand in an entry that is served", at: .init(source, at: header.value.offset),
          fix: "write the value itself; variables belong into contracts")
      }
      fields.append(name, value)
    }
    return fields
  }
}
