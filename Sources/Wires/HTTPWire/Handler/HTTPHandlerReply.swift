import MockrecCore
import MockrecWire

/// A handler's reply, of which nothing is taken for granted.
package struct HTTPHandlerReply {
  package var status = 200
  package var fields = Fields()
  package var body: [UInt8] = []
  package var delay = Duration.zero

  package init() {}

  /// What a line of JSON says, its `id` taken out.
  ///
  /// - Returns: nil where it declines the request.
  init?(_ object: JSONObject) throws(MockFailure) {
    var members: [String: JSON] = [:]
    for member in object.members {
      guard Self.names.contains(member.key) else {
        let nearest = nearestWord(to: member.key, among: Self.names).map { "; `\($0)` is near" } ?? ""
        throw Self.wrong("has a member `\(member.key.prefix(40))`, which no answer has\(nearest)")
      }
      guard members.updateValue(member.value, forKey: member.key) == nil else {
        throw Self.wrong("has `\(member.key)` twice")
      }
    }
    if let miss = members["miss"] {
      guard miss.bool == true, members.count == 1 else {
        throw Self.wrong("is no `{\"miss\": true}`, which has nothing beside it")
      }
      return nil
    }
    if let status = members["status"] {
      guard let number = status.number?.int64 else { throw Self.wrong("has a `status` that is no whole number") }
      self.status = Int(clamping: number)
    }
    if let delay = members["delay"] {
      guard let text = delay.string, let duration = Duration(parsing: text, upTo: Latency.longest) else {
        throw Self.wrong("has a `delay` that is no time up to \"1h\", such as \"250ms\" or \"2s\"")
      }
      self.delay = duration
    }
    if let headers = members["headers"] { try self.take(headers: headers) }
    try self.take(body: members)
  }

  private static let names = ["status", "headers", "body", "json", "bodyBase64", "delay", "miss"]

  private mutating func take(headers: JSON) throws(MockFailure) {
    guard let object = headers.object else { throw Self.wrong("has `headers` that are no object") }
    for member in object.members {
      switch member.value {
      case .string(let value): self.fields.append(member.key, value)
      case .number(let value): self.fields.append(member.key, value.text)
      case .array(let values):
        for value in values {
          guard let text = value.string else {
            throw Self.wrong("has a list for the header `\(member.key.prefix(40))` that holds a \(value.kind)")
          }
          self.fields.append(member.key, text)
        }
      default:
        throw Self.wrong(
          "has a \(member.value.kind) for the header `\(member.key.prefix(40))`: a text or a list of texts is one")
      }
    }
  }

  private mutating func take(body members: [String: JSON]) throws(MockFailure) {
    let given = ["body", "json", "bodyBase64"].filter { members[$0] != nil }
    guard given.count < 2 else { throw Self.wrong("has both `\(given[0])` and `\(given[1])`") }
    if let text = members["body"] {
      guard let text = text.string else {
        throw Self.wrong("has a `body` that is a \(text.kind), and no text; write `json` for what is JSON")
      }
      self.body = Array(text.utf8)
    } else if let json = members["json"] {
      self.body = json.bytes()
      if !self.fields.contains("Content-Type") { self.fields.append("Content-Type", "application/json") }
    } else if let coded = members["bodyBase64"] {
      guard let text = coded.string, let bytes = TextCoding.base64(Array(text.utf8)) else {
        throw Self.wrong("has a `bodyBase64` that is no base64")
      }
      self.body = bytes
    }
  }

  /// What is sent, framed by its length.
  ///
  /// - Throws: For what no reply of HTTP can be.
  package func answer() throws(MockFailure) -> HandlerAnswer {
    guard (200...599).contains(self.status) else {
      throw Self.wrong("has the status \(self.status): a reply has 200 to 599")
    }
    var reply = Message(start: ["HTTP/1.1", String(self.status), HTTPStatus.reason(self.status)])
    for field in self.fields.list {
      switch ReplyField.problem(field.name, field.value) {
      case .name: throw Self.wrong("has `\(field.name.prefix(40))` for a header's name")
      case .value:
        throw Self.wrong("has a value of the header `\(field.name.prefix(40))` with a character that no header holds")
      case .connection where field.name.equalsIgnoringCase("Content-Length"): continue
      case .connection:
        throw Self.wrong("has the header `\(field.name)`, which is the connection's and mockrec's to say")
      case nil: reply.fields.append(field.name, field.value)
      }
    }
    // Source: RFC 9110, 8.6.
    if self.status != 204 {
      reply.fields.append("Content-Length", String(self.body.count))
      reply.body = Body(self.body)
    }
    return .reply(reply, delay: self.delay)
  }

  private static func wrong(_ what: String) -> MockFailure { MockFailure("the handler's answer \(what)") }
}
