import MockrecCore
import MockrecWire

extension HTTPWire {
  package func failureReply(_ failure: OriginFailure, origin: OriginAddress) -> Message {
    let status = failure.kind == .timedOut ? ["504", "Gateway Timeout"] : ["502", "Bad Gateway"]
    let place = origin.authority
    return Self.own(
      status, mark: "error",
      [
        ("error", .string("the real service \(place) gave no answer: \(failure.message)")),
        ("kind", .string(failure.kind.rawValue)), ("real", .string(place)),
        ("fix", .string(Self.advice(failure.kind))),
      ])
  }

  private static func advice(_ kind: OriginFailure.Kind) -> String {
    switch kind {
    case .tls: "correct how the service is asked over TLS, as the error says"
    case .unreachable: "start the service, or correct its address (`real` in mockrec.yaml, --real)"
    case .timedOut: "look at the service, or wait longer (`timeout` in mockrec.yaml)"
    case .reset, .malformed: "nothing has to be started: it is what the error says that was in the way"
    }
  }

  package func missReply(_ miss: Miss) -> Message {
    let nearest = miss.nearest.map { near in
      JSON.object(
        JSONObject([
          .init(key: "entry", value: .string(near.entry)), .init(key: "line", value: .number(JSONNumber(near.line))),
          .init(
            key: "differs",
            value: .array(
              near.mismatches.map { mismatch in
                .object(
                  JSONObject([
                    .init(key: "in", value: .string(mismatch.part)),
                    .init(key: "recorded", value: mismatch.recorded.map(JSON.string) ?? .null),
                    .init(key: "asked", value: mismatch.asked.map(JSON.string) ?? .null),
                  ]))
              })),
        ]))
    }
    let error =
      switch miss.reason {
      case .unknown: "no recorded exchange answers \(miss.summary)"
      case .exhausted(let entry):
        "every recorded answer to \(miss.summary) was given, the last of them \(entry), and `sequence: once` repeats none"
      }
    var reply = Self.own(
      ["501", "Not Implemented"], mark: "miss",
      [
        ("error", .string(error)), ("service", .string(miss.service)), ("nearest", .array(nearest)),
        ("fix", .string(miss.fix)),
      ])
    if let words = miss.nearestWords { reply.fields.append(Answer.nearestField, words) }
    return reply
  }

  /// A reply of mockrec's own, told apart from the service's by `X-Mockrec`.
  static func own(_ status: [String], mark: String, _ members: [(String, JSON)]) -> Message {
    let json = JSON.object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    let body = Array((json.prettyText + "\n").utf8)
    return Message(
      start: ["HTTP/1.1"] + status,
      fields: Fields([
        ("Content-Type", "application/json"), ("X-Mockrec", mark), ("Content-Length", String(body.count)),
      ]), body: Body(body))
  }
}
