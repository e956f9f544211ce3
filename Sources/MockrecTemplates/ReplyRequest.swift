import MockrecCore

/// The request that a reply is made for.
package struct ReplyRequest: Sendable {
  package var method: String
  /// Path and query, as sent.
  package var target: String
  /// What the entry's path template took of the path, decoded.
  package var captures: [String: String]
  package var fields: Fields
  /// nil where it is too long to be looked at.
  package var body: [UInt8]?

  package init(
    method: String, target: String, captures: [String: String] = [:], fields: Fields = Fields(), body: [UInt8]? = []
  ) {
    self.method = method
    self.target = target
    self.captures = captures
    self.fields = fields
    self.body = body
  }

  var path: Substring { self.target.prefix { $0 != "?" } }

  /// The names and values of the query, decoded, in order.
  var query: [(name: String, value: String)] { WebAddress.query(of: self.target) }

  /// Those of a body that is a form.
  var form: [(name: String, value: String)] {
    WebAddress.pairs(String(decoding: self.body ?? [], as: UTF8.self)[...])
  }

  /// The value of a cookie. Source: RFC 6265, 4.2.1.
  func cookie(_ name: String) -> String? {
    for line in self.fields[all: "Cookie"] {
      for pair in line.split(separator: ";") {
        let trimmed = pair.drop { $0 == " " }
        if trimmed.hasPrefix(name), trimmed.dropFirst(name.count).first == "=" {
          return String(trimmed.dropFirst(name.count + 1))
        }
      }
    }
    return nil
  }

  /// The body as text; nil where it is none.
  var text: String? { MediaType(self.fields[first: "Content-Type"] ?? "").decode(self.body ?? []) }
}
