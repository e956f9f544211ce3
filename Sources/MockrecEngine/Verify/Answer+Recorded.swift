import MockrecCore
import MockrecWire

extension Answer {
  /// A recorded reply as contracts see it; nil for one whose body is not in memory.
  package init?(recorded reply: Message, wire: any Wire) {
    guard let body = reply.body.bytes else { return nil }
    self.init(
      version: reply.start.first ?? "", status: reply.start.count > 1 ? Int(reply.start[1]) : nil,
      statusText: reply.start.dropFirst(2).joined(separator: " "), fields: reply.fields,
      body: wire.decoded(body, fields: reply.fields, limit: 64 << 20), rawBody: body)
  }
}
