import MockrecCore
import MockrecWire

extension HTTPWire {
  /// Whether a field is about one connection only (RFC 9110, 7.6.1).
  private static func isHopByHop(_ name: String) -> Bool {
    // Most names are told apart by their length.
    switch name.utf8.count {
    case 2: name.equalsIgnoringCase("te")
    case 7: name.equalsIgnoringCase("upgrade")
    case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
    case 16: name.equalsIgnoringCase("proxy-connection")
    case 18: name.equalsIgnoringCase("proxy-authenticate")
    case 19: name.equalsIgnoringCase("proxy-authorization")
    default: false
    }
  }

  /// Takes out what was meant for one connection only, and what `Connection` names. `Transfer-Encoding` stays: it is the
  /// framing, which is kept.
  static func dropHopByHop(_ fields: inout Fields) {
    guard let first = fields.list.firstIndex(where: { self.isHopByHop($0.name) }) else { return }
    let named = self.named(by: fields[first...].filter { $0.name.equalsIgnoringCase("Connection") })
    fields.removeAll { field in
      self.isHopByHop(field.name) || named.contains { field.name.equalsIgnoringCase($0) }
    }
  }

  /// The fields that `Connection` names, without those that are not its to name.
  private static func named(by connection: [Fields.Field]) -> Set<String> {
    // Mostly it says one word, which is no field to be taken out.
    if connection.allSatisfy({ $0.value.equalsIgnoringCase("keep-alive") || $0.value.equalsIgnoringCase("close") }) {
      return []
    }
    return Set(Fields(connection.map { ($0.name, $0.value) }).list("Connection"))
      .subtracting(["transfer-encoding", "content-length", "host"])
  }

  package func outgoing(_ head: Message, to origin: OriginAddress) -> Message {
    var head = head
    // Over HTTP/2 this concerns all who pass the request on: gRPC's servers refuse one without.
    let takesTrailers = head.start.last == "HTTP/2" && head.fields[first: "te"] == "trailers"
    if head.target != "*", !origin.basePath.isEmpty || !HTTPTarget.isPlain(head.target) {
      let target = HTTPTarget(head.target)
      let path = origin.basePath + (target.path.isEmpty ? "/" : target.path)
      head.start = [head.method, path + (target.query.map { "?\($0)" } ?? ""), "HTTP/1.1"]
    }
    let asksForWebSocket = head.fields.asksForWebSocket
    Self.dropHopByHop(&head.fields)
    if takesTrailers { head.fields.append("te", "trailers") }
    if asksForWebSocket { Self.askForWebSocket(&head.fields) }
    head.fields.set("Host", Self.hostField(origin))
    if head.isChunked { head.fields.remove("Content-Length") }
    return head
  }

  /// Of the extensions that a client offers, those are offered that are understood here.
  private static func askForWebSocket(_ fields: inout Fields) {
    let offers = (WebSocketExtension.list(fields[all: WebSocketExtension.field]) ?? [])
      .filter { WebSocketDeflateTerms($0, isOffer: true) != nil }
    fields.remove(WebSocketExtension.field)
    if !offers.isEmpty {
      fields.append(WebSocketExtension.field, offers.map(\.text).joined(separator: ", "))
    }
    fields.append("Connection", "Upgrade")
    fields.append("Upgrade", "websocket")
  }

  /// What asks for a WebSocket does so in HTTP/1.1.
  package func applicationProtocol(for request: Message) -> String? {
    request.fields.asksForWebSocket ? "http/1.1" : nil
  }

  /// Idempotent methods (RFC 9110, 9.2.2).
  package func isRepeatable(_ request: Message) -> Bool {
    ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].contains(request.method)
  }

  /// `host`, and the port where it is not the scheme's own.
  static func hostField(_ origin: OriginAddress) -> String {
    let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
    return origin.port == (origin.usesTLS ? 443 : 80) ? host : "\(host):\(origin.port)"
  }

  package func chunking(of reply: Message) -> Chunking {
    if reply.status == HTTPStatus.switching { return .dialogue }
    return switch reply.mediaType {
    case "text/event-stream", "application/x-ndjson", "application/jsonl", "application/stream+json",
      "multipart/x-mixed-replace":
      .kept
    default: reply.isChunked ? .ifSlow : .ignored
    }
  }

  package func incoming(_ head: Message, from origin: OriginAddress) -> Message {
    var head = head
    Self.dropHopByHop(&head.fields)
    // The answer to a key that was ours.
    if head.status == HTTPStatus.switching { head.fields.remove("Sec-WebSocket-Accept") }
    // HTTP/2 says no words behind the status.
    if head.start.first == Self.newerVersion { head.start[2] = HTTPStatus.reason(head.status) }
    guard head.fields.contains("Location") || head.fields.contains("Content-Location") else { return head }
    // A redirect to the real service's own address would lead the client past mockrec, and in replay to nowhere.
    head.fields = head.fields.mapValues { field in
      guard field.name.equalsIgnoringCase("Location") || field.name.equalsIgnoringCase("Content-Location") else {
        return field.value
      }
      return Self.relative(field.value, to: origin)
    }
    return head
  }

  /// A URL of the origin itself as a path; any other URL as it is.
  static func relative(_ url: String, to origin: OriginAddress) -> String {
    let scheme = origin.usesTLS ? "https" : "http"
    for authority in Set([Self.hostField(origin), origin.authority]) {
      let prefix = "\(scheme)://\(authority)"
      guard url.lowercased().hasPrefix(prefix.lowercased()) else { continue }
      let rest = url.dropFirst(prefix.count)
      guard rest.isEmpty || rest.first == "/" || rest.first == "?" else { continue }
      var path = rest
      if !origin.basePath.isEmpty, path.hasPrefix(origin.basePath) { path = path.dropFirst(origin.basePath.count) }
      return path.first == "/" ? String(path) : "/" + path
    }
    return url
  }
}
