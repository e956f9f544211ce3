import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore

extension ControlAPI {
  private static let filterFields = ["service", "match", "after"]

  /// Takes the words that say which requests are meant.
  private func filter(_ fields: inout ControlFields, at path: String) throws -> RequestLog.Filter {
    var filter = RequestLog.Filter()
    filter.after = try fields.number("after", 0...Int.max) ?? 0
    let name = try fields.text("service")
    filter.service = name
    guard let match = fields.take("match") else {
      if let name { _ = try self.run(name) }
      return filter
    }
    let run = try self.run(name)
    filter.service = run.name
    let wire = run.binding.service.wire
    do throws(Diagnostic) {
      // The words of overlays, of which JSON is a spelling.
      var words = try OverlayFields(
        OverlayFile.node(match.description, name: "\(path)match"), of: "`match` of the wire \(wire.name)")
      filter.pattern = try wire.requestPattern(&words)
      try words.finish(known: wire.matchWords)
    } catch {
      throw ControlProblem.wrong("\(path)match", error.description)
    }
    return filter
  }

  func find(_ request: ControlRequest) throws -> ControlAnswer {
    let session = try self.session(request)
    var fields = try ControlFields(try request.json())
    let filter = try self.filter(&fields, at: "")
    let limit = try fields.number("limit", 1...10_000) ?? 100
    try fields.finish(known: Self.filterFields + ["limit"])
    let found = session.log.requests(filter)
    return ControlAnswer(
      200,
      .members([
        ("count", .count(found.count)), ("last", .count(session.log.last)),
        ("requests", .array(found.suffix(limit).map(self.shown))),
      ]))
  }

  func wait(_ request: ControlRequest) throws -> EventLoopFuture<ControlAnswer> {
    let session = try self.session(request)
    var fields = try ControlFields(try request.json())
    let filter = try self.filter(&fields, at: "")
    let count = try fields.number("count", 1...10_000) ?? 1
    let milliseconds = try fields.number("timeout", 0...600_000) ?? 10_000
    try fields.finish(known: Self.filterFields + ["count", "timeout"])
    return session.log.wait(for: count, filter, within: .milliseconds(Int64(milliseconds)), on: request.loop)
      .map { isThere in
        let found = session.log.requests(filter)
        return ControlAnswer(
          isThere ? 200 : 408,
          .members([
            ("count", .count(found.count)), ("last", .count(session.log.last)),
            ("requests", .array(found.suffix(100).map(self.shown))),
          ]))
      }
  }

  /// Whether requests came as often, and in the order, that is said; if not, what came instead.
  func verify(_ request: ControlRequest) throws -> ControlAnswer {
    let session = try self.session(request)
    var fields = try ControlFields(try request.json())
    var steps: [RequestLog.Filter] = []
    if case .array(let list)? = fields.take("order") {
      for (index, item) in list.enumerated() {
        var step = try ControlFields(item, path: "order/\(index)")
        steps.append(try self.filter(&step, at: "order/\(index)/"))
        try step.finish(known: ["service", "match"])
      }
    }
    var filter = try self.filter(&fields, at: "")
    if let first = fields.take("following") {
      var step = try ControlFields(first, path: "following")
      let before = session.log.requests(try self.filter(&step, at: "following/")).first
      try step.finish(known: ["service", "match"])
      guard let before else {
        return self.verdict(false, 0, [], "what it should follow never came", session, filter)
      }
      filter.after = max(filter.after, before.number)
    }
    let (least, most) = try Self.times(&fields)
    try fields.finish(known: Self.filterFields + ["order", "following", "exactly", "atLeast", "atMost", "never"])
    if !steps.isEmpty { return self.order(steps, in: session) }
    let found = session.log.requests(filter)
    let holds = found.count >= least && found.count <= most
    let wanted = least == most ? "exactly \(least)" : most == .max ? "at least \(least)" : "\(least) to \(most)"
    return self.verdict(
      holds, found.count, found, holds ? nil : "it came \(counted(found.count, "time")), wanted \(wanted)", session,
      filter)
  }

  private static func times(_ fields: inout ControlFields) throws(ControlProblem) -> (Int, Int) {
    let range = 0...1_000_000
    if let exactly = try fields.number("exactly", range) { return (exactly, exactly) }
    if try fields.bool("never") == true { return (0, 0) }
    let (least, most) = (try fields.number("atLeast", range), try fields.number("atMost", range))
    return (least ?? (most == nil ? 1 : 0), most ?? .max)
  }

  private func order(_ steps: [RequestLog.Filter], in session: Session) -> ControlAnswer {
    var found: [RequestLog.Request] = []
    for (index, step) in steps.enumerated() {
      var step = step
      step.after = found.last?.number ?? step.after
      guard let next = session.log.requests(step).first else {
        return self.verdict(false, found.count, found, "number \(index + 1) of the order did not come", session, step)
      }
      found.append(next)
    }
    return self.verdict(true, found.count, found, nil, session, steps[0])
  }

  private func verdict(
    _ holds: Bool, _ count: Int, _ found: [RequestLog.Request], _ reason: String?, _ session: Session,
    _ filter: RequestLog.Filter
  ) -> ControlAnswer {
    var members: [(String, JSON)] = [("holds", .bool(holds)), ("count", .count(count))]
    if let reason { members.append(("reason", .string(reason))) }
    members.append(("requests", .array(found.suffix(20).map(self.shown))))
    if !holds {
      var all = RequestLog.Filter()
      all.service = filter.service
      members.append(("instead", .array(session.log.requests(all).suffix(20).map(self.shown))))
    }
    return ControlAnswer(200, .members(members))
  }

  /// A request without its secrets.
  private func shown(_ entry: RequestLog.Request) -> JSON {
    guard let service = self.runs.first(where: { $0.name == entry.service })?.binding.service else { return .null }
    var message = entry.request.message
    message.body = Body(entry.body)
    let clean = service.wire.redact(Exchange(request: message), with: service.rules.redactor).request
    let body = service.wire.decoded(clean.body.bytes ?? [], fields: clean.fields, limit: RequestLog.longestBody)
    var members: [(String, JSON)] = [
      ("number", .count(entry.number)), ("service", .string(entry.service)), ("at", .count(Int(entry.at))),
      ("summary", .string(service.wire.request(from: clean).summary)),
      ("start", .array(clean.start.map { .string($0) })),
      ("headers", .array(clean.fields.map { .array([.string($0.name), .string($0.value)]) })),
      ("bodyBytes", .count(entry.bodyBytes)),
    ]
    if let json = try? JSON.parse(body) {
      members.append(("json", json))
    } else if let text = String(validating: body, as: UTF8.self), !text.isEmpty {
      members.append(("text", .string(text)))
    } else if !body.isEmpty {
      members.append(("base64", .string(Data(body).base64EncodedString())))
    }
    return .members(members)
  }
}
