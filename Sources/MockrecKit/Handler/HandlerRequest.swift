import HTTPWire
import MockrecCore
import MockrecWire

/// A request that a handler answers.
public struct HandlerRequest: Sendable {
  public var method: String
  /// As it was asked, without its query.
  public var path: String
  /// Names and values, decoded, in their order.
  public var query: Fields
  public var headers: Fields
  /// With its content coding undone.
  public var body: [UInt8]
  /// The name of the request's session; `default` where it belongs to none.
  public var session: String
  public var service: String
  /// Seconds since 1970, by the run's clock.
  public var now: Double
  /// What everything random is to be made from: the same for the same request of the same run.
  public var seed: UInt64

  init(_ question: HandlerQuestion) {
    let handled = Wires.http.handled(question)
    self.method = handled.method
    self.path = handled.path
    self.query = Fields(handled.query)
    self.headers = handled.fields
    self.body = handled.body
    self.session = question.session
    self.service = question.service
    self.now = Double(question.moment.seconds) + Double(question.moment.nanoseconds) / 1e9
    self.seed = question.seed
  }

  public var text: String { String(decoding: self.body, as: UTF8.self) }

  /// - Throws: `JSONError` for a body that is no JSON.
  public var json: JSON { get throws { try JSON.parse(self.body) } }
}

/// What a handler answers.
public struct HandlerReply: Sendable {
  /// 200 to 599.
  public var status: Int
  /// In the order in which they are sent. What frames the body is mockrec's to say.
  public var headers = Fields()
  public var body: [UInt8]
  /// How long the client waits for it.
  public var delay = Duration.zero

  public init(status: Int = 200, headers: [(String, String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = Fields(headers)
    self.body = body
  }

  public init(status: Int = 200, headers: [(String, String)] = [], text: String) {
    self.init(status: status, headers: headers, body: Array(text.utf8))
  }

  /// - Parameter json: Sent as `application/json`, unless `headers` say otherwise.
  public init(status: Int = 200, headers: [(String, String)] = [], json: JSON) {
    self.init(status: status, headers: headers, text: json.description)
    if !self.headers.contains("Content-Type") { self.headers.append("Content-Type", "application/json") }
  }

  var answer: HandlerAnswer {
    get throws(MockFailure) {
      var reply = HTTPHandlerReply()
      (reply.status, reply.fields, reply.body, reply.delay) = (self.status, self.headers, self.body, self.delay)
      return try reply.answer()
    }
  }
}
