import MockrecCore
import MockrecWire

extension HTTPWire {
  package func redact(_ exchange: Exchange, with redactor: Redactor) -> Exchange {
    var exchange = exchange
    exchange.request = self.redact(exchange.request, with: redactor)
    if exchange.request.start.count > 1 { exchange.request.start[1] = redactor.query(exchange.request.target) }
    for index in exchange.replies.indices {
      exchange.replies[index].message = self.redact(exchange.replies[index].message, with: redactor)
    }
    return exchange
  }

  private func redact(_ message: Message, with redactor: Redactor) -> Message {
    var message = message
    message.fields = message.fields.mapValues { redactor.field(name: $0.name, value: $0.value) }
    message.trailers = message.trailers.mapValues { redactor.field(name: $0.name, value: $0.value) }
    guard let body = message.body.bytes, !body.isEmpty else { return message }
    let kind = self.bodyKind(of: message)
    guard let coding = message.fields[first: "Content-Encoding"].flatMap(ContentCoding.init(fieldValue:)) else {
      let clean = redactor.body(body, as: kind)
      if clean != body { message.body = Body(clean, chunks: message.body.chunks) }
      return message
    }
    // What is compressed is looked through as well; only where a secret was found is it compressed anew.
    guard let plain = try? coding.decode(body, limit: 64 << 20) else { return message }
    let clean = redactor.body(plain, as: kind)
    if clean != plain, let encoded = try? coding.encode(clean) { message.body = Body(encoded) }
    return message
  }
}
