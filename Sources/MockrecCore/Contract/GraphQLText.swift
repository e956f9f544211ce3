/// A GraphQL document with, behind it, `variables {…}`.
///
/// Source: https://hurl.dev/docs/request.html#graphql-body; https://graphql.org/learn/serving-over-http/.
struct GraphQLText {
  private let query: String
  /// JSON text.
  private let variables: String?

  init(_ text: String) {
    // The word begins a line; what stands behind it up to the end is the object.
    var query = text
    var variables: String?
    var start = text.startIndex
    while start < text.endIndex {
      let end = text[start...].firstIndex { $0.isNewline } ?? text.endIndex
      let line = text[start..<end].drop { $0 == " " || $0 == "\t" }
      if line.hasPrefix("variables") {
        let rest = text[line.startIndex...].dropFirst("variables".count).drop(while: \.isWhitespace)
        if rest.first == "{" {
          query = String(text[..<start])
          variables = String(rest)
        }
      }
      start = end < text.endIndex ? text.index(after: end) : end
    }
    self.query = String(query.reversed().drop(while: \.isWhitespace).reversed())
    self.variables = variables
  }

  /// As a server takes it: `{"query": "…", "variables": {…}}`. nil where the variables are no JSON object.
  var json: String? {
    var members: [(String, JSON)] = [("query", .string(self.query))]
    if let variables = self.variables {
      guard let json = try? JSON.parse(variables), json.object != nil else { return nil }
      members.append(("variables", json))
    }
    return JSON.object(JSONObject(members.map { .init(key: $0.0, value: $0.1) })).description
  }
}
