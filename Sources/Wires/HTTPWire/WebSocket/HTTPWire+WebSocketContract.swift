import MockrecCore
import MockrecWire
import NIOCore

extension HTTPWire {
  /// What the client says on the WebSocket that an entry holds; nil for any other entry.
  static func dialogue(of entry: Entry, in source: SourceText) throws(Diagnostic) -> ContractDialogue? {
    guard let response = entry.response, response.status == String(HTTPStatus.switching),
      entry.request.verb == "GET",
      entry.request.headers.contains(where: {
        $0.key.literal?.equalsIgnoringCase("Upgrade") == true && $0.value.literal?.lowercased() == "websocket"
      })
    else { return nil }
    let script = try self.script(response.body, in: source, at: response.span)
    var dialogue = ContractDialogue(lines: [], end: nil, messages: 0, isOpen: true, beginsWithReply: true)
    // What the client says behind the service's end is nothing that was heard, or the answer to a close frame.
    for line in script.lines where dialogue.isOpen && !(line.isClient && dialogue.end != nil) {
      if !line.isClient { dialogue.paused(for: .milliseconds(line.delay)) }
      guard case .message(let message) = line.content else {
        // A side's connection ends without a word.
        if line.isClient { dialogue.end = dialogue.messages } else { dialogue.isOpen = false }
        continue
      }
      if line.isClient {
        let bytes = Array(WebSocketRecords.bytes(of: message).readableBytesView)
        dialogue.lines.append(.init(bytes, heard: dialogue.messages))
        if message.kind == .close { dialogue.end = dialogue.messages }
      } else if message.kind != .ping, message.kind != .pong {
        dialogue.messages += 1
        if message.kind == .close { dialogue.isOpen = false }
      }
    }
    return dialogue
  }

  package func answer(recorded reply: Message, to request: Message) -> Answer? {
    guard let body = reply.body.bytes else { return nil }
    let isWebSocket = reply.status == HTTPStatus.switching
    return Answer(
      version: reply.start.first ?? "", status: reply.status,
      statusText: reply.start.dropFirst(2).joined(separator: " "),
      fields: isWebSocket ? Self.shown(reply.fields) : reply.fields,
      body: isWebSocket
        ? Self.shown(webSocket: body, limit: .max) : self.decoded(body, fields: reply.fields, limit: 64 << 20),
      rawBody: body)
  }

  package func answer(received answer: Answer, to request: ContractRequest) throws(OriginFailure) -> Answer {
    guard answer.status == HTTPStatus.switching, let dialogue = request.dialogue else { return answer }
    // Of what would have gone on, as much is compared as was recorded.
    let limit = dialogue.isOpen ? dialogue.messages : .max
    return answer.replacing(
      fields: Self.shown(answer.fields), body: Self.shown(webSocket: answer.rawBody, limit: limit))
  }

  /// Without what is a connection's own.
  private static func shown(_ fields: Fields) -> Fields {
    var fields = fields
    self.dropHopByHop(&fields)
    fields.remove("Sec-WebSocket-Accept")
    return fields
  }

  /// The service's messages as an array: JSON as it is, other texts as strings, bytes as `{"base64": …}`, and the end that
  /// it says as `{"close": 1000, "reason": …}`.
  private static func shown(webSocket body: [UInt8], limit: Int) -> [UInt8] {
    var records = WebSocketRecords(limit: .max)
    records.append(ByteBuffer(bytes: body))
    var shown: [JSON] = []
    while shown.count < limit, let message = try? records.next() {
      if let json = self.shown(message) { shown.append(json) }
    }
    return Array(JSON.array(shown).description.utf8)
  }

  /// Nil for what keeps a connection alive.
  private static func shown(_ message: WebSocketMessage) -> JSON? {
    var payload = message.payload
    switch message.kind {
    case .text:
      let bytes = Array(payload.readableBytesView)
      if let first = bytes.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
        let json = try? JSON.parse(bytes)
      {
        return json
      }
      return .string(String(decoding: bytes, as: UTF8.self))
    case .binary:
      return ["base64": .string(ProtobufText.base64(Array(payload.readableBytesView)[...]))]
    case .close:
      let code = payload.readInteger(as: UInt16.self).map { JSON.number(JSONNumber($0)) } ?? .null
      let reason = String(buffer: payload)
      return reason.isEmpty ? ["close": code] : ["close": code, "reason": .string(reason)]
    case .ping, .pong: return nil
    }
  }

  package func expected(of entry: Entry, in source: SourceText) -> Response? {
    guard var response = entry.response, response.status == String(HTTPStatus.switching),
      let exchange = try? self.exchange(from: entry, in: source).exchange, let reply = exchange.reply,
      let answer = self.answer(recorded: reply, to: exchange.request)
    else { return entry.response }
    let messages = (try? JSON.parse(answer.body))?.array ?? []
    let offsets = (try? Self.script(entry.response?.body, in: source, at: response.span))?.messageOffsets ?? []
    response.body =
      messages.isEmpty || messages.count > offsets.count
      ? .json(Template(String(decoding: answer.body, as: UTF8.self)))
      : .messages(zip(messages, offsets).map { MessageText(body: .json(Template($0.description, offset: $1))) })
    return response
  }

  /// Queries of what a WebSocket's service says, where none of it is waited for.
  package func problems(of entry: Entry, in source: SourceText) -> [Diagnostic] {
    guard let dialogue = try? Self.dialogue(of: entry, in: source), dialogue.messages == 0 else { return [] }
    var queries: [Query] = []
    for section in entry.response?.sections ?? [] {
      switch section.lines {
      case .asserts(let asserts): queries += asserts.map(\.query)
      case .captures(let captures): queries += captures.map(\.query)
      case .pairs: break
      }
    }
    guard let query = queries.first(where: { ["jsonpath", "body", "regex"].contains($0.name) }) else { return [] }
    return [
      Diagnostic(
        "as many of the service's messages are waited for as stand in the entry, and there is none",
        at: Diagnostic.Place(source, at: query.span.lowerBound),
        fix: "write a line for each, such as `< {\"price\": 10}`; what asserts speak of is not compared")
    ]
  }

  /// A ping is answered with what it said, and a close frame with the same code (RFC 6455, 5.5.1 and 5.5.3).
  package func reflex(to said: ByteBuffer) -> (bytes: ByteBuffer, isEnd: Bool) {
    var records = WebSocketRecords(limit: .max)
    records.append(said)
    var answer = ByteBuffer()
    while let message = try? records.next() {
      if message.kind == .ping { WebSocketRecords.write(WebSocketMessage(.pong, message.payload), into: &answer) }
      guard message.kind == .close else { continue }
      let code = message.payload.getInteger(at: message.payload.readerIndex, as: UInt16.self)
      WebSocketRecords.write(code.map { .close($0) } ?? WebSocketMessage(.close, ByteBuffer()), into: &answer)
      return (answer, true)
    }
    return (answer, false)
  }
}
