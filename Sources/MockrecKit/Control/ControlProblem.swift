import MockrecCore

/// Why the control API does not do what it is asked (RFC 9457).
struct ControlProblem: Error {
  var status: Int
  var title: String
  var detail: String
  /// The field of the request's body that is meant, as a JSON pointer; nil where none is.
  var field: String?

  init(_ status: Int, _ title: String, _ detail: String, field: String? = nil) {
    self.status = status
    self.title = title
    self.detail = detail
    self.field = field
  }

  static func wrong(_ field: String, _ detail: String) -> ControlProblem {
    ControlProblem(400, "this is not understood", detail, field: "/\(field)")
  }

  static func missing(_ what: String, _ detail: String) -> ControlProblem {
    ControlProblem(404, "there is no such \(what)", detail)
  }

  var json: JSON {
    var members: [(String, JSON)] = [
      ("type", .string("about:blank")), ("title", .string(self.title)), ("status", .number(JSONNumber(self.status))),
      ("detail", .string(self.detail)),
    ]
    if let field { members.append(("field", .string(field))) }
    return JSON.members(members)
  }
}

extension JSON {
  static func members(_ members: [(String, JSON)]) -> JSON {
    .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }

  static func count(_ number: Int) -> JSON { .number(JSONNumber(number)) }
}

/// The body of a request to the control API, whose fields are taken one by one: what is left over is not understood.
struct ControlFields {
  private var members: [(key: String, value: JSON)] = []
  private let path: String

  init(_ json: JSON?, path: String = "") throws(ControlProblem) {
    self.path = path
    guard let json else { return }
    guard case .object(let object) = json else {
      throw ControlProblem(400, "this is not understood", "the body has to be a JSON object", field: "/\(path)")
    }
    self.members = object.members.map { ($0.key, $0.value) }
  }

  private func place(_ name: String) -> String { self.path.isEmpty ? name : "\(self.path)/\(name)" }

  mutating func take(_ name: String) -> JSON? {
    guard let index = self.members.firstIndex(where: { $0.key == name }) else { return nil }
    return self.members.remove(at: index).value
  }

  mutating func text(_ name: String) throws(ControlProblem) -> String? {
    guard let value = self.take(name) else { return nil }
    guard let text = value.string else { throw .wrong(self.place(name), "`\(name)` is a text") }
    return text
  }

  mutating func required(_ name: String) throws(ControlProblem) -> String {
    guard let text = try self.text(name) else { throw .wrong(self.place(name), "`\(name)` has to be given") }
    return text
  }

  mutating func bool(_ name: String) throws(ControlProblem) -> Bool? {
    guard let value = self.take(name) else { return nil }
    guard let bool = value.bool else { throw .wrong(self.place(name), "`\(name)` is true or false") }
    return bool
  }

  mutating func number(_ name: String, _ range: ClosedRange<Int>) throws(ControlProblem) -> Int? {
    guard let value = self.take(name) else { return nil }
    guard case .number(let number) = value, let whole = number.int64, let integer = Int(exactly: whole),
      range.contains(integer)
    else {
      throw .wrong(self.place(name), "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// A moment: milliseconds since 1970, or as RFC 3339 writes it.
  ///
  /// - Parameter isEnd: Whether parts of a millisecond are cut, and not counted for a whole one.
  private mutating func moment(_ name: String, isEnd: Bool) throws(ControlProblem) -> Int64? {
    guard let value = self.take(name) else { return nil }
    if case .number(let number) = value, let milliseconds = number.int64, milliseconds >= 0 { return milliseconds }
    guard let moment = value.string.flatMap(Timestamp.init(date:)), moment.seconds >= 0 else {
      throw .wrong(
        self.place(name), "`\(name)` is a moment, in milliseconds since 1970 or such as `2026-11-20T10:00:00.250Z`")
    }
    return moment.seconds * 1000
      + Int64(isEnd ? moment.nanoseconds / 1_000_000 : (moment.nanoseconds + 999_999) / 1_000_000)
  }

  /// What lies between two moments, both included; nil where neither is given.
  mutating func span(_ first: String, _ last: String) throws(ControlProblem) -> ClosedRange<Int64>? {
    let (start, end) = (try self.moment(first, isEnd: false), try self.moment(last, isEnd: true))
    guard start != nil || end != nil else { return nil }
    guard (start ?? 0) <= end ?? .max else { throw .wrong(self.place(last), "`\(last)` is not before `\(first)`") }
    return (start ?? 0)...(end ?? .max)
  }

  /// - Throws: For the first field that nobody took.
  func finish(known: [String]) throws(ControlProblem) {
    guard let left = self.members.first else { return }
    let nearest = nearestWord(to: left.key, among: known).map { "; nearest: `\($0)`" } ?? ""
    throw .wrong(
      self.place(left.key), "there is no field `\(left.key)`\(nearest); there are \(known.joined(separator: ", "))")
  }
}
