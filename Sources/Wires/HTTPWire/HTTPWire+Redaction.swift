import MockrecCoding
import MockrecCore
import MockrecWire

extension HTTPWire {
  package func redact(_ exchange: Exchange, with redactor: Redactor) -> Exchange {
    var exchange = exchange
    let asked = exchange.request.body
    exchange.request = self.redact(exchange.request, with: redactor)
    let isWebSocket = Self.isWebSocket(exchange)
    if isWebSocket { exchange.request.body = Self.redact(webSocket: asked, with: redactor) }
    if exchange.request.start.count > 1 { exchange.request.start[1] = redactor.query(exchange.request.target) }
    for index in exchange.replies.indices {
      let body = exchange.replies[index].message.body
      exchange.replies[index].message = self.redact(exchange.replies[index].message, with: redactor)
      if isWebSocket { exchange.replies[index].message.body = Self.redact(webSocket: body, with: redactor) }
    }
    return exchange
  }

  /// The boundaries of a body in what redaction has made of it: behind the same line ends; none where those are others.
  private static func chunks(_ chunks: [Body.Chunk], of body: [UInt8], in clean: [UInt8]) -> [Body.Chunk] {
    guard !chunks.isEmpty, clean.count != body.count else { return chunks }
    let lineEnd = UInt8(ascii: "\n")
    let ends = clean.indices.filter { clean[$0] == lineEnd }.map { $0 + 1 }
    var (lines, at) = (0, 0)
    var moved: [Body.Chunk] = []
    for var chunk in chunks {
      while at < min(chunk.end, body.count) {
        if body[at] == lineEnd { lines += 1 }
        at += 1
      }
      guard chunk.end > 0, chunk.end <= body.count, body[chunk.end - 1] == lineEnd, lines <= ends.count else {
        return []
      }
      chunk.end = ends[lines - 1]
      moved.append(chunk)
    }
    return moved.last?.end == clean.count ? moved : []
  }

  private func redact(_ message: Message, with redactor: Redactor) -> Message {
    var message = message
    message.fields = message.fields.mapValues { redactor.field(name: $0.name, value: $0.value) }
    message.trailers = message.trailers.mapValues { redactor.field(name: $0.name, value: $0.value) }
    guard let body = message.body.bytes, !body.isEmpty else { return message }
    let kind = self.bodyKind(of: message)
    guard let coding = message.fields[first: "Content-Encoding"].flatMap(ContentCoding.init(fieldValue:)) else {
      let clean = redactor.body(body, as: kind)
      if clean != body { message.body = Body(clean, chunks: Self.chunks(message.body.chunks, of: body, in: clean)) }
      return message
    }
    // What is compressed is looked through as well; only where a secret was found is it compressed anew.
    guard let plain = try? coding.decode(body, limit: 64 << 20) else { return message }
    let clean = redactor.body(plain, as: kind)
    if clean != plain, let encoded = try? coding.encode(clean) { message.body = Body(encoded) }
    return message
  }
}
