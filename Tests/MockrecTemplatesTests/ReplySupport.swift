import MockrecCore
import MockrecTemplates

/// A mock whose reply is a template, and the request that it answers.
struct ReplyCase {
  static let moment = Timestamp(seconds: 1_795_168_800)  // 2026-11-20T10:00:00Z

  static let request = ReplyRequest(
    method: "POST", target: "/users/42/orders?user=al%20ice+b&tag=a&tag=b%22&user.name=x&empty=",
    captures: ["id": "42", "rest": "a/b"],
    fields: Fields([
      ("Content-Type", "application/json"), ("X-User-Bucket", "blue"), ("X-Many", "1"), ("x-many", "2"),
      ("Cookie", "a=1; session=s=1"),
    ]),
    body: Array(
      #"""
      {"amount": 12.50, "note": "say \"hi\" <b>", "paid": false, "none": null, "user": {"name": "bob", "id": 7},
       "items": [{"id": 1, "n": "x", "tags": ["p", "q"]}, {"id": 2, "n": "y", "tags": []}], "empty": [], "at": "2026-01-31T00:00:00Z"}
      """#.utf8))

  /// The body of a reply, as it stands in a cassette below `HTTP 200`.
  static func body(_ text: String, contentType: String? = nil) throws -> (BodyText, Template, Escaping, SourceText) {
    let source = SourceText(name: "m.hurl", text: "GET {{api}}/users\nHTTP 200\n\(text)\n")
    guard let body = try NotationParser.parse(source).entries.first?.response?.body else {
      throw Diagnostic("no body")
    }
    let template: Template =
      switch body {
      case .json(let template), .oneline(let template), .xml(let template): template
      case .multiline(let multiline): multiline.text
      default: Template("")
      }
    return (body, template, Escaping(body, contentType: contentType), source)
  }

  static func template(
    _ text: String, contentType: String? = nil, functions: [String: ReplyFunction] = [:]
  ) throws -> ReplyTemplate {
    let (_, template, escaping, source) = try self.body(text, contentType: contentType)
    return try ReplyTemplate(template, as: escaping, in: source, captures: ["id", "rest"], functions: functions)
  }

  static func context(
    _ request: ReplyRequest = Self.request, seed: UInt64 = 1, limit: Int = 4 << 20
  ) -> ReplyContext {
    var counts: [String: Int] = [:]
    return ReplyContext(request, moment: self.moment, seed: seed, limit: limit) { name in
      counts[name, default: 0] += 1
      return counts[name, default: 0]
    }
  }

  static func render(
    _ text: String, contentType: String? = nil, _ request: ReplyRequest = Self.request, seed: UInt64 = 1,
    limit: Int = 4 << 20, functions: [String: ReplyFunction] = [:]
  ) throws -> String {
    let template = try self.template(text, contentType: contentType, functions: functions)
    return String(decoding: try template.render(self.context(request, seed: seed, limit: limit)), as: UTF8.self)
  }
}
