import MockrecCore
import MockrecEngine

extension ControlAPI {
  private static let countFields = ["exactly", "atLeast", "atMost", "never"]

  /// Whether requests came as often, and in the order, that is said; if not, what came instead.
  func verify(_ request: ControlRequest) throws -> ControlAnswer {
    let session = try self.session(request)
    var fields = try ControlFields(try request.json())
    if let order = fields.take("order") { return try self.verify(order, &fields, in: session) }
    var filter = try self.filter(&fields, at: "")
    let times = try Self.times(&fields)
    let first = fields.take("following")
    try fields.finish(known: Self.filterFields + ["order", "following"] + Self.countFields)
    if let first {
      let step = try self.step(first, at: "following", service: filter.service)
      guard let before = session.log.requests(step).first else {
        return self.verdict("what it should follow never came", [], session, filter)
      }
      filter.after = max(filter.after, before.number)
    }
    let found = session.log.requests(filter)
    guard !times.contains(found.count) else { return self.verdict(nil, found, session, filter) }
    let wanted =
      switch (times.lowerBound, times.upperBound) {
      case (0, 0): "never"
      case (let least, .max): "at least \(least)"
      case (0, let most): "at most \(most)"
      case (let least, let most): least == most ? "exactly \(least)" : "\(least) to \(most)"
      }
    let reason = "it came \(counted(found.count, "time")), wanted \(wanted)"
    return self.verdict(reason, found, session, filter)
  }

  /// A request that is meant besides the one that is counted.
  private func step(_ json: JSON, at path: String, service: String?) throws(ControlProblem) -> RequestLog.Filter {
    var fields = try ControlFields(json, path: path)
    let filter = try self.filter(&fields, at: "\(path)/", service: service)
    try fields.finish(known: Self.filterFields)
    return filter
  }

  private static func times(_ fields: inout ControlFields) throws(ControlProblem) -> ClosedRange<Int> {
    let range = 0...1_000_000
    let (exactly, never) = (try fields.number("exactly", range), try fields.bool("never") == true)
    let (least, most) = (try fields.number("atLeast", range), try fields.number("atMost", range))
    let isBounded = least != nil || most != nil
    guard (exactly == nil ? 0 : 1) + (never ? 1 : 0) + (isBounded ? 1 : 0) < 2 else {
      throw .wrong(
        exactly == nil ? "never" : "exactly", "say one of `exactly`, `never`, and `atLeast` with or without `atMost`")
    }
    if let exactly { return exactly...exactly }
    if never { return 0...0 }
    let bottom = least ?? (most == nil ? 1 : 0)
    guard bottom <= most ?? .max else { throw .wrong("atMost", "`atMost` is not less than `atLeast`") }
    return bottom...(most ?? .max)
  }

  private func verify(_ order: JSON, _ fields: inout ControlFields, in session: Session) throws -> ControlAnswer {
    guard case .array(let list) = order, !list.isEmpty else {
      throw ControlProblem.wrong(
        "order", "`order` is a list of requests, such as `{\"match\": {\"path\": \"/users/*\"}}`")
    }
    let all = try self.filter(&fields, at: "")
    let steps = try list.enumerated().map { index, item in
      try self.step(item, at: "order/\(index)", service: all.service)
    }
    // How often is asked of one request, and not of several.
    try fields.finish(known: ["order"] + Self.filterFields)
    var found: [RequestLog.Request] = []
    for (index, step) in steps.enumerated() {
      var step = step
      step.after = max(step.after, found.last?.number ?? all.after)
      guard let next = session.log.requests(step).first(where: { all.at?.contains($0.at) ?? true }) else {
        let behind = found.last.map { " behind request \($0.number)" } ?? ""
        return self.verdict("number \(index + 1) of the order did not come\(behind)", found, session, step)
      }
      found.append(next)
    }
    return self.verdict(nil, found, session, steps[0])
  }

  /// - Parameter reason: Why it does not hold; nil where it does.
  private func verdict(
    _ reason: String?, _ found: [RequestLog.Request], _ session: Session, _ filter: RequestLog.Filter
  ) -> ControlAnswer {
    var members: [(String, JSON)] = [("holds", .bool(reason == nil)), ("count", .count(found.count))]
    if let reason { members.append(("reason", .string(reason))) }
    members.append(("requests", .array(found.suffix(20).map(self.shown))))
    if reason != nil {
      var all = RequestLog.Filter()
      all.service = filter.service
      members.append(("instead", .array(session.log.requests(all).suffix(20).map(self.shown))))
    }
    return ControlAnswer(200, .members(members))
  }
}
