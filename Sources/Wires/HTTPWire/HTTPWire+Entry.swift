import MockrecCore
import MockrecWire

extension HTTPWire {
  /// Response fields that say when or by which run rather than what: kept out of cassettes.
  package var volatileFields: Set<String> { Self.volatile }

  private static let volatile: Set<String> = [
    "date", "age", "server-timing", "x-runtime", "x-response-time", "x-request-id", "x-amz-request-id", "x-amz-id-2",
    "x-amzn-requestid", "x-amzn-trace-id", "cf-ray",
  ]

  package func entry(
    for exchange: Exchange, service: String, times: Int, digest: UInt64?, volatile: Set<String>,
    file: (_ bytes: [UInt8], _ extension: String) throws -> String
  ) throws -> Entry {
    let isWebSocket = Self.isWebSocket(exchange)
    let sent = exchange.request
    let requestBody = isWebSocket ? HTTPBodyNotation() : try HTTPBodyNotation(sent, file: file)
    var leading = [Trivia.comment("# mockrec 1")]
    if times > 1 { leading.append(Mark("times", String(times)).trivia) }
    if sent.isChunked { leading.append(Mark("chunked").trivia) }
    if let digest { leading.append(Mark("digest", String(digest, radix: 16)).trivia) }
    leading += requestBody.marks.map(\.trivia)
    leading += sent.trailers.map { Mark(trailer: $0).trivia }
    let request = Request(
      verb: sent.method,
      target: Template(
        placeholder: service, escapingURL: sent.target,
        wildcards: HTTPRequestPattern.PathPattern(template: sent.target, isLiteral: false).isLiteral ? "" : "*{"),
      headers: sent.fields.filter { !Self.requestFieldsLeftOut.contains($0.name.lowercased()) }.map(Self.header),
      body: requestBody.text)
    guard let got = exchange.reply else { return Entry(leading: leading, request: request, response: nil) }
    var body = HTTPBodyNotation()
    if isWebSocket { body.text = Self.frames(exchange) } else { body = try HTTPBodyNotation(got, file: file) }
    var before: [Trivia] = [.blank]
    if got.start.first == Self.newerVersion { before.append(Mark("version", Self.newerVersion).trivia) }
    before += body.marks.map(\.trivia)
    if !got.body.chunks.isEmpty, !isWebSocket { before.append(Self.mark(of: got.body.chunks).trivia) }
    if exchange.ending == .left, !isWebSocket { before.append(Mark("ends", "client").trivia) }
    before += got.trailers.map { Mark(trailer: $0).trivia }
    let response = Response(
      leading: before, verb: "HTTP", status: String(got.status),
      headers: got.fields.filter { !volatile.contains($0.name.lowercased()) }.map(Self.header), body: body.text)
    return Entry(leading: leading, request: request, response: response)
  }

  /// What says how this request went over its connection, not what was asked.
  private static let requestFieldsLeftOut: Set<String> = [
    "host", "content-length", "transfer-encoding", "expect", "trailer", "sec-websocket-key", "connection",
  ]

  private static func header(_ field: Fields.Field) -> KeyValue {
    KeyValue(key: Template(escapingKey: field.name), value: Template(escapingHeaderValue: field.value))
  }
}
