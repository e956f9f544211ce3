import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1

extension HTTPWire {
  package func cutter(for request: Message) -> (any MessageCutter)? {
    Self.asksForWebSocket(request) ? WebSocketCutter() : nil
  }

  /// Each frame is a line of the entry.
  package func longestDialogue(_ request: Message) -> Int? { 4 << 20 }

  static func asksForWebSocket(_ request: Message) -> Bool {
    request.method == "GET" && request.fields.contains("Upgrade")
      && request.fields.list("Upgrade").contains("websocket")
  }

  static func asksForWebSocket(_ head: HTTPRequestHead) -> Bool {
    head.method == .GET && head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
  }

  /// Whether the bodies of an exchange are what was said on a WebSocket.
  static func isWebSocket(_ exchange: Exchange) -> Bool {
    exchange.reply?.status == HTTPStatus.switching && self.asksForWebSocket(exchange.request)
  }

  /// What was said on a WebSocket, without its secrets.
  static func redact(webSocket body: Body, with redactor: Redactor) -> Body {
    guard let bytes = body.bytes else { return body }
    var records = WebSocketRecords(limit: .max)
    records.append(ByteBuffer(bytes: bytes))
    var clean = ByteBuffer()
    /// Where messages end, before and after.
    var (at, moved): (Int, [Int: Int]) = (0, [0: 0])
    while var message = try? records.next() {
      at += WebSocketRecords.headLength + message.payload.readableBytes
      let payload = Array(message.payload.readableBytesView)
      switch message.kind {
      case .text, .binary: message.payload = ByteBuffer(bytes: self.clean(payload, redactor))
      // A reason stands behind the code.
      case .close: message.payload = ByteBuffer(bytes: payload.prefix(2) + self.short(payload.dropFirst(2), redactor))
      case .ping, .pong: message.payload = ByteBuffer(bytes: self.short(payload[...], redactor))
      }
      WebSocketRecords.write(message, into: &clean)
      moved[at] = clean.readableBytes
    }
    let chunks = body.chunks.map {
      Body.Chunk(end: moved[$0.end] ?? clean.readableBytes, at: $0.at, order: $0.order)
    }
    return Body(Array(clean.readableBytesView), chunks: chunks)
  }

  /// What is said, without its secrets: programs send texts in binary frames as well.
  static func clean(_ payload: [UInt8], _ redactor: Redactor) -> [UInt8] {
    String(validating: payload, as: UTF8.self) == nil ? payload : redactor.wholeText(payload)
  }

  /// What goes with a control frame, which is short (RFC 6455, 5.5).
  private static func short(_ payload: ArraySlice<UInt8>, _ redactor: Redactor) -> [UInt8] {
    let clean = redactor.wholeText(Array(payload))
    guard clean.count > 123, var text = String(validating: clean, as: UTF8.self) else {
      return Array(clean.prefix(123))
    }
    while text.utf8.count > 123 { text.removeLast() }
    return Array(text.utf8)
  }

  /// The entry's list of frames: between fences, or as bytes where fences cannot hold it.
  static func frames(_ exchange: Exchange) -> BodyText {
    let text = WebSocketScript(exchange).text
    return BodyText(fencing: text) ?? BodyText(base64: Array(text.utf8))
  }

  /// Reads a list of frames into the bodies of an exchange.
  static func read(
    frames text: BodyText?, into exchange: inout Exchange, in source: SourceText, at span: Range<Int>
  ) throws(Diagnostic) {
    let bodies = try self.script(text, in: source, at: span).bodies
    exchange.request.body = bodies.client
    exchange.replies[0].message.body = bodies.service
    exchange.ending = bodies.ending
  }

  static func script(
    _ text: BodyText?, in source: SourceText, at span: Range<Int>
  ) throws(Diagnostic) -> WebSocketScript {
    switch text {
    case nil: try WebSocketScript("", in: source, at: span.lowerBound)
    case .multiline(let multiline)?:
      try WebSocketScript(try self.literal(multiline.text, in: source), in: source, at: multiline.text.offset)
    case .base64(let bytes, _)?, .hex(let bytes, _)?:
      try WebSocketScript(String(decoding: bytes, as: UTF8.self), in: source, at: span.lowerBound)
    default:
      throw Diagnostic(
        "what is said on a WebSocket stands between ``` fences, a frame a line", at: .init(source, at: span.lowerBound),
        fix: "write `> \"a text\"` for the client's frames and `< \"a text\"` for the service's")
    }
  }

  /// A WebSocket that goes on as none was recorded ends so (RFC 6455, 7.4.1: 1011).
  package func ending(_ reply: Message) -> (rest: ByteBuffer, trailers: Fields) {
    let error = (try? JSON.parse(reply.body.bytes ?? []))?["error"]?.string ?? "no recorded exchange answers this"
    var reason = "mockrec: \(error)"
    while reason.utf8.count > 123 { reason.removeLast() }
    return (WebSocketRecords.bytes(of: .close(1011, reason)), Fields())
  }

  package var farewell: ByteBuffer { WebSocketRecords.bytes(of: .close(1000)) }

  /// What differs in what two clients say on a WebSocket.
  static func mismatch(asked: Message, recorded: Message, rules: MatchRules) -> Mismatch? {
    func texts(_ message: Message) -> [String] {
      var records = WebSocketRecords(limit: .max)
      records.append(ByteBuffer(bytes: self.redact(webSocket: message.body, with: rules.redactor).bytes ?? []))
      var texts: [String] = []
      while let message = try? records.next() {
        guard message.kind == .text || message.kind == .binary else { continue }
        texts.append(WebSocketFrameLine(isClient: true, content: .message(message)).text)
      }
      return texts
    }
    let (ours, theirs) = (texts(recorded), texts(asked))
    for index in 0..<max(ours.count, theirs.count) {
      let pair = (index < ours.count ? ours[index] : nil, index < theirs.count ? theirs[index] : nil)
      if pair.0 != pair.1 { return Mismatch("frame \(index + 1)", recorded: pair.0, asked: pair.1) }
    }
    return nil
  }
}
