import MockrecCore
import MockrecEngine
import MockrecWire

extension ControlAPI {
  static let clockSchema = ControlAPI.object([
    "advance": ControlAPI.text("How much later it is then: `90s`, `1h30m`, `7d`."),
    "set": ControlAPI.text("What time it is then, by RFC 3339; earlier too."),
    "service": ControlAPI.text("Whose clock; those of all services without it."),
  ])
  /// 9999-12-31T23:59:59Z. Milliseconds since 1970.
  private static let latest: Int64 = 253_402_300_799_000

  func clock(_ request: ControlRequest) throws -> ControlAnswer {
    ControlAnswer(200, self.clocks(of: try self.session(request)))
  }

  func turnClock(_ request: ControlRequest) throws -> ControlAnswer {
    let session = try self.session(request)
    var fields = try ControlFields(try request.json())
    let (advance, set) = (try fields.text("advance"), try fields.text("set"))
    let runs = try fields.text("service").map { name throws(ControlProblem) in [try self.run(name)] } ?? self.runs
    try fields.finish(known: ["advance", "set", "service"])
    let scopes = runs.compactMap { session.scope($0.name) }
    switch (advance, set) {
    case (let text?, nil):
      let step = try Self.duration(text)
      guard scopes.allSatisfy({ $0.clock.now + step <= Self.latest }) else {
        throw ControlProblem.wrong("advance", "no clock goes beyond the year 9999")
      }
      for scope in scopes { scope.clock.turn(.jump(seconds: Double(step) / 1000)) }
    case (nil, let text?):
      guard let moment = Timestamp(date: text), moment.seconds >= 0, moment.seconds * 1000 <= Self.latest else {
        throw ControlProblem.wrong("set", "`set` is a moment from 1970 to 9999, such as \"2026-01-01T00:00:00Z\"")
      }
      for scope in scopes { scope.clock.set(moment.seconds * 1000 + Int64(moment.nanoseconds / 1_000_000)) }
    default: throw ControlProblem.wrong("advance", "`advance` or `set` has to be given, and not both")
    }
    return ControlAnswer(200, self.clocks(of: session))
  }

  private func clocks(of session: Session) -> JSON {
    .array(
      self.runs.compactMap { run in
        session.scope(run.name).map { scope in
          let now = scope.clock.now
          let moment = Timestamp(
            seconds: now >= 0 ? now / 1000 : (now - 999) / 1000,
            nanoseconds: Int((now % 1000 + 1000) % 1000) * 1_000_000)
          return .members([("service", .string(run.name)), ("now", .string(moment.text))])
        }
      })
  }

  /// Milliseconds of one time, or of several after one another: `1h30m`.
  private static func duration(_ text: String) throws(ControlProblem) -> Int64 {
    guard !text.hasPrefix("-") else {
      throw .wrong("advance", "time goes on when it is advanced; `set` says an earlier moment")
    }
    var sum: Int64 = 0
    var rest = text[...]
    repeat {
      let number = rest.prefix { $0.isASCII && $0.isNumber }
      let unit = rest[number.endIndex...].prefix { $0.isASCII && $0.isLetter }
      guard let time = Duration(parsing: rest[..<unit.endIndex], upTo: .seconds(3_153_600_000)), rest.utf8.count <= 100
      else {
        throw .wrong("advance", "`advance` is a time of at most 100 years, such as \"90s\", \"1h30m\", \"7d\"")
      }
      sum += time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
      rest = rest[unit.endIndex...]
    } while !rest.isEmpty
    return sum
  }
}
