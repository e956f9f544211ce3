import MockrecCore

/// A wire whose requests a program of the user's can answer, line by line of JSON.
package protocol HandlerWire: Wire {
  /// The request as JSON on one line, in ASCII, its end not included: some programs end lines at other characters too.
  func line(of question: HandlerQuestion, id: Int) -> [UInt8]
  /// What a line of the program says, its `id` taken out.
  ///
  /// - Throws: What is wrong with it, in words for who wrote the program.
  func answer(from members: JSONObject) throws(MockFailure) -> HandlerAnswer
}

/// A request as a handler is asked it.
package struct HandlerQuestion: Sendable {
  package var service: String
  /// The name of the request's session.
  package var session: String
  package var request: any WireRequest
  /// As it came.
  package var body: [UInt8]
  package var moment: Timestamp
  /// What everything random in the answer is to be made from.
  package var seed: UInt64

  package init(
    service: String, session: String, request: any WireRequest, body: [UInt8], moment: Timestamp, seed: UInt64
  ) {
    self.service = service
    self.session = session
    self.request = request
    self.body = body
    self.moment = moment
    self.seed = seed
  }
}

/// What a handler says to a request.
package enum HandlerAnswer: Sendable {
  case reply(Message, delay: Duration)
  /// The request is not its own: it is a miss.
  case declined
}
