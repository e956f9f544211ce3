/// An HTTP Archive of recorded exchanges.
///
/// Recordings hold no times, so entries stand a millisecond apart from the epoch on, in recorded order, and take no time:
/// the same cassette gives the same bytes.
///
/// Source: HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/). Members that begin with an underscore are an
/// application's own.
package struct HARWriter {
  /// An exchange on its way into an archive. Bodies are in memory, as the service sent them.
  package struct Item: Sendable {
    package var exchange: Exchange
    package var service: String
    /// What stands before the request's target: `https://users.example.com`.
    package var address: String
    /// The reply's body with its content codings undone.
    package var content: [UInt8]

    package init(exchange: Exchange, service: String, address: String, content: [UInt8]) {
      self.exchange = exchange
      self.service = service
      self.address = address
      self.content = content
    }
  }

  private let version: String
  private var entries: [JSON] = []

  /// - Parameter version: mockrec's own.
  package init(version: String) { self.version = version }

  package var json: JSON {
    let log: JSON = [
      "version": "1.2", "creator": ["name": "mockrec", "version": .string(self.version)],
      "entries": .array(self.entries),
    ]
    return ["log": log]
  }

  package mutating func add(_ item: Item) {
    guard let reply = item.exchange.reply else { return }
    self.entries.append([
      "startedDateTime": .string(Self.moment(self.entries.count)),
      "time": 0,
      "request": Self.request(item.exchange.request, url: item.address + Self.word(item.exchange.request, 1)),
      "response": Self.response(reply, content: item.content),
      "cache": [:],
      "timings": ["send": 0, "wait": 0, "receive": 0],
      "_service": .string(item.service),
    ])
  }

  private static func request(_ message: Message, url: String) -> JSON {
    let body = message.body.bytes ?? []
    var members: [JSONObject.Member] = [
      .init(key: "method", value: .string(Self.word(message, 0))), .init(key: "url", value: .string(url)),
      .init(key: "httpVersion", value: "HTTP/1.1"),
      .init(key: "cookies", value: .array(message.fields[all: "Cookie"].flatMap(Self.cookies))),
      .init(key: "headers", value: Self.headers(message.fields)),
      .init(
        key: "queryString",
        value: .array(WebAddress.query(of: Self.word(message, 1)).map { Self.pair($0.name, $0.value) })),
    ]
    if !body.isEmpty { members.append(.init(key: "postData", value: Self.postData(body, message.fields))) }
    members += [
      .init(key: "headersSize", value: -1), .init(key: "bodySize", value: .number(JSONNumber(message.body.count))),
    ]
    return .object(JSONObject(members))
  }

  /// The format has no way to say bytes in a request: they stand as Base64 under a name of our own.
  private static func postData(_ body: [UInt8], _ fields: Fields) -> JSON {
    let type = fields[first: "Content-Type"] ?? ""
    let (text, isText) = Self.text(body, type: type)
    var members: [JSONObject.Member] = [
      .init(key: "mimeType", value: .string(type)), .init(key: "text", value: .string(text)),
    ]
    if !isText { members.append(.init(key: "_encoding", value: "base64")) }
    return .object(JSONObject(members))
  }

  private static func response(_ message: Message, content: [UInt8]) -> JSON {
    let type = message.fields[first: "Content-Type"] ?? ""
    var members: [JSONObject.Member] = [
      .init(key: "size", value: .number(JSONNumber(content.count))), .init(key: "mimeType", value: .string(type)),
    ]
    if message.body.count != content.count {
      members.append(.init(key: "compression", value: .number(JSONNumber(content.count - message.body.count))))
    }
    if !content.isEmpty {
      let (text, isText) = Self.text(content, type: type)
      members.append(.init(key: "text", value: .string(text)))
      if !isText { members.append(.init(key: "encoding", value: "base64")) }
    }
    return [
      "status": .number(JSONNumber(Int(Self.word(message, 1)) ?? 0)), "statusText": .string(Self.word(message, 2)),
      "httpVersion": "HTTP/1.1",
      "cookies": .array(message.fields[all: "Set-Cookie"].flatMap { Self.cookies(String($0.prefix { $0 != ";" })) }),
      "headers": Self.headers(message.fields), "content": .object(JSONObject(members)),
      "redirectURL": .string(message.fields[first: "Location"] ?? ""), "headersSize": -1,
      "bodySize": .number(JSONNumber(message.body.count)),
    ]
  }

  /// Bytes as the text that they are, or as Base64.
  private static func text(_ bytes: [UInt8], type: String) -> (text: String, isText: Bool) {
    let text = String(decoding: bytes, as: UTF8.self)
    let isASCII = bytes.allSatisfy { $0 < 0x80 }
    guard text.utf8.elementsEqual(bytes), isASCII || Charset(contentType: type) == nil else {
      return (Base64.encode(bytes), false)
    }
    return (text, true)
  }

  private static func headers(_ fields: Fields) -> JSON { .array(fields.map { Self.pair($0.name, $0.value) }) }

  private static func cookies(_ value: String) -> [JSON] {
    value.split(separator: ";").compactMap { part in
      guard let mark = part.firstIndex(of: "=") else { return nil }
      return Self.pair(String(part[..<mark].trimmingBlanks), String(part[part.index(after: mark)...].trimmingBlanks))
    }
  }

  private static func pair(_ name: String, _ value: String) -> JSON {
    ["name": .string(name), "value": .string(value)]
  }

  private static func word(_ message: Message, _ index: Int) -> String {
    index < message.start.count ? message.start[index] : ""
  }

  /// So many milliseconds after the epoch.
  private static func moment(_ milliseconds: Int) -> String {
    let padded = { (number: Int, digits: Int) in
      let text = String(number)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    let seconds = milliseconds / 1000
    let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
    return "1970-01-\(padded(1 + seconds / 86_400, 2))T\(time).\(padded(milliseconds % 1000, 3))Z"
  }
}
