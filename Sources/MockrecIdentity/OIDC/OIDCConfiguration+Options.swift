import MockrecCore

extension OIDCConfiguration {
  /// What may be said of it below `fake:`.
  package static let options = [
    "issuer", "algorithm", "audience", "lifetime", "scopes", "clients", "users", "keys", "secret",
  ]

  /// - Throws: The first problem, with its place.
  package init(_ node: OverlayNode) throws(Diagnostic) {
    self.init()
    var fields = try OverlayFields(node, of: "the model oidc")
    if let issuer = fields.take("issuer") { self.issuer = try Self.issuer(issuer) }
    self.algorithm = try fields.take("algorithm")?.word("algorithm", of: SigningAlgorithm.self) ?? self.algorithm
    self.audience = try Self.texts(fields.take("audience"), "audience")
    if let lifetime = fields.take("lifetime") {
      let seconds = try lifetime.duration("lifetime").components.seconds
      guard seconds > 0 else { throw lifetime.problem("a token lives for a second at least", fix: "write 1s or more") }
      self.lifetime = Int(seconds)
    }
    self.scopes = try Self.texts(fields.take("scopes"), "scopes")
    self.keys = try Self.texts(fields.take("keys"), "keys")
    if let node = fields.take("secret") {
      let secret = Array(try node.text("secret").utf8)
      guard secret.count >= SigningKey.shortestSecret else {
        throw node.problem(
          "the secret of HS256 is shorter than \(SigningKey.shortestSecret) bytes",
          fix: "take a longer one (RFC 7518, 3.2)")
      }
      self.secret = secret
    }
    if let clients = fields.take("clients") { self.clients = try Self.clients(clients) }
    if let users = fields.take("users") { self.users = try Self.users(users) }
    try fields.finish(known: Self.options)
  }

  private static func issuer(_ node: OverlayNode) throws(Diagnostic) -> String {
    let text = try node.text("issuer")
    guard let address = WebAddress(text), !address.hadCredentials, !text.contains("#"), !text.contains("?") else {
      throw node.problem("the issuer `\(text)` is no URL", fix: "write one such as https://login.example.com")
    }
    return text
  }

  private static func texts(_ node: OverlayNode?, _ name: String) throws(Diagnostic) -> [String] {
    guard let node else { return [] }
    var texts: [String] = []
    for node in try node.list(name) { texts.append(try node.text(name)) }
    return texts
  }

  /// - Parameter before: Who was known so far: what is not said of one of these is as it was.
  static func clients(_ node: OverlayNode, changing before: [Client]? = nil) throws(Diagnostic) -> [Client] {
    var clients: [Client] = []
    for field in try OverlayFields(node, of: "`clients`").fields {
      var fields = try OverlayFields(field.value, of: "the client \(field.name)")
      var client = before?.first { $0.name == field.name } ?? Client(name: field.name)
      if let secret = fields.take("secret") { client.secret = try self.secret(secret, "secret", mayEnd: before != nil) }
      if let redirect = fields.take("redirect") { client.redirects = try self.texts(redirect, "redirect") }
      for redirect in client.redirects where !OIDCRedirect.isPlace(redirect) {
        throw field.key.problem(
          "the client \(field.name) cannot be sent back to `\(redirect)`",
          fix: "write a whole address without a fragment, such as http://127.0.0.1:8080/callback")
      }
      if let claims = fields.take("claims") {
        client.claims = client.claims.taking(try OverlayFields(claims, of: "`claims`"))
      }
      try fields.finish(known: ["secret", "redirect", "claims"])
      clients.append(client)
    }
    return clients
  }

  /// - Parameter before: Who was known so far: what is not said of one of these is as it was.
  static func users(_ node: OverlayNode, changing before: [User]? = nil) throws(Diagnostic) -> [User] {
    var users: [User] = []
    for field in try OverlayFields(node, of: "`users`").fields {
      var fields = try OverlayFields(field.value, of: "the user \(field.name)")
      var user = before?.first { $0.name == field.name } ?? User(name: field.name)
      if let password = fields.take("password") {
        user.password = try self.secret(password, "password", mayEnd: before != nil)
      }
      user.claims = user.claims.taking(fields)
      users.append(user)
    }
    return users
  }

  /// - Parameter mayEnd: Whether `null` takes it away.
  private static func secret(_ node: OverlayNode, _ name: String, mayEnd: Bool) throws(Diagnostic) -> String? {
    node.isEmpty && mayEnd ? nil : try node.text(name)
  }
}

extension JSONObject {
  /// These claims, with those that are told in the place of theirs.
  fileprivate func taking(_ fields: OverlayFields) -> JSONObject {
    let told = fields.fields.map { Member(key: $0.name, value: $0.value.json) }
    return JSONObject(JSONObject(self.members + told).effectiveMembers)
  }
}
