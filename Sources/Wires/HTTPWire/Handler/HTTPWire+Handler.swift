import MockrecCore
import MockrecWire

extension HTTPWire: HandlerWire {
  /// A request taken apart for a handler.
  package struct Handled {
    package var method: String
    /// As it was asked, without the query.
    package var path: String
    /// Decoded.
    package var query: [(name: String, value: String)]
    package var fields: Fields
    /// Its content coding undone.
    package var body: [UInt8]
  }

  package func handled(_ question: HandlerQuestion) -> Handled {
    let message = question.request.message
    let target = HTTPTarget(message.target)
    return Handled(
      method: message.method, path: target.path.isEmpty ? "/" : String(target.path),
      query: target.pairs.map { (HTTPTarget.decoded($0.name), HTTPTarget.decoded($0.value ?? "")) },
      fields: message.fields,
      body: self.decoded(question.body, fields: message.fields, limit: Self.longestHandled))
  }

  /// Bytes of a request's body that handlers see, its coding undone.
  private static let longestHandled = 4 << 20

  package func line(of question: HandlerQuestion, id: Int) -> [UInt8] {
    let handled = self.handled(question)
    var line = JSONLine()
    line.member("id", number: String(id))
    line.member("method", handled.method)
    line.member("path", handled.path)
    line.member("query", handled.query.map { ($0.name, $0.value) })
    line.member("headers", handled.fields.list.map { ($0.name.lowercased(), $0.value) })
    if let text = String(validating: handled.body, as: UTF8.self) {
      line.member("body", text)
    } else {
      line.member("bodyBase64", ProtobufText.base64(handled.body[...]))
    }
    line.member("session", question.session)
    line.member("service", question.service)
    line.member("now", number: Self.seconds(question.moment))
    // What every reader of JSON can hold without loss (RFC 8259, 6).
    line.member("seed", number: String(question.seed >> 11))
    return line.finish()
  }

  /// With milliseconds.
  private static func seconds(_ moment: Timestamp) -> String {
    let milliseconds = String(1000 + moment.nanoseconds / 1_000_000).dropFirst()
    return "\(moment.seconds).\(milliseconds)"
  }

  package func answer(from members: JSONObject) throws(MockFailure) -> HandlerAnswer {
    try HTTPHandlerReply(members)?.answer() ?? .declined
  }
}
