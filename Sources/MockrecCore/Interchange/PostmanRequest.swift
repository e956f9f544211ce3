/// Makes a contract's entry of one request of a collection.
struct PostmanRequest {
  let label: String
  let redactor: Redactor
  var notes = InterchangeNotes()

  init(label: String, redactor: Redactor) {
    self.label = label
    self.redactor = redactor
  }

  /// nil for a request that no contract can say; the notes tell why.
  mutating func entry(
    _ request: FormatValue, responses: [FormatValue], auth: FormatValue?
  ) throws(Diagnostic) -> Entry? {
    // A request may be its URL alone.
    if request.json.string != nil {
      guard let url = try self.url(request) else { return nil }
      return Entry(request: self.request("GET", url), response: try self.expectation(responses))
    }
    let method = try request.text("method") ?? "GET"
    guard !method.isEmpty, method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      self.note("requests with a method that is not in capital letters are left out")
      return nil
    }
    guard let place = try request.member("url"), let url = try self.url(place) else {
      self.note("requests without a URL are left out")
      return nil
    }
    var made = self.request(method, url)
    try self.addHeaders(request, to: &made)
    if let body = try request.member("body"), !(try body.flag("disabled")) { try self.addBody(body, to: &made) }
    if let auth = try request.member("auth") ?? auth { try self.addAuth(auth, to: &made) }
    return Entry(request: made, response: try self.expectation(responses))
  }

  mutating func note(_ text: String) { self.notes.add(text, at: self.label) }

  private func request(_ method: String, _ url: String) -> Request {
    Request(verb: method, target: PostmanTemplate.template(url, in: .value))
  }

  private mutating func url(_ url: FormatValue) throws(Diagnostic) -> String? {
    guard let raw = try url.json.string == nil ? url.text("raw") : url.text(), !raw.isEmpty else { return nil }
    let end = raw.firstIndex { $0 == "?" || $0 == "#" } ?? raw.endIndex
    var base = String(raw[..<end])
    var query = self.query(raw[end...].prefix { $0 != "#" }.dropFirst())
    if url.json.object != nil {
      base = try self.withPathVariables(base, url)
      if try url.member("query") != nil { query = try self.query(url) }
    }
    if let scheme = base.firstRange(of: "://"),
      let at = base[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
    {
      base.removeSubrange(scheme.upperBound...at)
      self.note("a user's name and password in a URL are left out: write [BasicAuth]")
    }
    // As Postman does.
    if !base.contains("://"), !base.hasPrefix("{{") { base = "http://" + base }
    return PostmanTemplate.url(base + (query.isEmpty ? "" : "?\(query)"))
  }

  /// `/users/:id` with the value of `id`, or a variable where it has none.
  private mutating func withPathVariables(_ base: String, _ url: FormatValue) throws(Diagnostic) -> String {
    var values: [String: String] = [:]
    for variable in try url.elements("variable") {
      guard let key = try variable.name() else { continue }
      let value = try variable.member("value")?.json.string ?? ""
      values[key] = value.isEmpty || self.redactor.isSecret(name: key) ? "{{\(key)}}" : value
    }
    let parts = base.split(separator: "/", omittingEmptySubsequences: false)
    return parts.map { part in
      guard part.first == ":", part.count > 1 else { return String(part) }
      let key = String(part.dropFirst())
      return values[key] ?? "{{\(key)}}"
    }.joined(separator: "/")
  }

  /// A query as it was typed, without its secrets.
  private mutating func query(_ text: Substring) -> String {
    var pairs: [String] = []
    for pair in text.split(separator: "&") {
      guard let mark = pair.firstIndex(of: "=") else {
        pairs.append(String(pair))
        continue
      }
      let value = String(pair[pair.index(after: mark)...])
      pairs.append("\(pair[..<mark])=\(self.public(value, name: String(pair[..<mark])))")
    }
    return pairs.joined(separator: "&")
  }

  private mutating func query(_ url: FormatValue) throws(Diagnostic) -> String {
    var pairs: [String] = []
    for parameter in try url.elements("query") {
      let key = try parameter.text("key") ?? ""
      guard !(try parameter.flag("disabled")) else {
        self.note("parameters and fields that are switched off are left out")
        continue
      }
      // Only what would end the value is encoded: the rest is sent as it stands.
      let value = try parameter.text("value").map { self.public($0, name: key) }
      let encode = { (text: String) in
        String(text.flatMap { $0 == "&" ? Array("%26") : $0 == "#" ? Array("%23") : [$0] })
      }
      pairs.append(encode(key) + (value.map { "=\(encode($0))" } ?? ""))
    }
    return pairs.joined(separator: "&")
  }

  private mutating func addHeaders(_ request: FormatValue, to made: inout Request) throws(Diagnostic) {
    guard let headers = try request.member("header"), headers.json.string == nil else { return }
    for header in try headers.elements() {
      let key = try header.text("key") ?? ""
      guard !(try header.flag("disabled")) else {
        self.note("parameters and fields that are switched off are left out")
        continue
      }
      guard !key.isEmpty else { continue }
      let value = self.publicHeader(try header.text("value") ?? "", name: key)
      made.headers.append(self.pair(key, value))
    }
  }

  func pair(_ key: String, _ value: String) -> KeyValue {
    KeyValue(key: PostmanTemplate.template(key, in: .key), value: PostmanTemplate.template(value, in: .value))
  }

  /// A header's value, or a variable in its place where it is a secret. Scheme and placeholders stay.
  private mutating func publicHeader(_ value: String, name: String) -> String {
    guard self.redactor.field(name: name, value: value) != value else { return value }
    let rest = PostmanTemplate.literal(of: value).lowercased().filter { !$0.isWhitespace }
    if PostmanTemplate.hasPlaceholder(value), ["", "bearer", "basic", "token", "apikey"].contains(rest) {
      return value
    }
    let scheme = value.lowercased().hasPrefix("bearer ") ? "Bearer " : ""
    return scheme + self.secret(name)
  }

  /// A value, or a variable in its place where the name says that it is a secret.
  mutating func `public`(_ value: String, name: String) -> String {
    guard self.redactor.isSecret(name: name) else { return value }
    if value.isEmpty || PostmanTemplate.hasPlaceholder(value), PostmanTemplate.literal(of: value).isEmpty {
      return value
    }
    return self.secret(name)
  }

  /// A variable of this name.
  mutating func secret(_ name: String) -> String {
    let variable = PostmanTemplate.name(name.lowercased()).split(separator: "-").joined(separator: "_")
    self.note("secrets are not written: a variable stands there, to be given with --variable")
    return "{{\(variable)}}"
  }

  /// The status of the saved response; of several, of the first that succeeded.
  private mutating func expectation(_ responses: [FormatValue]) throws(Diagnostic) -> Response {
    var statuses: [Int] = []
    for response in responses {
      if let status = try response.integer("code"), (100...999).contains(status) { statuses.append(status) }
    }
    if statuses.count > 1 {
      self.note("of several saved responses the first that succeeded says which status is expected")
    }
    if !statuses.isEmpty {
      self.note("bodies and headers of saved responses are examples: only the status is expected")
    }
    guard let status = statuses.first(where: { (200...299).contains($0) }) ?? statuses.first else {
      self.note("without a saved response any status is as good: write what you expect")
      return Response(leading: [.blank], verb: "HTTP", status: "*")
    }
    return Response(leading: [.blank], verb: "HTTP", status: String(status))
  }
}

extension FormatValue {
  /// The name of a variable, which the format lets stand in either place.
  func name() throws(Diagnostic) -> String? {
    if let key = try self.text("key") { return key }
    return try self.text("id")
  }
}
